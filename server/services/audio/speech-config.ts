import { z } from 'zod'
import ttsConfig from '../../../config/tts-config.json'
import voicesConfig from '../../../config/voices-config.json'
import { SpeechProviderNameSchema, UNKNOWN_ACCENT, VoiceGenderSchema } from '../../../shared/schemas/voice'
import { checkedConfig } from '../config-file'

const LanguageSchema = z.string().regex(/^[a-z]{2,3}(-[A-Z]{2}|-\d{3})?$/, { error: 'must be a BCP-47 tag such as es-419' })

const EspeakVoiceSchema = z.strictObject({
  provider_voice_id: z.string().regex(/^[a-z0-9-]+(\+[A-Za-z0-9]+)?$/, { error: 'must be a language of eSpeak NG with an optional variant, e.g. es-419+f2' }),
  name: z.string().trim().min(1),
  gender: VoiceGenderSchema,
  accent: z.string().transform(accent => accent || UNKNOWN_ACCENT),
  language: LanguageSchema,
  description: z.string().optional(),
  pitch: z.number().int().min(0).max(99).optional(),
})

/** The shape of `config/voices-config.json`: the voices of the built-in engine and which one a language starts with. */
export const VoicesConfigSchema = z.strictObject({
  default_voice: z.strictObject({ es: z.string(), en: z.string() }),
  espeak: z.array(EspeakVoiceSchema).min(1),
}).superRefine(({ default_voice, espeak }, context) => {
  const ids = espeak.map(voice => voice.provider_voice_id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice) context.addIssue({ code: 'custom', path: ['espeak'], message: `has ${twice} twice` })
  for (const [language, id] of Object.entries(default_voice)) {
    if (!ids.includes(id)) context.addIssue({ code: 'custom', path: ['default_voice', language], message: 'must be one of the voices below' })
  }
})

/** The shape of `config/tts-config.json`: models, limits and time-outs of every provider of speech. */
export const TtsConfigSchema = z.strictObject({
  default_provider: SpeechProviderNameSchema,
  espeak: z.strictObject({ max_characters: z.number().int().positive(), timeout_ms: z.number().int().positive() }),
  elevenlabs: z.strictObject({
    base_url: z.url(),
    default_model: z.string().min(1),
    draft_model: z.string().min(1),
    output_format: z.enum(['mp3_44100_64', 'mp3_44100_96', 'mp3_44100_128', 'mp3_44100_192'], { error: 'must be an mp3 of 44.1 kHz, e.g. mp3_44100_128' }),
    timeout_ms: z.number().int().positive(),
    max_attempts: z.number().int().min(1).max(6),
    max_retry_wait_ms: z.number().int().nonnegative(),
    models: z.record(z.string(), z.strictObject({ max_characters: z.number().int().positive() })),
    concurrency: z.record(z.string(), z.number().int().positive()).refine(plans => 'free' in plans, { error: 'must have the plan "free"' }),
  }),
})

export type VoicesConfig = z.output<typeof VoicesConfigSchema>
export type TtsConfig = z.output<typeof TtsConfigSchema>

/** The shipped voices of the built-in engine, checked. Throws one line that names the file and the field. */
export function loadVoicesConfig(raw: unknown = voicesConfig): VoicesConfig {
  return checkedConfig('config/voices-config.json', VoicesConfigSchema, raw)
}

/** The shipped limits and models of the providers, checked. Throws one line that names the file and the field. */
export function loadTtsConfig(raw: unknown = ttsConfig): TtsConfig {
  return checkedConfig('config/tts-config.json', TtsConfigSchema, raw)
}
