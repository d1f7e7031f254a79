import { and, desc, eq, getTableColumns } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '../../../db/client'
import { message, messageVersion, user } from '../../../db/schema'
import type { FinishedMessage, GenerateResponse, GenerateStep, Message } from '../../../shared/schemas/audio'
import type { MessageVersion, NewVersionSchema } from '../../../shared/schemas/library'
import { openFile } from '../audio/files'
import { makeSound, storeSound, type ScriptRequest } from '../audio/making'
import { useDb } from '../database'
import { Conflict, NotFound, Unprocessable } from '../errors'
import { earlierAnswer, once, type Repeatable } from '../idempotency'
import { announceMessage } from '../player/live'
import { getMessage, holdMessage, messageNotFound, ownMessage, selectMessages, urlOf } from './rows'
import { indexMessages } from './search'

type MessageRow = Awaited<ReturnType<typeof holdMessage>>

/** What a version keeps of a message: title, script and figures. */
const KEPT = ['source', 'title', 'text', 'spoken_text', 'voice_id', 'voice_name', 'voice_settings', 'jingle', 'words', 'sha256', 'original_sha256', 'bytes', 'duration_ms', 'lufs', 'true_peak_dbtp', 'limiting_db', 'warnings', 'peaks'] as const
type Content = Omit<Pick<MessageRow, typeof KEPT[number]>, 'source'> & { source: MessageRow['source'] | null }

const contentOf = (row: Content) => Object.fromEntries(KEPT.map(name => [name, row[name]])) as Content

/**
 * What a message is now and what it was before, newest first.
 * @throws NotFound
 */
export async function listVersions(clientId: string, audioId: string): Promise<MessageVersion[]> {
  const db = await useDb()
  const [now] = await selectMessages(db, {}).where(ownMessage(clientId, audioId))
  if (!now) throw messageNotFound()
  const before = await db.select({ ...getTableColumns(messageVersion), created_by_name: user.name }).from(messageVersion)
    .leftJoin(user, eq(user.id, messageVersion.created_by))
    .where(and(eq(messageVersion.client_id, clientId), eq(messageVersion.audio_id, audioId))).orderBy(desc(messageVersion.version))
  const all = [{ ...now.message, version_id: null, created_by_name: now.created_by_name }, ...before]
  // A version is kept at the moment in which the next one is made.
  return all.map((row, place) => toVersion(row, before[place]?.created_at ?? now.message.created_at))
}

function toVersion(row: Content & { version_id: string | null, version: number, created_by_name: string | null }, made_at: Date): MessageVersion {
  const { original_sha256: _, source: __, words: ___, ...content } = contentOf(row)
  return {
    ...content,
    version_id: row.version_id,
    version: row.version,
    is_current: row.version_id === null,
    audio_url: urlOf(row.sha256),
    created_by_name: row.created_by_name,
    created_at: made_at.toISOString(),
  }
}

export interface NewVersionOptions {
  client_id: string
  user_id: string | null
  audio_id: string
  request: z.output<typeof NewVersionSchema>
  repeatable: Repeatable
  onStep?: (step: GenerateStep) => void
  signal?: AbortSignal
}

/**
 * Speaks a message anew under the same id. What it was stays as a version, and is heard as before; who airs it from now
 * on airs the new one.
 * @throws NotFound; Unprocessable for a text that cannot be spoken, or without a voice; Conflict when somebody else made
 * a newer version meanwhile; ProviderFailed
 */
export async function addVersion({ client_id, user_id, audio_id, request, repeatable, onStep, signal }: NewVersionOptions): Promise<GenerateResponse> {
  const earlier = await earlierAnswer<GenerateResponse>(repeatable)
  if (earlier) return earlier
  const before = await getMessage(client_id, audio_id)
  requireChangeable(before, request.version)
  const made = await makeSound({ client_id, script: scriptOf(before, request), onStep, signal })
  return once<GenerateResponse>(repeatable, async (tx) => {
    const row = await holdMessage(tx, client_id, audio_id)
    requireChangeable(row, request.version)
    await replaceContent(tx, row, { title: request.title ?? row.title, source: 'generated', original_sha256: null, ...await storeSound(tx, made) }, user_id)
    return { ...await getMessage(client_id, audio_id, tx) as FinishedMessage, speech_cached: made.cached }
  })
}

/** What is not named stays as it is; settings belong to their voice. */
function scriptOf(before: Message, request: Omit<ScriptRequest, 'voice_id'> & { voice_id?: string }): ScriptRequest {
  const voice_id = request.voice_id ?? before.voice_id
  if (!voice_id) throw new Unprocessable('voice_missing', 'This message has no voice: name one.', [{ path: 'voice_id', message: 'is needed' }])
  const settings = voice_id === before.voice_id && before.voice_settings ? before.voice_settings : undefined
  return {
    title: request.title ?? before.title,
    text: request.text,
    spoken_text: request.spoken_text === undefined && request.text === before.text ? before.spoken_text : request.spoken_text,
    voice_id,
    voice_settings: { ...settings, ...request.voice_settings },
    jingle: request.jingle === undefined ? before.jingle : request.jingle,
    mixed_with: before.jingle,
  }
}

/**
 * Makes a version what the message is now, as a new version: what is now stays too.
 * @throws NotFound, Conflict when its sound is lost
 */
export async function restoreVersion(clientId: string, userId: string | null, audioId: string, versionId: string): Promise<Message> {
  const db = await useDb()
  const [version] = await db.select().from(messageVersion)
    .where(and(eq(messageVersion.client_id, clientId), eq(messageVersion.audio_id, audioId), eq(messageVersion.version_id, versionId)))
  if (!version) throw new NotFound('There is no such version.', 'version_not_found')
  if (!version.sha256 || !await openFile(version.sha256)) throw new Conflict('The sound of this version is lost.', 'message_file_missing')
  return db.transaction(async (tx) => {
    const row = await holdMessage(tx, clientId, audioId)
    requireChangeable(row)
    // Of those that were kept before it was noted where they came from, only a spoken one has settings of a voice.
    await replaceContent(tx, row, { ...contentOf(version), source: version.source ?? (version.voice_settings ? 'generated' : 'uploaded') }, userId)
    return getMessage(clientId, audioId, tx)
  })
}

function requireChangeable({ version, deleted_at, status }: Pick<MessageRow, 'version' | 'status'> & { deleted_at: Date | string | null }, expected?: number): void {
  if (deleted_at) throw new Conflict('This message is in the bin. Bring it back first.', 'message_deleted')
  if (status !== 'ready' && status !== 'draft') throw new Conflict('This message has no finished sound yet.', 'message_not_ready')
  if (expected !== undefined && expected !== version) throw new Conflict('Somebody changed this message meanwhile.', 'message_changed')
}

/** The row's content moves to the versions, and the new one takes its place. The row is held. */
async function replaceContent(tx: Db, row: MessageRow, content: Partial<typeof message.$inferInsert>, userId: string | null): Promise<void> {
  const { client_id, audio_id, version, created_by } = row
  await tx.insert(messageVersion).values({ ...contentOf(row), client_id, audio_id, version, created_by })
  await tx.update(message).set({ ...content, version: version + 1, created_by: userId, updated_at: new Date() }).where(eq(message.audio_id, audio_id))
  await indexMessages(tx, client_id, [audio_id])
  await announceMessage(tx, client_id, audio_id)
}
