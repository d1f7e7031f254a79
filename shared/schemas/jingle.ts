import { z } from 'zod'
import { IdSchema } from './common'

const seconds = (max: number) => z.number().min(0).max(max)

/**
 * The recipe of a mix: a chime, then the bed alone, then the voice over the bed turned down, then the bed alone again.
 * Durations in ms, levels in dB or LU.
 */
export const JingleRecipeSchema = z.strictObject({
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
