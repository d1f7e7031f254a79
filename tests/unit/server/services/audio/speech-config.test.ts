import { describe, expect, it } from 'vitest'
import ttsConfig from '../../../../../config/tts-config.json'
import voicesConfig from '../../../../../config/voices-config.json'
import { loadTtsConfig, loadVoicesConfig } from '../../../../../server/services/audio/speech-config'

describe('shipped voices', () => {
  const { espeak, default_voice } = loadVoicesConfig()

  it('has women and men in Spanish and English', () => {
    for (const language of ['es', 'en']) {
      const genders = espeak.filter(voice => voice.language.startsWith(language)).map(voice => voice.gender)
      expect(genders).toContain('female')
      expect(genders).toContain('male')
    }
  })

  it('has a start voice that speaks its language', () => {
    for (const [language, id] of Object.entries(default_voice)) {
      expect(espeak.find(voice => voice.provider_voice_id === id)?.language.split('-')[0]).toBe(language)
    }
  })

  it('has unlike names, and "Neutral" where an accent is empty', () => {
    expect(new Set(espeak.map(voice => voice.name)).size).toBe(espeak.length)
    expect(espeak.every(voice => voice.accent !== '')).toBe(true)
    expect(espeak.some(voice => voice.accent === 'Neutral')).toBe(true)
  })
})

describe('shipped limits', () => {
  it('knows its own models', () => {
    const { elevenlabs } = loadTtsConfig()
    expect(elevenlabs.default_model).toBe('eleven_multilingual_v2')
    expect(Object.keys(elevenlabs.models)).toEqual(expect.arrayContaining([elevenlabs.default_model, elevenlabs.draft_model]))
    expect(elevenlabs.concurrency).toMatchObject({ free: 2, starter: 3, creator: 5, pro: 10, scale: 15 })
  })
})

describe('a wrong file stops with its name and field', () => {
  it.each([
    [{ ...voicesConfig, espeak: [] }, 'config/voices-config.json: espeak '],
    [{ ...voicesConfig, espeak: [...voicesConfig.espeak, voicesConfig.espeak[0]] }, 'config/voices-config.json: espeak has es-419+f2 twice'],
    [{ ...voicesConfig, default_voice: { es: 'nobody', en: 'en-us+f2' } }, 'config/voices-config.json: default_voice.es must be one of'],
    [{ ...voicesConfig, espeak: [{ ...voicesConfig.espeak[0], provider_voice_id: 'es; rm' }] }, 'config/voices-config.json: espeak.0.provider_voice_id must be'],
    [{ ...voicesConfig, espeak: [{ ...voicesConfig.espeak[0], gender: 'x' }] }, 'config/voices-config.json: espeak.0.gender '],
    ['text', 'config/voices-config.json: the file '],
  ])('voices %#', (raw, message) => {
    expect(() => loadVoicesConfig(raw)).toThrow(message)
  })

  it.each([
    [{ ...ttsConfig, default_provider: 'nobody' }, 'config/tts-config.json: default_provider '],
    [{ ...ttsConfig, elevenlabs: { ...ttsConfig.elevenlabs, base_url: 'api' } }, 'config/tts-config.json: elevenlabs.base_url '],
    [{ ...ttsConfig, elevenlabs: { ...ttsConfig.elevenlabs, output_format: 'wav_44100' } }, 'config/tts-config.json: elevenlabs.output_format must be'],
    [{ ...ttsConfig, elevenlabs: { ...ttsConfig.elevenlabs, concurrency: {} } }, 'config/tts-config.json: elevenlabs.concurrency must have'],
  ])('limits %#', (raw, message) => {
    expect(() => loadTtsConfig(raw)).toThrow(message)
  })
})
