import { and, eq } from 'drizzle-orm'
import { speech } from '../../../db/schema'
import type { VoiceSettings } from '../../../shared/schemas/voice'
import type { CharacterAlignment, SpokenAudio } from '../../providers/speech/types'
import { useDatabase, useDb } from '../database'
import { ProviderFailed, Unprocessable } from '../errors'
import { sha256Of } from '../hash'
import { readFile, storeFile } from './files'
import type { SpeechInput } from './mastering'
import { speechProvider } from './providers'
import { markVoiceGone, type requireVoice } from './voices'
import { decodeWav, encodeWav } from './wav'

export interface SpeechRequest {
  client_id: string
  voice: Awaited<ReturnType<typeof requireVoice>>
  settings: VoiceSettings
  /** As handed to the voice: the corrected words, or those of `readFor`. */
  text: string
}

/** Speech, and the file that it is kept in. */
export interface Spoken {
  input: SpeechInput
  sha256: string
  /** When each character of the text is heard; null where the voice gave no times. */
  alignment: CharacterAlignment | null
}

/** Requests that are with a provider now: the same words asked for twice at once are spoken once. */
const speaking = new Map<string, Promise<Spoken>>()

/**
 * Speech for a text, from the cache when the same words were spoken before with the same voice, model and settings.
 * Speech that a provider was asked for is kept even when the caller has gone: it is paid for.
 * @returns the sound with its file, and whether nobody had to be called
 * @throws ProviderFailed, Unprocessable when the text is too long for the voice
 */
export async function speak(request: SpeechRequest, signal?: AbortSignal): Promise<Spoken & { cached: boolean }> {
  const provider = speechProvider(request.voice.provider)
  const key = contentHash(request, provider.model_id)
  const kept = await fromCache(request.client_id, key)
  if (kept) return { ...kept, cached: true }
  const limit = await provider.maxCharacters()
  if ([...request.text].length > limit) throw new Unprocessable('text_too_long', `This voice speaks at most ${limit} characters at once.`, [{ path: 'text', message: `must have at most ${limit} characters` }])
  const flight = `${request.client_id}:${key}`
  let work = speaking.get(flight)
  if (!work) {
    work = askProvider(request, key).finally(() => speaking.delete(flight))
    work.catch(() => {})
    speaking.set(flight, work)
  }
  return { ...await untilAborted(work, signal), cached: false }
}

async function askProvider({ client_id, voice, settings, text }: SpeechRequest, content_sha256: string): Promise<Spoken> {
  try {
    const spoken = await speechProvider(voice.provider).speak({ text, provider_voice_id: voice.provider_voice_id, settings, language: voice.language })
    const { bytes, content_type } = asFile(spoken.audio)
    const { db } = await useDatabase()
    const sha256 = await db.transaction(async (tx) => {
      const sha256 = await storeFile(tx, bytes, content_type)
      await tx.insert(speech).values({
        client_id, content_sha256, provider: voice.provider, sha256,
        alignment: spoken.alignment, characters_cost: spoken.characters_cost,
      }).onConflictDoNothing()
      return sha256
    })
    return { input: asInput(bytes, content_type), sha256, alignment: spoken.alignment ?? null }
  }
  catch (error) {
    if (error instanceof ProviderFailed && error.code === 'voice_gone') await markVoiceGone(voice.voice_id)
    throw error
  }
}

async function fromCache(client_id: string, content_sha256: string): Promise<Spoken | null> {
  const db = await useDb()
  const [row] = await db.update(speech).set({ used_at: new Date() })
    .where(and(eq(speech.client_id, client_id), eq(speech.content_sha256, content_sha256))).returning({ sha256: speech.sha256, alignment: speech.alignment })
  const input = row && await readSpeech(row.sha256)
  return input ? { input, ...row } : null
}

/** Speech that was kept, as the provider gave it; null when its file is gone. */
export async function readSpeech(sha256: string): Promise<SpeechInput | null> {
  const file = await readFile(sha256)
  return file && asInput(file.bytes, file.content_type)
}

/** Everything that shapes the sound of speech. */
function contentHash({ voice, settings, text }: SpeechRequest, model_id: string): string {
  const { stability, similarity_boost, style, use_speaker_boost, speed } = settings
  return sha256Of(JSON.stringify([voice.provider, voice.provider_voice_id, model_id, voice.language, stability, similarity_boost, style, use_speaker_boost, speed, text]))
}

function asFile(audio: SpokenAudio): { bytes: Uint8Array, content_type: string } {
  return audio.kind === 'encoded' ? audio : { bytes: encodeWav(audio.pcm, audio.sample_rate), content_type: 'audio/wav' }
}

function asInput(bytes: Uint8Array, content_type: string): SpeechInput {
  return content_type === 'audio/wav' ? decodeWav(bytes) : { encoded: bytes, content_type: 'audio/mpeg' }
}

function untilAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
