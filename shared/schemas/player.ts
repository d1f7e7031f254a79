import { z } from 'zod'
import { OnBusySchema, PendingItemSchema, PlayReportSchema, PrioritySchema, SKIP_REASONS, SkipReasonSchema } from '../protocol'
import { IdSchema, InstantSchema, listOf, NameSchema, PageQuerySchema, TimeZoneSchema } from './common'

/** Letters and digits that nobody mistakes for one another on a television. */
export const PAIRING_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
export const PAIRING_CODE_LENGTH = 8

/** A pairing code as people type it: any case, spaces and dashes allowed. */
export const PairingCodeSchema = z.string().max(40)
  .transform(code => code.toUpperCase().replace(/[\s-]/g, ''))
  .refine(code => code.length === PAIRING_CODE_LENGTH && [...code].every(c => PAIRING_ALPHABET.includes(c)), {
    error: `must be the ${PAIRING_CODE_LENGTH} letters and digits on the screen`,
  })

export const NewPairingSchema = z.object({
  pairing_id: IdSchema,
  code: z.string(),
  secret: z.string(),
  expires_at: InstantSchema,
  /** The QR code that opens the dashboard with the code filled in: one SVG path in a square of `size` modules. */
  qr: z.object({ size: z.number().int().positive(), path: z.string() }),
}).meta({ id: 'NewPairing' })
export type NewPairing = z.infer<typeof NewPairingSchema>

export const PairingStateSchema = z.object({
  status: z.enum(['pending', 'approved', 'expired']),
  token: z.string().optional(),
}).meta({ id: 'PairingState' })
export type PairingState = z.infer<typeof PairingStateSchema>

export const ApprovePairingSchema = z.object({
  code: PairingCodeSchema,
  name: NameSchema,
  store_id: IdSchema,
}).meta({ id: 'ApprovePairing' })
export type ApprovePairing = z.input<typeof ApprovePairingSchema>

export const PlayerSchema = z.object({
  player_id: IdSchema,
  name: z.string(),
  store_id: IdSchema,
  store_name: z.string(),
  online: z.boolean(),
  last_seen_at: InstantSchema.nullable(),
  sound: z.enum(['locked', 'unlocked', 'unknown']),
  state: z.enum(['idle', 'playing', 'unknown']),
  /** Title of what it is playing now. */
  now_title: z.string().nullable(),
  volume: z.number(),
  version: z.string().nullable(),
  user_agent: z.string().nullable(),
  created_at: InstantSchema,
}).meta({ id: 'Player' })
export type Player = z.infer<typeof PlayerSchema>

export const PlayerAddressSchema = z.object({ url: z.url() }).meta({ id: 'PlayerAddress' })

export const PlayerPatchSchema = z.object({
  name: NameSchema.optional(),
  store_id: IdSchema.optional(),
  volume: z.number().min(0).max(1).optional(),
}).meta({ id: 'PlayerPatch' })
export type PlayerPatch = z.infer<typeof PlayerPatchSchema>

export const PlayerCommandSchema = z.object({
  command: z.enum(['stop', 'reload', 'identify']),
}).meta({ id: 'PlayerCommand' })

export const TargetsSchema = z.union([
  z.strictObject({ all: z.literal(true) }),
  z.strictObject({ stores: z.array(IdSchema).min(1).max(1000) }),
  z.strictObject({ players: z.array(IdSchema).min(1).max(1000) }),
]).meta({ id: 'Targets' })
export type Targets = z.infer<typeof TargetsSchema>

export const AirRequestSchema = z.object({
  audio_id: IdSchema,
  targets: TargetsSchema.default({ all: true }),
  priority: PrioritySchema.exclude(['music']).default('live'),
  on_busy: OnBusySchema.default('after_current'),
  /** How long a player that is away may still air it when it comes back, seconds. */
  expires_in_s: z.number().int().min(10).max(86_400).default(600),
}).meta({ id: 'AirRequest' })
export type AirRequest = z.input<typeof AirRequestSchema>

export const AirResponseSchema = z.object({
  air_id: IdSchema,
  players: z.number().int(),
  expires_at: InstantSchema,
}).meta({ id: 'AirResponse' })
export type AirResponse = z.infer<typeof AirResponseSchema>

export const PlaySchema = z.object({
  play_id: IdSchema,
  air_id: IdSchema.nullable(),
  /** Of a scheduled play, with the moment at which it was due. */
  schedule_id: IdSchema.nullable(),
  due_at: InstantSchema.nullable(),
  player_id: IdSchema.nullable(),
  player_name: z.string(),
  store_id: IdSchema.nullable(),
  store_name: z.string(),
  audio_id: IdSchema.nullable(),
  title: z.string(),
  text: z.string(),
  priority: PrioritySchema,
  status: z.enum(['pending', 'delivered', 'playing', 'played', 'skipped']),
  reason: SkipReasonSchema.nullable(),
  /** Who or what was the reason: a title, a name. */
  reason_by: z.string().nullable(),
  requested_by_name: z.string().nullable(),
  created_at: InstantSchema,
  expires_at: InstantSchema,
  started_at: InstantSchema.nullable(),
  ended_at: InstantSchema.nullable(),
  heard_ms: z.number().int().nullable(),
  /** How often it was heard; null: once, or never. */
  repeats: z.number().int().nullable(),
  level_db: z.number().nullable(),
}).meta({ id: 'Play' })
export type Play = z.infer<typeof PlaySchema>

/** What became of a play, in short; or missed for one reason. */
export const PLAY_RESULTS = ['heard', 'playing', 'waiting', 'missed', ...SKIP_REASONS] as const
export type PlayResult = typeof PLAY_RESULTS[number]

/** Years that every database and every driver knows. */
const LogDaySchema = z.iso.date().refine(day => day >= '2000-01-01' && day < '2200-01-01', { error: 'must be a day between 2000 and 2199' })

/** Which plays of the log are meant. */
export const PlayFilterSchema = z.object({
  air_id: IdSchema.optional(),
  audio_id: IdSchema.optional(),
  player_id: IdSchema.optional(),
  store_id: IdSchema.optional(),
  schedule_id: IdSchema.optional(),
  status: PlaySchema.shape.status.optional(),
  result: z.enum(PLAY_RESULTS).optional().meta({ description: '`waiting`: not begun yet; a reason: missed for it' }),
  priority: PrioritySchema.optional(),
  kind: z.enum(['live', 'scheduled']).optional(),
  q: z.string().trim().max(200).optional().meta({ description: 'Words of the title or the text, whatever their case and accents' }),
  from: LogDaySchema.optional().meta({ description: 'Due, or sent, on this day or later' }),
  until: LogDaySchema.optional().meta({ description: 'Due, or sent, on this day or earlier' }),
  time_zone: TimeZoneSchema.default('UTC').meta({ description: 'Where days begin' }),
})
export type PlayFilter = z.infer<typeof PlayFilterSchema>

export const PlayQuerySchema = PageQuerySchema.extend(PlayFilterSchema.shape)
export type PlayQuery = z.infer<typeof PlayQuerySchema>
/** As a caller writes it. */
export type PlayQueryInput = z.input<typeof PlayQuerySchema>

/** Further than this no list of plays counts. */
export const PLAY_TOTAL_CAP = 10_000

/** What plays became: `open` are those that may still be heard, or are just now. */
const PlayCountsSchema = z.object({ heard: z.number().int(), missed: z.number().int(), open: z.number().int() })
export type PlayCounts = z.infer<typeof PlayCountsSchema>

/** The longest stretch of days that is counted at once. */
export const PLAY_STATS_DAYS = 400
export const PlayStatsSchema = z.object({
  time_zone: z.string(),
  /** Both included. */
  from: z.iso.date(),
  until: z.iso.date(),
  total: PlayCountsSchema,
  /** Every day of the stretch, in order. */
  days: z.array(PlayCountsSchema.extend({ day: z.iso.date() })),
  /** Of a store that is gone, its name is left. */
  stores: z.array(PlayCountsSchema.extend({ store_id: IdSchema.nullable(), store_name: z.string() })),
  /** Why plays were missed, the most frequent first. */
  reasons: z.array(z.object({ reason: SkipReasonSchema, plays: z.number().int() })),
}).meta({ id: 'PlayStats' })
export type PlayStats = z.infer<typeof PlayStatsSchema>

export const PlayExportQuerySchema = PlayFilterSchema.extend({ language: z.enum(['es', 'en']).default('es') })
export type PlayExportQuery = z.infer<typeof PlayExportQuerySchema>

/** The most messages that are asked about at once. */
export const REACH_LIMIT = 100
export const PlayReachQuerySchema = z.object({
  audio_ids: z.string().transform(ids => ids.split(',')).pipe(z.array(IdSchema).min(1).max(REACH_LIMIT)).meta({ description: 'With commas, 100 at most' }),
  time_zone: TimeZoneSchema.default('UTC').meta({ description: 'Where today begins' }),
})
/** In which stores a message was heard: of its last live sending, and of what was due today. */
export const PlayReachSchema = PlayCountsSchema.extend({
  audio_id: IdSchema,
  /** How many stores it was for. */
  stores: z.number().int(),
  /** Those where it was not heard, and why; `reason` is null while it may still be. */
  unheard: z.array(PlaySchema.pick({ store_id: true, store_name: true, status: true, reason: true, reason_by: true })),
}).meta({ id: 'PlayReach' })
export type PlayReach = z.infer<typeof PlayReachSchema>

export const PlayListSchema = listOf(PlaySchema).extend({
  total: z.number().int().nonnegative().max(PLAY_TOTAL_CAP).meta({ description: 'Counted to 10,000 at most' }),
  /** There are more than `total`. */
  total_is_capped: z.boolean(),
})
export type PlayList = z.infer<typeof PlayListSchema>
export const PlayerListSchema = listOf(PlayerSchema)

export const PendingSchema = z.object({ server_time: InstantSchema, items: z.array(PendingItemSchema) }).meta({ id: 'Pending' })
export const DeliveredSchema = z.object({ play_ids: z.array(IdSchema).max(500) }).meta({ id: 'Delivered' })
export const PlayReportsSchema = z.object({ reports: z.array(PlayReportSchema).max(500) }).meta({ id: 'PlayReports' })
export const RecordedSchema = z.object({ recorded: z.number().int(), unknown: z.number().int() }).meta({ id: 'Recorded' })
