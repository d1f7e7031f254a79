import { eq, max } from 'drizzle-orm'
import { message, track } from '../../../../db/schema'
import type { Message } from '../../../../shared/schemas/audio'
import type { Track } from '../../../../shared/schemas/track'
import type { UploadFields } from '../../../../shared/schemas/upload'
import { SNIFFED_BYTES, sniffAudio, type AudioContainer } from '../../../../shared/utils/sniff-audio'
import { storable } from '../../../../shared/utils/storable-text'
import type { Received } from '../../../providers/received'
import { DomainError, Unprocessable } from '../../errors'
import { once, type Repeatable } from '../../idempotency'
import { requireCategory } from '../../library/categories'
import { getMessage } from '../../library/messages'
import { indexMessages } from '../../library/search'
import { announceMessage, publish } from '../../player/live'
import { storeReceived, useFileStore } from '../files'
import { getTrack } from '../tracks'
import { nudgeUploads } from './queue'

/** Which content type a stored original has. */
const CONTENT_TYPES: Record<AudioContainer, string> = {
  mp3: 'audio/mpeg', wav: 'audio/wav', w64: 'audio/x-w64', flac: 'audio/flac', ogg: 'audio/ogg', mp4: 'audio/mp4', matroska: 'audio/webm',
  aiff: 'audio/aiff', asf: 'audio/x-ms-wma', aac: 'audio/aac', amr: 'audio/amr', caf: 'audio/x-caf',
}

/**
 * Writes an upload to the disk of the store while it comes in.
 * @throws DomainError `storage_full`, and what the source throws; nothing is left then
 */
export async function receiveUpload(source: AsyncIterable<Uint8Array>): Promise<Received> {
  try {
    return await useFileStore().receive(source, SNIFFED_BYTES)
  }
  catch (error) {
    throw asStorageFull(error)
  }
}

export interface AcceptOptions {
  client_id: string
  user_id: string | null
  fields: UploadFields
  /** Its name on the machine of whoever sent it. */
  original_name: string | undefined
  repeatable: Omit<Repeatable, 'body'>
}

/**
 * Keeps an upload that came in whole, with a row that waits to be processed. What is no sound at all is refused, and
 * nothing of it stays.
 * @throws Unprocessable `empty_file` or `not_audio`, NotFound for an unknown category, DomainError `storage_full`
 */
export async function acceptUpload(received: Received, { client_id, user_id, fields, original_name, repeatable }: AcceptOptions): Promise<Message | Track> {
  try {
    if (received.bytes === 0) throw new Unprocessable('empty_file', 'This file is empty.')
    const container = sniffAudio(received.head)
    if (!container) throw new Unprocessable('not_audio', 'This file is not a sound that can be read.')
    const category_id = fields.kind === 'message' && fields.category ? (await requireCategory(client_id, fields.category)).category_id : null
    const body = { ...fields, sha256: received.sha256 }
    const answer = await once<Message | Track>({ ...repeatable, body }, async (tx) => {
      const common = {
        client_id,
        status: 'waiting',
        title: fields.title || titleOf(original_name),
        original_sha256: await storeReceived(tx, received, CONTENT_TYPES[container]),
        original_name: cleanName(original_name),
        created_by: user_id,
      } as const
      if (fields.kind === 'music') {
        const [last] = await tx.select({ position: max(track.position) }).from(track).where(eq(track.client_id, client_id))
        const [row] = await tx.insert(track).values({ ...common, kind: fields.track_kind, position: (last?.position ?? -1) + 1 }).returning({ track_id: track.track_id })
        await publish(tx, client_id, { type: 'track_changed', track_id: row!.track_id })
        return getTrack(client_id, row!.track_id, tx)
      }
      const [row] = await tx.insert(message).values({ ...common, source: fields.source, text: '', voice_name: '', category_id }).returning({ audio_id: message.audio_id })
      await indexMessages(tx, client_id, [row!.audio_id])
      await announceMessage(tx, client_id, row!.audio_id)
      return getMessage(client_id, row!.audio_id, tx)
    })
    nudgeUploads()
    return answer
  }
  catch (error) {
    throw asStorageFull(error)
  }
  finally {
    await received.discard()
  }
}

/** A full disk has an answer of its own; anything else stays what it is. */
export function asStorageFull(error: unknown): unknown {
  const full = ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | null)?.code ?? '')
  return full ? new DomainError(503, 'storage_full', 'There is no space left to store this file.', { cause: error }) : error
}

/** The last part of a path of any system, as a database can keep it. */
function cleanName(name: string | undefined): string | null {
  const clean = String(storable((name ?? '').normalize('NFC').split(/[\\/]/).at(-1)!)).replace(/\p{C}/gu, '').trim()
  return [...clean].slice(0, 255).join('') || null
}

function titleOf(name: string | undefined): string {
  const title = cleanName(name)?.replace(/\.[a-z0-9]{1,5}$/i, '').replaceAll('_', ' ').trim()
  return [...title || 'Audio'].slice(0, 200).join('')
}
