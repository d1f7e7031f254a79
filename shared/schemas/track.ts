import { z } from 'zod'
import { FAILURES, MESSAGE_STATUSES, TRACK_KINDS } from './audio-words'
import { IdSchema, InstantSchema, listOf, PageQuerySchema, Sha256Schema } from './common'

const PositionSchema = z.number().int().min(0).max(86_400_000)

/** The longest that each kind may be, s: beds and chimes are held in memory while they are mixed. */
export const LONGEST_TRACK_S: Record<typeof TRACK_KINDS[number], number> = { bed: 900, chime: 60, background: 10_800 }

export const TrackSchema = z.object({
  track_id: IdSchema,
  kind: z.enum(TRACK_KINDS),
  status: z.enum(MESSAGE_STATUSES),
  /** Why an upload did not become a track. */
  failure: z.enum(FAILURES).nullable(),
  title: z.string(),
  tags: z.array(z.string()),
  /** Null while there is no finished sound: see `status`. */
  audio_url: z.string().nullable(),
  sha256: Sha256Schema.nullable(),
  bytes: z.number().int(),
  duration_ms: z.number().int(),
  lufs: z.number().nullable(),
  true_peak_dbtp: z.number().nullable(),
  warnings: z.array(z.string()),
  /** Loudest sample of each equal slice of the sound, 0–100. */
  peaks: z.array(z.number().int().min(0).max(100)),
  /** What brings it to the loudness of a message. */
  gain_db: z.number(),
  cue_in_ms: z.number().int(),
  /** Null: to its end. */
  cue_out_ms: z.number().int().nullable(),
  is_default: z.boolean(),
  /** Name of the shipped sound that it is. */
  shipped: z.string().nullable(),
  original_name: z.string().nullable(),
  created_at: InstantSchema,
  updated_at: InstantSchema,
  deleted_at: InstantSchema.nullable(),
}).meta({ id: 'Track' })
export type Track = z.infer<typeof TrackSchema>

export const TrackQuerySchema = PageQuerySchema.extend({
  kind: z.enum(TRACK_KINDS).optional(),
  q: z.string().trim().max(200).optional(),
})
export type TrackQuery = z.infer<typeof TrackQuerySchema>

export const TrackListSchema = listOf(TrackSchema)
export type TrackList = z.infer<typeof TrackListSchema>

export const TrackPatchSchema = z.object({
  title: z.string().trim().min(1).max(200).optional(),
  tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
  kind: z.enum(TRACK_KINDS).optional(),
  cue_in_ms: PositionSchema.optional(),
  cue_out_ms: PositionSchema.nullable().optional(),
  /** True takes the place of the one before, of its kind. */
  is_default: z.boolean().optional(),
  /** `null` undoes a deletion. */
  deleted_at: z.null().optional(),
}).meta({ id: 'TrackPatch' })
export type TrackPatch = z.infer<typeof TrackPatchSchema>
