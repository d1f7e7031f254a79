import { eq } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { message, voice as voiceTable } from '../../../db/schema'
import type { FinishedMessage, GenerateRequestSchema, GenerateResponse, GenerateStep } from '../../../shared/schemas/audio'
import { useDb } from '../database'
import { ProviderFailed } from '../errors'
import { earlierAnswer, once, type Repeatable } from '../idempotency'
import { requireCategory } from '../library/categories'
import { getMessage, titleFrom } from '../library/messages'
import { sha256Of } from '../hash'
import { learnWords, searchTextOf } from '../library/search'
import { announceMessage } from '../player/live'
import { storeFile } from './files'
import { finishSpeech, prepareFinish } from './finish'
import { makeSound, storeSound } from './making'
import { readFor } from './reading'
import { speak } from './speech'
import { requireVoice } from './voices'

export interface GenerateOptions {
  client_id: string
  user_id: string | null
  request: ReturnType<typeof GenerateRequestSchema.parse>
  repeatable: Repeatable
  /** Hears each step as it begins. */
  onStep?: (step: GenerateStep) => void
  signal?: AbortSignal
}

/**
 * Text to a finished message: spoken (or taken from the cache), brought to its loudness, stored.
 * A caller that goes away leaves nothing behind but the speech that was paid for.
 * @throws Unprocessable for a text that cannot be spoken, NotFound for an unknown voice or category, ProviderFailed
 */
export async function generateMessage({ client_id, user_id, request, repeatable, onStep, signal }: GenerateOptions): Promise<GenerateResponse> {
  const before = await earlierAnswer<GenerateResponse>(repeatable)
  if (before) return before
  return makeMessage({ client_id, user_id, request, repeatable, onStep, signal }, (_tx, made) => Promise.resolve(made))
}

/**
 * {@link generateMessage}, with more in the same act: what `finish` does is done once with the message, or not at all.
 * @param finish on the transaction that keeps the message; its answer is the answer
 */
export async function makeMessage<T>({ client_id, user_id, request, repeatable, onStep, signal }: GenerateOptions, finish: (tx: Db, made: GenerateResponse) => Promise<T>): Promise<T> {
  const category = request.category ? await requireCategory(client_id, request.category) : null
  const made = await makeSound({ client_id, script: request, onStep, signal })
  return once<T>(repeatable, async (tx) => {
    const title = request.title || titleFrom(made.script.text)
    const search_text = searchTextOf({ title, text: made.script.text })
    const [row] = await tx.insert(message).values({
      client_id,
      status: request.save ? 'ready' : 'draft',
      title,
      search_text,
      category_id: category?.category_id,
      ...await storeSound(tx, made),
      created_by: user_id,
    }).returning({ audio_id: message.audio_id })
    await learnWords(tx, client_id, [search_text])
    await announceMessage(tx, client_id, row!.audio_id)
    return finish(tx, { ...await getMessage(client_id, row!.audio_id, tx) as FinishedMessage, speech_cached: made.cached })
  })
}

const SAMPLE_TEXTS: Record<string, string> = {
  es: 'Estimados clientes, les damos la bienvenida a nuestra tienda.',
  en: 'Dear customers, welcome to our store.',
}

/**
 * The file of a sentence in this voice, as a message of this client would sound. Made when somebody first listens, and
 * anew when something that shapes it has changed: the settings of voice or sound, or how the client says its words.
 * @returns its sha256
 * @throws NotFound, ProviderFailed, Unprocessable when the voice is gone
 */
export async function voiceSample(client_id: string, voice_id: string): Promise<string> {
  const voice = await requireVoice(client_id, voice_id)
  const text = SAMPLE_TEXTS[voice.language.slice(0, 2)] ?? SAMPLE_TEXTS.en!
  const [finish, { spoken_text }] = await Promise.all([prepareFinish(client_id, null), readFor(client_id, text, voice)])
  const sample_key = sha256Of(JSON.stringify([finish.settings, finish.artist, voice.name, voice.settings, spoken_text]))
  // Of a voice that is gone there will be no other.
  if (voice.sample_sha256 && (voice.sample_key === sample_key || voice.gone_at)) return voice.sample_sha256
  if (voice.gone_at) throw new ProviderFailed({ vendor: voice.provider, code: 'voice_gone', message: 'The provider no longer has this voice.', status: 422 })
  const { input } = await speak({ client_id, voice, settings: voice.settings, text: spoken_text })
  const { mp3 } = await finishSpeech(finish, { input, voice_gain_db: 0, title: voice.name })
  const db = await useDb()
  return db.transaction(async (tx) => {
    const sha256 = await storeFile(tx, mp3, 'audio/mpeg')
    await tx.update(voiceTable).set({ sample_sha256: sha256, sample_key }).where(eq(voiceTable.voice_id, voice_id))
    return sha256
  })
}
