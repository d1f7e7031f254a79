import { z } from 'zod'
import { IdSchema, NameSchema } from './common'

const seconds = (max: number) => z.number().min(0).max(max)

/**
 * The recipe of a mix: a chime, then the bed alone, then the voice over the bed turned down, then the bed alone again.
 * Durations in ms, levels in dB or LU.
 */
export const JingleRecipeSchema = z.strictObject({
  /** False: chime and voice only; what is said of the bed then has no effect. */
  with_bed: z.boolean(),
  /** Null: the client's default bed. */
  bed_track_id: IdSchema.nullable(),
  /** Null: no chime. */
  chime_track_id: IdSchema.nullable(),
  silence_before_ms: seconds(10_000).meta({ description: 'Silence before everything' }),
  /** Bed alone before the voice begins. */
  intro_ms: seconds(30_000),
  outro_ms: seconds(30_000).meta({ description: 'Bed alone after the voice has ended' }),
  silence_after_ms: seconds(10_000),
  fade_in_ms: seconds(10_000),
  fade_out_ms: seconds(15_000),
  /** Time in which the bed goes down before the voice, and up after it. */
  duck_down_ms: z.number().min(50).max(5000),
  duck_up_ms: z.number().min(50).max(5000),
  /** How much louder than the bed the voice is while it speaks. */
  voice_over_bed_lu: z.number().min(3).max(30),
  /** Of the bed alone, in the intro and outro, to the voice: 0 = as loud. */
  bed_alone_lu: z.number().min(-20).max(6),
  voice_gain_db: z.number().min(-12).max(12),
  /** Where in the bed to begin. */
  bed_offset_ms: z.number().min(0).max(600_000),
}).meta({ id: 'JingleRecipe' })
export type JingleRecipe = z.infer<typeof JingleRecipeSchema>

/** Some of a recipe: what a voice, or one request, wants otherwise than a preset says. */
export const JingleOverridesSchema = JingleRecipeSchema.partial().meta({ id: 'JingleOverrides' })
export type JingleOverrides = z.infer<typeof JingleOverridesSchema>

/** How a request asks for a jingle: a preset, with what it wants otherwise, or a whole recipe. */
export const JingleChoiceSchema = z.union([
  z.strictObject({ preset_id: IdSchema, overrides: JingleOverridesSchema.optional() }),
  JingleRecipeSchema,
]).meta({ id: 'JingleChoice' })
export type JingleChoice = z.infer<typeof JingleChoiceSchema>

export const JinglePresetSchema = z.object({
  preset_id: IdSchema,
  name: z.string(),
  recipe: JingleRecipeSchema,
  /** The one that the generator begins with. */
  is_default: z.boolean(),
  position: z.number().int(),
}).meta({ id: 'JinglePreset' })
export type JinglePreset = z.infer<typeof JinglePresetSchema>

export const NewJinglePresetSchema = z.object({
  name: NameSchema,
  recipe: JingleRecipeSchema,
  is_default: z.boolean().default(false),
}).meta({ id: 'NewJinglePreset' })
export type NewJinglePreset = z.output<typeof NewJinglePresetSchema>

export const JinglePresetPatchSchema = z.object({
  name: NameSchema.optional(),
  recipe: JingleRecipeSchema.optional(),
  is_default: z.literal(true).optional(),
  position: z.number().int().min(0).max(10_000).optional(),
}).meta({ id: 'JinglePresetPatch' })
export type JinglePresetPatch = z.infer<typeof JinglePresetPatchSchema>
