import { SpeechProviderNameSchema, type SpeechProviderName } from '../../../shared/schemas/voice'
import { ProviderFailed } from '../errors'
import { createElevenLabs, type ElevenLabsSettings } from './elevenlabs'
import { createEspeak, type EspeakOptions } from './espeak'
import type { SpeechProvider } from './types'

export { createElevenLabs, type ElevenLabsLimits, type ElevenLabsSettings } from './elevenlabs'
export { createEspeak, type EspeakOptions, type EspeakVoice } from './espeak'
export type * from './types'

export interface SpeechProvidersOptions {
  /** None without a key. */
  elevenlabs?: ElevenLabsSettings
  espeak: EspeakOptions
}

export interface SpeechProviders {
  /** Those that can be used, the best first. */
  configured: SpeechProvider[]
  /**
   * The provider of a voice.
   * @throws ProviderFailed `speech_not_configured` when it is not set up on this server
   */
  speechProvider(name: SpeechProviderName): SpeechProvider
}

/** The providers of speech that these settings allow. Calls nobody. */
export function createSpeechProviders({ elevenlabs, espeak }: SpeechProvidersOptions): SpeechProviders {
  const configured = [...elevenlabs ? [createElevenLabs(elevenlabs)] : [], createEspeak(espeak)]
  return {
    configured,
    speechProvider(name) {
      const provider = configured.find(one => one.name === name)
      if (provider) return provider
      throw new ProviderFailed({
        vendor: SpeechProviderNameSchema.parse(name), code: 'speech_not_configured', status: 503,
        message: 'The provider of this voice is not set up on this server. Choose another voice, or set ELEVENLABS_API_KEY.',
      })
    },
  }
}
