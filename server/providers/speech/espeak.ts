import { UNKNOWN_ACCENT, type VoiceSettings } from '../../../shared/schemas/voice'
import type { SpeechErrorCode } from '../../../shared/utils/error-codes'
import { countCharacters, toSpeechText } from '../../../shared/utils/speech-text'
import type { EspeakJob, EspeakOutcome } from '../../workers/espeak'
import { ProviderFailed } from '../errors'
import type { ProviderVoice, SpeechProvider } from './types'

export interface EspeakVoice extends ProviderVoice {
  /** 0–99, 50 is the variant's own. */
  pitch?: number
}

export interface EspeakOptions {
  /** The voices on offer: the engine knows hundreds, few of them pleasant. */
  voices: EspeakVoice[]
  /** Runs a function of `server/workers/espeak.ts` in a thread that aborting the signal kills. */
  run: {
    synthesize(job: EspeakJob, options: { signal: AbortSignal }): Promise<EspeakOutcome>
    probe(payload: Record<string, never>, options: { signal: AbortSignal }): Promise<boolean>
  }
  max_characters?: number
  /** Time for one text, including the start of the thread. */
  timeout_ms?: number
}

/** The engine's own 175 is hurried for a shop floor; at 150 it keeps the pace of `estimateSpeechSeconds`. */
const WORDS_PER_MINUTE = 150
const PROBE_TIMEOUT_MS = 15_000

/** Speech without a vendor, a key or a network: eSpeak NG in a worker thread. */
export function createEspeak({ voices, run, max_characters = 10_000, timeout_ms = 60_000 }: EspeakOptions): SpeechProvider {
  const byId = new Map(voices.map(voice => [voice.provider_voice_id, voice]))

  return {
    name: 'espeak',
    model_id: 'espeak-ng',
    // It says "1,99 €" as a number and a sign, and "24/12" as a fraction.
    reads_numbers: false,

    async listVoices() {
      return voices.map(({ pitch: _, ...voice }) => ({ ...voice, accent: voice.accent || UNKNOWN_ACCENT }))
    },

    async speak({ text, provider_voice_id, settings, signal }) {
      const voice = byId.get(provider_voice_id)
      if (!voice) throw voiceGone()
      const words = toSpeechText(text)
      if (countCharacters(words) > max_characters) {
        throw failed('text_too_long', `The message is longer than the ${max_characters} characters that this voice speaks at once.`, 422)
      }
      const outcome = await guarded(timeout_ms, signal, both => run.synthesize(jobOf(words, voice, settings), { signal: both }))
      if (outcome.ok) {
        return { audio: { kind: 'pcm', pcm: outcome.pcm, sample_rate: outcome.sample_rate }, model_id: 'espeak-ng' }
      }
      if (outcome.reason === 'engine_missing') throw engineMissing()
      if (outcome.reason === 'voice_unknown') throw voiceGone()
      throw failed('text_unspeakable', 'There is nothing in this message that the voice can speak.', 422)
    },

    async maxCharacters() {
      return max_characters
    },

    async check(signal) {
      try {
        const installed = await guarded(PROBE_TIMEOUT_MS, signal, both => run.probe({}, { signal: both }))
        if (!installed) throw engineMissing()
        return { ok: true, message: `The built-in voice is ready (${voices.length} voices).` }
      }
      catch (error) {
        if (error instanceof ProviderFailed) return { ok: false, message: error.message, code: error.code }
        return { ok: false, message: 'The check was cancelled.', code: 'cancelled' }
      }
    },
  }
}

/** Steady voices move their pitch less, stylised ones more. What has no meaning here (similarity, boost) is ignored. */
function jobOf(text: string, voice: EspeakVoice, settings: VoiceSettings): EspeakJob {
  return {
    text,
    voice: voice.provider_voice_id,
    words_per_minute: WORDS_PER_MINUTE * settings.speed,
    pitch: voice.pitch ?? 50,
    pitch_range: 42 + 40 * (1 - settings.stability) + 50 * settings.style,
  }
}

async function guarded<Result>(timeout_ms: number, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  signal?.throwIfAborted()
  const deadline = AbortSignal.timeout(timeout_ms)
  try {
    return await work(signal ? AbortSignal.any([signal, deadline]) : deadline)
  }
  catch (error) {
    signal?.throwIfAborted()
    if (deadline.aborted) {
      throw failed('speech_timeout', 'The built-in voice took too long. Try a shorter message.', 504, { retryable: true, cause: error })
    }
    throw failed('speech_engine_failed', 'The built-in voice stopped unexpectedly. Try again.', 500, { retryable: true, cause: error })
  }
}

function voiceGone(): ProviderFailed {
  return failed('voice_gone', 'This voice does not exist any more. Choose another one.', 422)
}

function engineMissing(): ProviderFailed {
  return failed('speech_engine_missing', 'The built-in voice is not installed on this server: run "npm install" with optional packages, or set up another provider.', 503)
}

function failed(code: SpeechErrorCode, message: string, status: 422 | 500 | 503 | 504, more: { retryable?: boolean, cause?: unknown } = {}): ProviderFailed {
  return new ProviderFailed({ vendor: 'espeak', code, message, status, ...more })
}
