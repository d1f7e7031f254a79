import { z } from 'zod'
import { CommandResultSchema, FAULT_KINDS, HelloSchema, OnBusySchema, PendingItemSchema, PLAYER_COMMANDS, PlayerFaultSchema, PlayerStatusSchema, PlayReportSchema, PrioritySchema, ServerToPlayerSchema, SKIP_REASONS, SkipReasonSchema } from '../protocol'
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

/** CSS pixels, as `1920x1080` or with names; what makes no sense is left out: a television must get its code. */
const ScreenHintSchema = z.union([
  z.string().regex(/^\d{1,5}x\d{1,5}$/),
  z.object({ width: z.number().int().min(0).max(99_999), height: z.number().int().min(0).max(99_999) }).transform(({ width, height }) => `${width}x${height}`),
])

export const StartPairingSchema = z.object({ screen: ScreenHintSchema.optional().catch(undefined) }).meta({ id: 'StartPairing' })

export const LookupPairingSchema = z.object({ code: PairingCodeSchema }).meta({ id: 'LookupPairing' })

/** What a television that waits shows of itself, and the places of this client that it may have had before, the likeliest first. */
export const PairingLookupSchema = z.object({
  address: z.string().nullable(),
  user_agent: z.string().nullable(),
  screen: z.string().nullable(),
  places: z.array(z.object({
    player_id: IdSchema,
    name: z.string(),
    store_id: IdSchema,
    store_name: z.string(),
    last_seen_at: InstantSchema.nullable(),
    /** What is the same. */
    alike: z.array(z.enum(['set', 'engine', 'screen', 'address'])),
  })),
}).meta({ id: 'PairingLookup' })
export type PairingLookup = z.infer<typeof PairingLookupSchema>
export type PairingPlace = PairingLookup['places'][number]

/** A new player with its name and store; or with `player_id` the old place, which keeps its name, store, volume and history. */
export const ApprovePairingSchema = z.object({
  code: PairingCodeSchema,
  player_id: IdSchema.optional(),
  name: NameSchema.optional(),
  store_id: IdSchema.optional(),
}).superRefine(({ player_id, name, store_id }, { addIssue }) => {
  if (player_id) {
    if (name !== undefined || store_id !== undefined) addIssue({ code: 'custom', path: ['player_id'], message: 'keeps its name and store: send neither' })
    return
  }
  if (name === undefined) addIssue({ code: 'custom', path: ['name'], message: 'is required' })
  if (store_id === undefined) addIssue({ code: 'custom', path: ['store_id'], message: 'is required' })
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
  muted: z.boolean(),
  version: z.string().nullable(),
  user_agent: z.string().nullable(),
  /** Since when it is connected without a break; null while it is not. */
  connected_at: InstantSchema.nullable(),
  /** Where it was last seen. */
  address: z.string().nullable(),
  /** It confirms what it is told to do. */
  confirms: z.boolean(),
  /** What it said of itself the last time: `null` where its program says nothing of it. */
  status: PlayerStatusSchema.pick({
    music: true, next: true, files: true, clock_offset_ms: true, queue_length: true, waits_for_tap: true, synced_at: true, programme_version: true,
    talk_over: true, engine: true, screen: true, visible: true, storage: true, memory_bytes: true, started_at: true, errors: true,
  }).partial().nullable(),
  /** Faults of the last 24 hours. */
  faults_today: z.number().int().nonnegative(),
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

export const TargetsSchema = z.union([
  z.strictObject({ all: z.literal(true) }),
  z.strictObject({ stores: z.array(IdSchema).min(1).max(1000) }),
  z.strictObject({ groups: z.array(IdSchema).min(1).max(200) }).meta({ description: 'Stores of these groups, as they are when it airs' }),
  z.strictObject({ players: z.array(IdSchema).min(1).max(1000) }),
]).meta({ id: 'Targets' })
export type Targets = z.infer<typeof TargetsSchema>

const CommandFields = {
  command: z.enum(PLAYER_COMMANDS),
  volume: z.number().min(0).max(1).optional().meta({ description: 'For `set_volume`' }),
  ttl_s: z.number().int().min(5).max(86_400).default(60).meta({ description: 'It is done within so many seconds, or not at all: a player that is away gets it when it comes back by then' }),
}
const withVolume = ({ command, volume }: { command: string, volume?: number }) => (command === 'set_volume') === (volume !== undefined)
const VOLUME_RULE = { error: 'is for set_volume, which needs it', path: ['volume'] }

export const NewCommandSchema = z.object(CommandFields).refine(withVolume, VOLUME_RULE).meta({ id: 'NewCommand' })
export const NewCommandsSchema = z.object({ ...CommandFields, targets: TargetsSchema }).refine(withVolume, VOLUME_RULE).meta({ id: 'NewCommands' })
export type NewCommand = z.input<typeof NewCommandSchema>

export const PlayerCommandSchema = z.object({
  command_id: IdSchema,
  player_id: IdSchema,
  command: z.enum(PLAYER_COMMANDS),
  volume: z.number().nullable(),
  /** `queued`: its player is not there yet; `sent`: no answer yet; `expired`: nobody answered in time. */
  status: z.enum(['queued', 'sent', 'done', 'failed', 'expired']),
  requested_by_name: z.string().nullable(),
  created_at: InstantSchema,
  expires_at: InstantSchema,
  sent_at: InstantSchema.nullable(),
  ended_at: InstantSchema.nullable(),
  /** `unconfirmed`: its program confirms nothing; `unsupported`: it cannot do that; else the player's own words. */
  detail: z.string().nullable(),
  /** What it asked for: of `screenshot` the state of the screen. */
  result: z.record(z.string(), z.unknown()).nullable(),
}).meta({ id: 'PlayerCommand' })
export type PlayerCommand = z.infer<typeof PlayerCommandSchema>

export const PlayerFaultRowSchema = z.object({
  fault_id: IdSchema,
  player_id: IdSchema,
  kind: z.enum(FAULT_KINDS),
  detail: z.string(),
  at: InstantSchema,
  /** What was done about it; null: nothing helped. */
  recovery: z.string().nullable(),
  recovered_at: InstantSchema.nullable(),
}).meta({ id: 'PlayerFault' })
export type PlayerFaultRow = z.infer<typeof PlayerFaultRowSchema>

/** The twin of a socket's first message, for a player that has none; it says again each time how it is. */
export const PlayerHelloSchema = z.object({
  hello: HelloSchema,
  /** What became of commands that came with an earlier answer. */
  results: z.array(CommandResultSchema).max(30).default([]),
  /** Somebody has chosen it at the player itself. */
  volume: z.number().min(0).max(1).optional(),
}).meta({ id: 'PlayerHello' })

/** `messages` are what a socket would have brought: the welcome first, then what is to stop and to be done. Live messages come with `pending`. */
export const PlayerGreetingSchema = z.object({ server_time: InstantSchema, messages: z.array(ServerToPlayerSchema) }).meta({ id: 'PlayerGreeting' })

export const FaultReportsSchema = z.object({ faults: z.array(PlayerFaultSchema).min(1).max(200) }).meta({ id: 'FaultReports' })

export const AirRequestSchema = z.object({
  audio_id: IdSchema,
  targets: TargetsSchema.default({ all: true }),
  priority: PrioritySchema.exclude(['music']).default('live'),
  on_busy: OnBusySchema.default('after_current'),
  /** How long a player that is away may still air it when it comes back, seconds. */
  expires_in_s: z.number().int().min(10).max(86_400).default(600),
  repeat: z.number().int().min(1).max(20).default(1).meta({ description: 'How often it is heard, one time after the other' }),
  until_stopped: z.boolean().default(false).meta({ description: 'Only an emergency: again and again until it is stopped, at players that come within a day too' }),
}).meta({ id: 'AirRequest' })
export type AirRequest = z.input<typeof AirRequestSchema>

export const AirResponseSchema = z.object({
  air_id: IdSchema,
  players: z.number().int(),
  expires_at: InstantSchema,
}).meta({ id: 'AirResponse' })
export type AirResponse = z.infer<typeof AirResponseSchema>

/** A sending that is on the air until somebody stops it. */
export const AirOnSchema = z.object({
  air_id: IdSchema,
  audio_id: IdSchema.nullable(),
  title: z.string(),
  requested_by_name: z.string().nullable(),
  created_at: InstantSchema,
  /** How many players it is for, and how many of them play it just now. */
  players: z.number().int(),
  playing: z.number().int(),
}).meta({ id: 'AirOn' })
export type AirOn = z.infer<typeof AirOnSchema>

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
/** The same where each store's days are counted by themselves. */
export const STORE_DAYS = 31
export const PlayStatsQuerySchema = PlayFilterSchema.extend({
  by_store_day: z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] }).default(false).meta({ description: `Also each day of each store, of ${STORE_DAYS} days at most` }),
})
export type PlayStatsQuery = z.output<typeof PlayStatsQuerySchema>
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
  /** Days of stores on which there were any, in order; for `by_store_day`. */
  store_days: z.array(PlayCountsSchema.extend({ store_id: IdSchema.nullable(), day: z.iso.date() })).optional(),
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
export const PlayerListQuerySchema = z.object({
  player_ids: z.string().transform(ids => ids.split(',')).pipe(z.array(IdSchema).min(1).max(100)).optional().meta({ description: 'Only these, with commas, 100 at most' }),
})
export const PlayerCommandListSchema = listOf(PlayerCommandSchema)
export const PlayerFaultListSchema = listOf(PlayerFaultRowSchema)
export const AirOnListSchema = listOf(AirOnSchema)

export const PendingSchema = z.object({ server_time: InstantSchema, items: z.array(PendingItemSchema) }).meta({
  id: 'Pending',
  examples: [{
    server_time: '2026-11-22T19:44:58.120Z',
    items: [{
      play_id: '01a20709-72de-7eb5-b09a-b0cb09e1aa1f', audio_id: '01a20709-6f3c-7688-9ff9-8098349e2fea', url: `/media/${'a'.repeat(64)}.mp3`, sha256: 'a'.repeat(64), duration_ms: 8200,
      title: 'Evacuación', text: 'Salgan por la puerta más cercana.', priority: 'emergency', on_busy: 'interrupt', expires_at: '2026-11-23T19:44:57.000Z', until_stopped: true,
    }],
  }],
})
export const DeliveredSchema = z.object({ play_ids: z.array(IdSchema).max(500) }).meta({ id: 'Delivered', examples: [{ play_ids: ['01a20709-72de-7eb5-b09a-b0cb09e1aa1f'] }] })
export const PlayReportsSchema = z.object({ reports: z.array(PlayReportSchema).max(500) }).meta({ id: 'PlayReports' })
export const RecordedSchema = z.object({ recorded: z.number().int(), unknown: z.number().int() }).meta({ id: 'Recorded' })
