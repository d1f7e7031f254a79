import { createElevenLabs } from '../../providers/speech/elevenlabs'
import { createEspeak } from '../../providers/speech/espeak'
import type { SpeechProvider } from '../../providers/speech/types'
import type { SpeechProviderName } from '../../../shared/schemas/voice'
import { ProviderFailed } from '../errors'
import { useSettings } from '../settings/env'
import { loadTtsConfig, loadVoicesConfig } from './speech-config'
import { runInWorker } from './worker-pool'

let providers: Map<SpeechProviderName, SpeechProvider> | undefined

/** The providers of speech that this installation can use: always the embedded one, ElevenLabs when there is a key. */
export function speechProviders(): ReadonlyMap<SpeechProviderName, SpeechProvider> {
  providers ??= new Map(createProviders().map(provider => [provider.name, provider]))
  return providers
}

/**
 * One provider by name.
 * @throws ProviderFailed when it is not configured
 */
export function speechProvider(name: SpeechProviderName): SpeechProvider {
  const provider = speechProviders().get(name)
  if (!provider) throw new ProviderFailed({ vendor: name, code: 'provider_not_configured', message: 'The provider of this voice is not set up on this server.', status: 503 })
  return provider
}

function createProviders(): SpeechProvider[] {
  const settings = useSettings()
  const { espeak, elevenlabs } = loadTtsConfig()
  const embedded = createEspeak({
    voices: loadVoicesConfig().espeak,
    run: {
      synthesize: (job, options) => runInWorker('espeak', 'synthesize', job, options),
      probe: (payload, options) => runInWorker('espeak', 'probe', payload, options),
    },
    max_characters: espeak.max_characters,
    timeout_ms: espeak.timeout_ms,
  })
  if (!settings.ELEVENLABS_API_KEY) return [embedded]
  return [
    createElevenLabs({ api_key: settings.ELEVENLABS_API_KEY, base_url: settings.ELEVENLABS_BASE_URL, model_id: settings.ELEVENLABS_MODEL_ID, limits: elevenlabs }),
    embedded,
  ]
}
