import { z } from 'zod'
import { FAILURES, MESSAGE_SOURCES, MESSAGE_STATUSES } from './audio-words'
import { IdSchema, InstantSchema, Sha256Schema } from './common'
import { JingleChoiceSchema, JingleOverridesSchema, JingleRecipeSchema } from './jingle'
import { VoiceSettingsSchema } from './voice'

export const VoiceSchema = z.object({
  voice_id: IdSchema,
  name: z.string(),
  gender: z.enum(['female', 'male', 'neutral']),
  accent: z.string(),
  language: z.string(),
  provider: z.enum(['elevenlabs', 'espeak']),
  settings: VoiceSettingsSchema,
  gain_db: z.number(),
  /** What a jingle with this voice does otherwise than its preset says. */
  jingle: JingleOverridesSchema.nullable(),
  is_default: z.boolean(),
  /** False once the provider no longer has this voice, or is not configured. */
  available: z.boolean(),
  sample_url: z.string(),
}).meta({ id: 'Voice' })
export type Voice = z.infer<typeof VoiceSchema>

/** Some of a voice's settings; those not named keep what they are. */
export const VoiceSettingsPatchSchema = VoiceSettingsSchema.partial()

export const VoicePatchSchema = z.object({
  settings: VoiceSettingsPatchSchema.optional(),
  gain_db: z.number().min(-12).max(12).optional(),
  jingle: JingleOverridesSchema.nullish(),
  is_default: z.literal(true).optional(),
}).meta({ id: 'VoicePatch' })
export type VoicePatch = z.infer<typeof VoicePatchSchema>

export const GenerateRequestSchema = z.object({
  /** What can be spoken is checked by `speechTextProblem`: those are 422, not 400. */
  text: z.string(),
  /** As the voice is to read it, where that is not how it would be read by itself. Checked as `text` is. */
  spoken_text: z.string().nullish(),
  voice_id: IdSchema,
  /** A category's id or slug. */
  category: z.string().max(64).nullish(),
  voice_settings: VoiceSettingsPatchSchema.optional(),
  /** What the voice is mixed with; without it, the voice alone. */
  jingle: JingleChoiceSchema.nullish(),
  title: z.string().trim().max(200).optional(),
  /** False makes a draft: audible, but not in the library until it is saved. */
  save: z.boolean().default(true),
}).meta({ id: 'GenerateRequest' })
export type GenerateRequest = z.input<typeof GenerateRequestSchema>

export const MessageSchema = z.object({
  audio_id: IdSchema,
  /** Null while there is no finished sound: see `status`. */
  audio_url: z.string().nullable(),
  title: z.string(),
  text: z.string(),
  /** The text as the voice read it, where somebody corrected that by hand. */
  spoken_text: z.string().nullable(),
  status: z.enum(MESSAGE_STATUSES),
  source: z.enum(MESSAGE_SOURCES),
  /** Why an upload did not become a sound. */
  failure: z.enum(FAILURES).nullable(),
  original_name: z.string().nullable(),
  voice_id: IdSchema.nullable(),
  voice_name: z.string(),
  category: z.object({ category_id: IdSchema, slug: z.string(), name: z.string(), colour: z.string(), icon: z.string() }).nullable(),
  voice_settings: VoiceSettingsSchema.nullable(),
  /** The recipe of the mix; null for the voice alone. */
  jingle: JingleRecipeSchema.nullable(),
  tags: z.array(z.string()),
  is_favourite: z.boolean(),
  version: z.number().int(),
  valid_from: InstantSchema.nullable(),
  valid_until: InstantSchema.nullable(),
  sha256: Sha256Schema.nullable(),
  bytes: z.number().int(),
  duration_ms: z.number().int(),
  lufs: z.number().nullable(),
  true_peak_dbtp: z.number().nullable(),
  limiting_db: z.number(),
  warnings: z.array(z.string()),
  /** Loudest sample of each equal slice of the sound, 0–100. Lists have fewer of them. */
  peaks: z.array(z.number().int().min(0).max(100)),
  created_by_name: z.string().nullable(),
  created_at: InstantSchema,
  updated_at: InstantSchema,
  deleted_at: InstantSchema.nullable(),
  /** When the bin loses it for good. */
  purge_at: InstantSchema.nullable(),
  last_aired_at: InstantSchema.nullable(),
}).meta({ id: 'Message' })
export type Message = z.infer<typeof MessageSchema>

/** What a message that can be heard is sure to have. */
export const FinishedMessageSchema = MessageSchema.extend({ audio_url: z.string(), sha256: Sha256Schema, lufs: z.number(), true_peak_dbtp: z.number() })
export type FinishedMessage = z.infer<typeof FinishedMessageSchema>

/** The message, and whether its speech came from the cache (nobody was called). */
export const GenerateResponseSchema = FinishedMessageSchema.extend({ speech_cached: z.boolean() }).meta({ id: 'GenerateResponse' })
export type GenerateResponse = z.infer<typeof GenerateResponseSchema>

/** The steps of making a message. With `Accept: text/event-stream` each arrives as an event `step`. */
export type GenerateStep = 'speech' | 'loudness' | 'mix' | 'storing'

/** The steps of a message in their order, with a jingle or of the voice alone. */
export const generateSteps = (with_jingle: boolean): readonly GenerateStep[] => ['speech', with_jingle ? 'mix' : 'loudness', 'storing']

/** Another recipe for a draft that is there already: its speech is not made again. */
export const MixRequestSchema = z.object({
  audio_id: IdSchema,
  jingle: JingleChoiceSchema.nullable(),
}).meta({ id: 'MixRequest' })
