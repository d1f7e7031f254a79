import { and, eq } from 'drizzle-orm'
import { message, voice } from '../../../db/schema'
import type { WordTimes } from '../../../shared/protocol'
import type { FinishedMessage } from '../../../shared/schemas/audio'
import type { JingleChoice, JingleRecipe } from '../../../shared/schemas/jingle'
import { useDb } from '../database'
import { Conflict, NotFound, Unprocessable } from '../errors'
import { getMessage } from '../library/messages'
import { announceMessage } from '../player/live'
import { keptCaptions } from './captions'
import { storeFile } from './files'
import { finishSpeech, prepareFinish } from './finish'
import { resolveJingle } from './jingles'
import type { MasteredSpeech, SpeechInput } from './mastering'
import { readSpeech } from './speech'

export interface Remixed {
  /** The recipe as it was resolved; null: the voice alone. */
  jingle: JingleRecipe | null
  sound: MasteredSpeech
  /** Captions word by word of that sound. */
  words: WordTimes | null
}

/**
 * The sound of a message with another recipe, or with the settings of now: from its speech as it was kept, so that no
 * provider is called. Nothing is stored.
 * @throws NotFound, Unprocessable when its speech is not kept
 */
export async function remix(client_id: string, audio_id: string, choice: JingleChoice | null, signal?: AbortSignal): Promise<Remixed> {
  const db = await useDb()
  const [row] = await db.select({ message, voice }).from(message).leftJoin(voice, eq(voice.voice_id, message.voice_id))
    .where(and(eq(message.client_id, client_id), eq(message.audio_id, audio_id)))
  if (!row) throw new NotFound('There is no such message.', 'message_not_found')
  const input = await speechOf(row.message)
  const jingle = await resolveJingle(client_id, choice, row.voice?.jingle, row.message.jingle)
  const sound = await finishSpeech(await prepareFinish(client_id, jingle), { input, voice_gain_db: row.voice?.gain_db ?? 0, title: row.message.title, signal })
  return { jingle, sound, words: await keptCaptions(client_id, row.message, row.voice, sound) }
}

/**
 * Mixes a draft anew, in its place.
 * @throws NotFound, Conflict for a message that is kept, Unprocessable
 */
export async function remixDraft(client_id: string, audio_id: string, choice: JingleChoice | null, signal?: AbortSignal): Promise<FinishedMessage> {
  const { status } = await getMessage(client_id, audio_id)
  if (status !== 'draft') throw kept()
  const { jingle, words, sound: { mp3, sha256: _, gain_db: __, speech_at_ms: ___, ...figures } } = await remix(client_id, audio_id, choice, signal)
  signal?.throwIfAborted()
  const db = await useDb()
  return db.transaction(async (tx) => {
    const sha256 = await storeFile(tx, mp3, 'audio/mpeg')
    const changed = await tx.update(message).set({ jingle, words, sha256, ...figures, updated_at: new Date() })
      .where(and(eq(message.client_id, client_id), eq(message.audio_id, audio_id), eq(message.status, 'draft'))).returning({ audio_id: message.audio_id })
    // Somebody saved it meanwhile.
    if (!changed.length) throw kept()
    await announceMessage(tx, client_id, audio_id)
    return await getMessage(client_id, audio_id, tx) as FinishedMessage
  })
}

async function speechOf({ source, original_sha256 }: Pick<typeof message.$inferSelect, 'source' | 'original_sha256'>): Promise<SpeechInput> {
  const speech = source === 'generated' && original_sha256 ? await readSpeech(original_sha256) : null
  if (!speech) throw new Unprocessable('speech_not_kept', 'The voice of this message is not kept: generate it again.')
  return speech
}

const kept = () => new Conflict('This message is in the library: change it there.', 'message_kept')
