import { AsyncLocalStorage } from 'node:async_hooks'
import { createReadStream } from 'node:fs'
import { mkdir, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { ERRORS, Server } from '@tus/server'
import { UploadFieldsSchema, type UploadFields, type UploadState } from '../../../../shared/schemas/upload'
import { UNFINISHED_UPLOADS } from '../../../providers/storage'
import { BadRequest, DomainError, NotFound } from '../../errors'
import { useLogger } from '../../logger'
import { useSettings } from '../../settings/env'
import { acceptUpload, asStorageFull, receiveUpload } from './accept'
import { forgetDeadLocks, uploadLocker, withUploadLock } from './upload-lock'

/** Where uploads in pieces are sent, by the tus protocol 1.0 (https://tus.io/protocols/resumable-upload). */
export const TUS_PATH = '/api/v1/library/uploads/tus'

const EXPIRE_AFTER_MS = 24 * 3_600_000
const OWN = ['filename', 'owner', 'audio_id', 'track_id'] as const

/** Who sends: an upload belongs to the client and the person that began it. */
export interface UploadOwner {
  client_id: string
  user_id: string | null
}

type Metadata = Record<string, string | null>
type Uploads = { server: Server, store: FileStore }

const sender = new AsyncLocalStorage<UploadOwner & { request_id: string }>()
let uploads: Uploads | undefined

function useUploads(): Uploads {
  if (uploads) return uploads
  const { STORAGE_PATH, MAX_UPLOAD_SIZE } = useSettings()
  const store = new FileStore({ directory: join(STORAGE_PATH || tmpdir(), UNFINISHED_UPLOADS), expirationPeriodInMilliseconds: EXPIRE_AFTER_MS })
  const server = new Server({
    path: TUS_PATH,
    datastore: store,
    locker: uploadLocker,
    maxSize: MAX_UPLOAD_SIZE,
    relativeLocation: true,
    // The server's own middleware answers other origins.
    allowedOrigins: [],
    exposedHeaders: ['X-Audio-Id', 'X-Track-Id'],
    onUploadCreate: async (_, { metadata }) => {
      const fields = asTusError(() => fieldsOf(metadata))
      return { metadata: { ...fields, filename: metadata?.filename ?? '', owner: ownerName(sender.getStore()!) } }
    },
    onUploadFinish: async (_, upload) => {
      try {
        // Two requests may both have found it complete: the second reads what the first has made of it.
        return await withUploadLock(upload.id, async () => {
          const { metadata = {}, storage } = await store.getUpload(upload.id)
          const known = metadata.audio_id || metadata.track_id ? metadata : await finish(upload.id, storage!.path, metadata)
          return { headers: identityHeaders(known) }
        })
      }
      catch (error) {
        // What was refused would be refused again; for want of space it may be sent again.
        if (error instanceof DomainError && error.status < 500) await store.remove(upload.id).catch(() => {})
        throw tusError(error)
      }
    },
    onResponseError: (_, error) => {
      if (error instanceof Error) return asKnown(error)
      return { status_code: error.status_code, body: error.body.startsWith('{') ? error.body : bodyOf(error.status_code === 413 ? 'too_large' : 'upload_refused', error.body.trim()) }
    },
  })
  uploads = { server, store }
  return uploads
}

/**
 * The server of the protocol; to be called within {@link asSender}.
 */
export const tusServer = (): Server => useUploads().server

/** Does the work as this sender. */
export function asSender<T>(owner: UploadOwner, request_id: string, work: () => Promise<T>): Promise<T> {
  return sender.run({ ...owner, request_id }, work)
}

/**
 * The state of an upload that this sender began.
 * @throws NotFound
 */
export async function requireUpload(owner: UploadOwner, uploadId: string): Promise<UploadState> {
  const { store } = useUploads()
  const found = /^[0-9a-f]{32}$/.test(uploadId) ? await store.getUpload(uploadId).catch(() => undefined) : undefined
  if (!found || found.metadata?.owner !== ownerName(owner)) throw new NotFound('There is no such upload.', 'upload_not_found')
  const { audio_id, track_id } = found.metadata
  return { offset: found.offset, length: found.size ?? null, ...audio_id && { audio_id }, ...track_id && { track_id } }
}

/** Headers that say what an upload became. */
export function identityHeaders({ audio_id, track_id }: { audio_id?: string | null, track_id?: string | null }): Record<string, string> {
  return { ...audio_id && { 'X-Audio-Id': audio_id }, ...track_id && { 'X-Track-Id': track_id } }
}

/** Makes true: what nobody finished within a day is gone. */
export async function sweepUnfinishedUploads(): Promise<number> {
  try {
    const { store } = useUploads()
    // Before the first upload there is no such folder.
    await mkdir(store.directory, { recursive: true })
    await forgetDeadLocks()
    return await store.deleteExpired()
  }
  catch (error) {
    // What another instance has just swept is not there any more.
    if (error !== ERRORS.FILE_NOT_FOUND) useLogger('audio').warn({ err: error }, 'unfinished uploads are not swept')
    return 0
  }
}

/** The bytes are all there: from here on it is an upload as any other. Safe to be asked twice. */
async function finish(id: string, path: string, metadata: Metadata): Promise<Metadata> {
  const { client_id, user_id } = sender.getStore()!
  const received = await receiveUpload(createReadStream(path))
  const { bytes } = received
  const answer = await acceptUpload(received, {
    client_id, user_id, fields: fieldsOf(metadata), original_name: metadata.filename || undefined,
    repeatable: { client_id, key: `tus-${id}`, operation: `PATCH ${TUS_PATH}` },
  })
  const known: Metadata = { ...metadata, ...'audio_id' in answer ? { audio_id: answer.audio_id } : { track_id: answer.track_id } }
  const { configstore } = useUploads().store
  const file = await configstore.get(id)
  if (file) {
    file.metadata = known as Record<string, string>
    await configstore.set(id, file)
  }
  // Its bytes are stored elsewhere by now; its length still answers who missed the answer.
  await truncate(path, 0)
  await truncate(path, bytes)
  return known
}

function fieldsOf(metadata: Metadata | undefined): UploadFields {
  const given = Object.fromEntries(Object.entries(metadata ?? {}).filter(([name, value]) => value !== null && !OWN.some(own => own === name)))
  const parsed = UploadFieldsSchema.safeParse(given)
  if (!parsed.success) throw new BadRequest('Some values are not right.', 'invalid_request', parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })))
  return parsed.data
}

const ownerName = ({ client_id, user_id }: UploadOwner) => `${client_id}/${user_id ?? ''}`

function asTusError<T>(work: () => T): T {
  try {
    return work()
  }
  catch (error) {
    throw tusError(error)
  }
}

/** An error as the protocol's server takes it. */
function tusError(error: unknown): { status_code: number, body: string } {
  return asKnown(asStorageFull(error))
}

function asKnown(error: unknown): { status_code: number, body: string } {
  if (error instanceof DomainError) return { status_code: error.status, body: bodyOf(error.code, error.message, error.fields) }
  useLogger('http').error({ err: error }, 'upload failed')
  return { status_code: 500, body: bodyOf('internal_error', 'Something went wrong on our side.') }
}

function bodyOf(code: string, message: string, fields?: DomainError['fields']): string {
  return JSON.stringify({ error: { code, message, ...fields && { fields }, request_id: sender.getStore()?.request_id ?? '' } })
}
