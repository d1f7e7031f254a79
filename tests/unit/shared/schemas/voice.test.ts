import { describe, expect, it } from 'vitest'
import { SpeechTextSchema } from '../../../../shared/schemas/audio-text'
import { DEFAULT_VOICE_SETTINGS, VoiceSettingsSchema } from '../../../../shared/schemas/voice'

describe('voice settings', () => {
  it('has the defaults of the product', () => {
    expect(DEFAULT_VOICE_SETTINGS).toEqual({ stability: 1, similarity_boost: 0.5, style: 0.15, use_speaker_boost: true, speed: 1 })
  })

  it.each([
    { stability: -0.01 }, { stability: 1.01 }, { similarity_boost: 2 }, { style: -1 }, { speed: 0.69 }, { speed: 1.21 },
    { speed: '1' }, { stability: NaN }, { use_speaker_boost: 1 }, { similarityBoost: 0.5 },
  ])('refuses %o', (settings) => {
    expect(VoiceSettingsSchema.partial().safeParse(settings).success).toBe(false)
  })

  it('adds nothing to a change of one setting', () => {
    expect(VoiceSettingsSchema.partial().parse({ speed: 1.1 })).toEqual({ speed: 1.1 })
    expect(VoiceSettingsSchema.parse(DEFAULT_VOICE_SETTINGS)).toEqual(DEFAULT_VOICE_SETTINGS)
  })

  it('takes the ends of every range', () => {
    for (const speed of [0.7, 1.2]) expect(VoiceSettingsSchema.parse({ stability: 0, similarity_boost: 1, style: 1, use_speaker_boost: false, speed }).speed).toBe(speed)
  })
})

describe('SpeechTextSchema', () => {
  it('normalises what it takes', () => {
    expect(SpeechTextSchema.parse('  Ho\u0000la \r\n Atencio\u0301n ')).toBe('Hola\nAtención')
  })

  it.each([
    ['', 'text_empty'], ['🎉', 'text_unspeakable'], ['<script>x</script>', 'text_unspeakable'], ['a'.repeat(10_001), 'text_too_long'],
  ])('names the problem of a bad text by code', (text, code) => {
    const { error } = SpeechTextSchema.safeParse(text)
    expect(error?.issues).toHaveLength(1)
    expect(error?.issues[0]).toMatchObject({ code: 'custom', params: { code } })
  })

  it.each([null, 7, ['hola'], { text: 'hola' }])('refuses %o, which is no text', (value) => {
    expect(SpeechTextSchema.safeParse(value).error?.issues[0]?.code).toBe('invalid_type')
  })
})
