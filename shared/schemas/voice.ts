import { z } from 'zod'

/**
 * How a voice is asked to speak. The ranges are ElevenLabs'; other providers map them. Without zod defaults, because
 * `.partial()` would fill them in and a change of one setting would reset the others.
 */
export const VoiceSettingsSchema = z.strictObject({
  stability: z.number().min(0).max(1).meta({ description: '0 = lively and varied, 1 = even' }),
  similarity_boost: z.number().min(0).max(1).meta({ description: 'How closely to keep to the original voice' }),
  style: z.number().min(0).max(1).meta({ description: 'How strongly to exaggerate the style of the voice' }),
  use_speaker_boost: z.boolean().meta({ description: 'Bring the voice closer to its speaker, a little slower' }),
  speed: z.number().min(0.7).max(1.2).meta({ description: '1 = the voice\'s own pace' }),
})

export type VoiceSettings = z.output<typeof VoiceSettingsSchema>

/** What "back to defaults" gives. */
export const DEFAULT_VOICE_SETTINGS: Readonly<VoiceSettings> = Object.freeze({
  stability: 1,
  similarity_boost: 0.5,
  style: 0.15,
  use_speaker_boost: true,
  speed: 1,
})

export const VoiceGenderSchema = z.enum(['female', 'male', 'neutral'])
export type VoiceGender = z.infer<typeof VoiceGenderSchema>

export const SpeechProviderNameSchema = z.enum(['elevenlabs', 'espeak'])
export type SpeechProviderName = z.infer<typeof SpeechProviderNameSchema>

/** Shown when a provider does not say where a voice is from. */
export const UNKNOWN_ACCENT = 'Neutral'
