import type { SpeechProviderName, VoiceGender, VoiceSettings } from '../../../shared/schemas/voice'

/** A voice as its provider lists it. */
export interface ProviderVoice {
  provider_voice_id: string
  name: string
  gender: VoiceGender
  /** "Neutral" when the provider does not say. */
  accent: string
  /** BCP-47. */
  language: string
  /** On the vendor's host: a server may fetch it, a page must not. */
  preview_url?: string
  description?: string
}

export interface SpeakRequest {
  /** Plain text. Markup and acting directions are not obeyed. */
  text: string
  provider_voice_id: string
  settings: VoiceSettings
  /** None = the provider's configured model. Providers without models ignore it. */
  model_id?: string
  /** BCP-47 language of the text. */
  language?: string
  signal?: AbortSignal
}

/** When each character is heard, in seconds from the start of the audio; three lists of one length. */
export interface CharacterAlignment {
  characters: string[]
  start_s: number[]
  end_s: number[]
}

export type SpokenAudio
  = | { kind: 'pcm', pcm: Float32Array, sample_rate: number }
    | { kind: 'encoded', bytes: Uint8Array, content_type: string }

export interface Spoken {
  /** Mono samples −1…1, or a whole encoded file. */
  audio: SpokenAudio
  alignment?: CharacterAlignment
  /** What the vendor charged, in its characters. */
  characters_cost?: number
  /** The vendor's own name of this call, for its support. */
  request_id?: string
  /** The model that spoke, for the content hash of the speech. */
  model_id: string
}

export interface ProviderHealth {
  ok: boolean
  /** One English sentence. Never a key, never a vendor's body. */
  message: string
  /** The code of the failure when not ok. */
  code?: string
}

/** Characters of speech that this month has cost, and how many it may. */
export interface SpeechQuota {
  used: number
  limit: number | null
}

/**
 * One vendor of speech. Every method rejects with `ProviderFailed`, or with the signal's own reason when the caller's
 * signal was aborted.
 */
export interface SpeechProvider {
  readonly name: SpeechProviderName
  /** The model used when a request names none. */
  readonly model_id: string
  /** Whether it reads prices, dates, plates and the like as this product wants them read; else it gets them in words. */
  readonly reads_numbers: boolean
  /** What is known of the month's characters, at once; null: not yet. Absent: it counts none. */
  knownQuota?(): SpeechQuota | null
  listVoices(signal?: AbortSignal): Promise<ProviderVoice[]>
  speak(request: SpeakRequest): Promise<Spoken>
  /** Longest text of one request, in characters. */
  maxCharacters(model_id?: string): Promise<number>
  /** Whether it would speak now. Costs nothing and never rejects. */
  check(signal?: AbortSignal): Promise<ProviderHealth>
}
