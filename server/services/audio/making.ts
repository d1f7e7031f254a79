import type { Db } from '../../../db/client'
import type { message } from '../../../db/schema'
import type { GenerateStep } from '../../../shared/schemas/audio'
import type { JingleChoice, JingleRecipe } from '../../../shared/schemas/jingle'
import type { VoiceSettings } from '../../../shared/schemas/voice'
import { normalizeText, toSpeechText } from '../../../shared/utils/speech-text'
import { titleFrom } from '../library/messages'
import { useLogger } from '../logger'
import { captionsOf } from './captions'
import { storeFile } from './files'
import { finishSpeech, prepareFinish } from './finish'
import { resolveJingle } from './jingles'
import type { MasteredSpeech } from './mastering'
import { readFor, requireSpeakable } from './reading'
import { speak } from './speech'
import { requireVoice } from './voices'

/** What a message is to say, and how. */
export interface ScriptRequest {
  /** Stands in the file; without it, the first words. */
  title?: string
  text: string
  /** As the voice is to read it, where somebody corrected that by hand. */
  spoken_text?: string | null
  voice_id: string
  voice_settings?: Partial<VoiceSettings>
  jingle?: JingleChoice | null
  /** The recipe that it was mixed with before: its tracks may be used again, though deleted since. */
  mixed_with?: JingleRecipe | null
}

export interface MakingOptions {
  client_id: string
  script: ScriptRequest
  /** Hears each step as it begins. */
  onStep?: (step: GenerateStep) => void
  signal?: AbortSignal
}

/** A finished sound that is not stored yet, with the script that it came from. */
export interface MadeSound {
  script: Pick<typeof message.$inferInsert, 'text' | 'spoken_text' | 'voice_id' | 'voice_name' | 'voice_settings' | 'jingle' | 'original_sha256' | 'words'>
  sound: MasteredSpeech
  /** Nobody was called: the speech was there. */
  cached: boolean
}

/**
 * Text to sound: spoken (or taken from the cache), laid over its music where a jingle is asked for, and brought to its
 * loudness. Nothing is stored but the speech that was paid for.
 * @throws Unprocessable for a text that cannot be spoken or a jingle without music, NotFound for an unknown voice, preset
 * or track, ProviderFailed
 */
export async function makeSound({ client_id, script, onStep, signal }: MakingOptions): Promise<MadeSound> {
  requireSpeakable(script.text, 'text')
  if (script.spoken_text != null) requireSpeakable(script.spoken_text, 'spoken_text')
  const voice = await requireVoice(client_id, script.voice_id)
  const settings = { ...voice.settings, ...script.voice_settings }
  const text = normalizeText(script.text)
  const spoken_text = script.spoken_text == null ? null : normalizeText(script.spoken_text)
  const reading = spoken_text ? { spoken_text: toSpeechText(spoken_text), changes: [] } : await readFor(client_id, text, voice)
  const jingle = await resolveJingle(client_id, script.jingle, voice.jingle, script.mixed_with)

  // Beside the speech, which needs nothing of it.
  const preparing = prepareFinish(client_id, jingle)
  preparing.catch(() => {})
  const started = performance.now()
  onStep?.('speech')
  const { input, sha256: original_sha256, alignment, cached } = await speak({ client_id, voice, settings, text: reading.spoken_text }, signal)
  const spoken = performance.now()
  onStep?.(jingle ? 'mix' : 'loudness')
  const sound = await finishSpeech(await preparing, { input, voice_gain_db: voice.gain_db, title: script.title || titleFrom(text), signal })
  signal?.throwIfAborted()
  onStep?.('storing')
  useLogger('audio').info({
    client_id, provider: voice.provider, speech_cached: cached,
    speech_ms: Math.round(spoken - started), finish_ms: Math.round(performance.now() - spoken), duration_ms: sound.duration_ms,
  }, 'sound made')
  const words = captionsOf({ text, changes: reading.changes, alignment, sound })
  return { script: { text, spoken_text, voice_id: voice.voice_id, voice_name: voice.name, voice_settings: settings, jingle, original_sha256, words }, sound, cached }
}

/**
 * Keeps the file of a sound.
 * @returns what the row of its message says about it: script and figures
 */
export async function storeSound(tx: Db, { script, sound }: MadeSound) {
  const { mp3, sha256: _, gain_db: __, speech_at_ms: ___, ...figures } = sound
  return { ...script, sha256: await storeFile(tx, mp3, 'audio/mpeg'), ...figures }
}
