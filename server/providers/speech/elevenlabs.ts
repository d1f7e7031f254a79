import { Buffer } from 'node:buffer'
import type { ElevenLabs } from '@elevenlabs/elevenlabs-js'
import type { VoiceSettings } from '../../../shared/schemas/voice'
import type { SpeechErrorCode } from '../../../shared/utils/error-codes'
import { scanMp3 } from '../../../shared/utils/mp3-frames'
import { countCharacters, estimateSpeechSeconds, toSpeechText } from '../../../shared/utils/speech-text'
import { ProviderFailed } from '../errors'
import { createAccount } from './elevenlabs-account'
import { createCall, type CallLimits } from './elevenlabs-client'
import { toProviderVoice } from './elevenlabs-voices'
import { Slots } from './slots'
import type { CharacterAlignment, ProviderVoice, SpeechProvider } from './types'

export interface ElevenLabsLimits extends CallLimits {
  output_format: Extract<ElevenLabs.TextToSpeechConvertWithTimestampsRequestOutputFormat, `mp3_${string}`>
  /** Longest text of one request, for models that the vendor's own list does not tell. */
  models: Record<string, { max_characters: number }>
  /** Requests at once, by plan. */
  concurrency: Record<string, number>
}

export interface ElevenLabsSettings {
  api_key: string
  base_url: string
  model_id: string
  limits: ElevenLabsLimits
}

const PAGE_SIZE = 100
const MOST_PAGES = 50
/** Speech shorter than this part of what the text should take was cut off. */
const LEAST_PART = 0.6
/** The sound may end this much before its own alignment does. */
const ALIGNMENT_SLACK_S = 0.5

/** Speech by ElevenLabs. Calls nobody until it is used. */
export function createElevenLabs({ api_key, base_url, model_id, limits }: ElevenLabsSettings): SpeechProvider {
  const slots = new Slots(limits.concurrency.free ?? 1)
  const call = createCall({ api_key, base_url }, limits, slots)
  const account = createAccount(call, limits, slots)

  return {
    name: 'elevenlabs',
    model_id,
    // It puts numbers into words by itself, though by the language it guesses, without the region, the client's words
    // or a preview: what was shown would not be what is said, and the length is measured against what was shown.
    reads_numbers: false,

    async listVoices(signal) {
      const found = new Map<string, ProviderVoice>()
      let nextPageToken: string | undefined
      for (let page = 0; page < MOST_PAGES; page++) {
        const { data } = await call({ signal }, (client, options) =>
          client.voices.search({ pageSize: PAGE_SIZE, nextPageToken }, options))
        for (const voice of data.voices) found.set(voice.voiceId, toProviderVoice(voice))
        if (!data.hasMore || !data.nextPageToken || data.nextPageToken === nextPageToken) break
        nextPageToken = data.nextPageToken
      }
      return [...found.values()]
    },

    async speak({ text, provider_voice_id, settings, model_id: model = model_id, language, signal }) {
      signal?.throwIfAborted()
      const words = toSpeechText(text)
      if (words === '') throw failed('text_unspeakable', 'There is nothing in this message that the voice can speak.', 422)
      void account.refresh()
      const most = account.knownMaxCharacters(model)
      if (countCharacters(words) > most) {
        throw failed('text_too_long', `The message is longer than the ${most} characters that this voice speaks at once.`, 422)
      }
      const { data, rawResponse } = await call({ signal, takes_slot: true }, (client, options) =>
        client.textToSpeech.convertWithTimestamps(provider_voice_id, {
          text: words,
          modelId: model,
          outputFormat: limits.output_format,
          voiceSettings: toVoiceSettings(settings, model),
          ...takesLanguageCode(model) && language ? { languageCode: language.split('-')[0] } : {},
        }, options))

      const alignment = toAlignment(data.alignment)
      const cost = Number(rawResponse.headers.get('character-cost') ?? Number.NaN)
      return {
        audio: { kind: 'encoded', bytes: checkedAudio(data.audioBase64, words, settings.speed, alignment), content_type: 'audio/mpeg' },
        ...alignment && { alignment },
        ...Number.isFinite(cost) && { characters_cost: cost },
        request_id: rawResponse.headers.get('request-id') ?? undefined,
        model_id: model,
      }
    },

    knownQuota() {
      void account.refresh()
      return account.knownQuota()
    },

    async maxCharacters(model = model_id) {
      await account.refresh()
      return account.knownMaxCharacters(model)
    },

    async check(signal) {
      try {
        return { ok: true, message: await account.describe(model_id, signal) }
      }
      catch (error) {
        if (error instanceof ProviderFailed) return { ok: false, message: error.message, code: error.code }
        return { ok: false, message: 'The check was cancelled.', code: 'cancelled' }
      }
    },
  }
}

// The SDK drops a snake_case key without a word and the voice's stored settings speak instead.
function toVoiceSettings(settings: VoiceSettings, model: string): ElevenLabs.VoiceSettings {
  return {
    // This model takes three steps: creative, natural, robust.
    stability: model === 'eleven_v3' ? Math.round(settings.stability * 2) / 2 : settings.stability,
    similarityBoost: settings.similarity_boost,
    style: settings.style,
    useSpeakerBoost: settings.use_speaker_boost,
    speed: settings.speed,
  }
}

function takesLanguageCode(model: string): boolean {
  return !/multilingual|monolingual/.test(model)
}

function checkedAudio(base64: string, text: string, speed: number, alignment: CharacterAlignment | undefined): Uint8Array {
  const bytes = Buffer.from(base64, 'base64')
  const scan = scanMp3(bytes)
  if (!scan) {
    throw failed('speech_bad_answer', 'ElevenLabs answered something that is no speech. Try again.', 502, true)
  }
  const aligned_s = alignment?.end_s.at(-1) ?? 0
  if (scan.duration_s < LEAST_PART * estimateSpeechSeconds(text, speed) || scan.duration_s < aligned_s - ALIGNMENT_SLACK_S) {
    throw failed('speech_truncated', 'ElevenLabs sent only a part of the speech. Try again.', 502, true)
  }
  return bytes
}

function toAlignment(alignment: ElevenLabs.CharacterAlignmentResponseModel | undefined): CharacterAlignment | undefined {
  if (!alignment) return undefined
  const { characters, characterStartTimesSeconds: start_s, characterEndTimesSeconds: end_s } = alignment
  const isWhole = characters.length > 0 && characters.length === start_s.length && characters.length === end_s.length
  return isWhole ? { characters, start_s, end_s } : undefined
}

function failed(code: SpeechErrorCode, message: string, status: 422 | 502, retryable = false): ProviderFailed {
  return new ProviderFailed({ vendor: 'elevenlabs', code, message, status, retryable })
}
