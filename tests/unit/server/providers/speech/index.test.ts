import { describe, expect, it } from 'vitest'
import { createSpeechProviders } from '../../../../../server/providers/speech'
import { loadTtsConfig, loadVoicesConfig } from '../../../../../server/services/audio/speech-config'

const espeak = { voices: loadVoicesConfig().espeak, run: { synthesize: () => Promise.reject(new Error('started')), probe: async () => true } }

describe('providers of speech', () => {
  it('has only the built-in voice without a key, and says what to set', () => {
    const { configured, speechProvider } = createSpeechProviders({ espeak })
    expect(configured.map(provider => provider.name)).toEqual(['espeak'])
    expect(speechProvider('espeak').name).toBe('espeak')
    expect(() => speechProvider('elevenlabs')).toThrow(expect.objectContaining({
      code: 'speech_not_configured', status: 503, vendor: 'elevenlabs', message: expect.stringContaining('ELEVENLABS_API_KEY'),
    }))
  })

  it('prefers ElevenLabs when it has a key', () => {
    const { configured, speechProvider } = createSpeechProviders({
      espeak, elevenlabs: { api_key: 'k', base_url: 'http://127.0.0.1:9', model_id: 'eleven_multilingual_v2', limits: loadTtsConfig().elevenlabs },
    })
    expect(configured.map(provider => provider.name)).toEqual(['elevenlabs', 'espeak'])
    expect(speechProvider('elevenlabs').model_id).toBe('eleven_multilingual_v2')
  })
})
