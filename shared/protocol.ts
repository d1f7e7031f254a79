import { z } from 'zod'

/**
 * Everything that crosses a socket: player ↔ server on `/ws/player`, dashboard ← server on `/ws/dashboard`.
 * Each message is one JSON object with a `type`. Types that a side does not know are ignored; known ones
 * that do not fit are answered with `error` and counted. Instants are ISO 8601 UTC, durations `_ms`.
 */
export const PROTOCOL_VERSION = 1

/** Largest frame the server accepts, in bytes. */
export const MAX_FRAME_BYTES = 65_536

export const PRIORITIES = ['emergency', 'live', 'scheduled', 'music'] as const
export const PrioritySchema = z.enum(PRIORITIES)
export type Priority = z.infer<typeof PrioritySchema>

export const ON_BUSY = ['interrupt', 'after_current', 'drop'] as const
export const OnBusySchema = z.enum(ON_BUSY)

/** Why a play did not sound. */
export const SKIP_REASONS = [
  'expired', 'preempted', 'dropped', 'muted', 'autoplay_blocked', 'file_missing', 'playback_failed', 'stopped', 'unpaired', 'unexplained',
] as const
export const SkipReasonSchema = z.enum(SKIP_REASONS)
export type SkipReason = z.infer<typeof SkipReasonSchema>

const id = z.uuid()
const instant = z.iso.datetime()
const Sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

/** What a player needs to sound one message. `url` is relative to the server's origin. */
export const AirItemSchema = z.object({
  play_id: id,
  audio_id: id,
  url: z.string(),
  sha256: Sha256Schema,
  duration_ms: z.number().int().nonnegative(),
  title: z.string(),
  text: z.string(),
  priority: PrioritySchema,
  on_busy: OnBusySchema,
  expires_at: instant,
})
export type AirItem = z.infer<typeof AirItemSchema>

/** A scheduled occurrence in a programme: an {@link AirItemSchema} with its due instant. It may start from `due_at` to `expires_at`. */
export const ProgrammeItemSchema = AirItemSchema.extend({
  schedule_id: id,
  due_at: instant,
  /** How late it may start, s: `expires_at` has it in already, and how long the message is valid. */
  grace_s: z.number().int().nonnegative(),
  /** How often it is heard, one time after the other. */
  repeat: z.number().int().positive().optional(),
})
export type ProgrammeItem = z.infer<typeof ProgrammeItemSchema>

/** What waits for a player that asks by HTTP: live messages, and what is due soon, which has its `due_at`. */
export const PendingItemSchema = ProgrammeItemSchema.partial({ schedule_id: true, due_at: true, grace_s: true })
export type PendingItem = z.infer<typeof PendingItemSchema>

/** A store's clock for a screen whose time-zone data may be old: the offset now, and the next change, if one is in sight. */
const WallClockSchema = z.object({
  utc_offset_minutes: z.number().int(),
  changes_at: instant.nullable(),
  next_utc_offset_minutes: z.number().int().nullable(),
})
export type WallClock = z.infer<typeof WallClockSchema>

const ProgrammeTrackSchema = z.object({
  track_id: id,
  url: z.string(),
  sha256: Sha256Schema,
  duration_ms: z.number().int().nonnegative(),
  /** What brings it to the loudness of a message. */
  gain_db: z.number(),
  title: z.string().optional(),
  /** It sounds between these; null: to its end. */
  cue_in_ms: z.number().int().nonnegative().optional(),
  cue_out_ms: z.number().int().nonnegative().nullable().optional(),
})
export type ProgrammeTrack = z.infer<typeof ProgrammeTrackSchema>

/** How a player airs what its programme holds. An older server says nothing of it: everything has a default. */
const ProgrammeSettingsSchema = z.object({
  wall_clock: WallClockSchema,
  /** After an announcement the music goes on where it was, or with the next track; `fade_ms` is its way out and in. */
  music: z.object({
    after: z.enum(['resume', 'next']).default('resume'),
    fade_ms: z.number().int().min(0).max(10_000).default(800),
  }).optional(),
  /** The announcement over softer music, where the device has shown that it can. */
  talk_over: z.object({
    duck_db: z.number().min(-60).max(0).default(-18),
    down_ms: z.number().int().nonnegative().default(600),
    up_ms: z.number().int().nonnegative().default(1_000),
  }).nullable().optional(),
  /** Silence between two announcements; an emergency does not wait for it. */
  min_gap_ms: z.number().int().nonnegative().default(0),
  /** A longer announcement is ended there; 0 is no limit. */
  max_duration_ms: z.number().int().nonnegative().default(0),
})

export const ProgrammeSchema = z.object({
  version: z.string(),
  server_time: instant,
  items: z.array(ProgrammeItemSchema),
  music: z.array(ProgrammeTrackSchema),
  settings: ProgrammeSettingsSchema.optional(),
})
/** As it travels: what has a default may be missing. */
export type Programme = z.input<typeof ProgrammeSchema>

/** What a player says about itself with every `hello` and `status`. */
export const PlayerStatusSchema = z.object({
  sound: z.enum(['locked', 'unlocked']),
  state: z.enum(['idle', 'playing']),
  play_id: id.nullable(),
  position_ms: z.number().int().nonnegative().nullable(),
  volume: z.number().min(0).max(1),
  clock_offset_ms: z.number().nullable(),
  queue_length: z.number().int().nonnegative(),
  user_agent: z.string().max(512),
  errors: z.array(z.string().max(200)).max(5),
  /** The files of the next 24 hours, music included, and how many of them are on the device; `bytes` is all that it keeps. */
  files: z.object({
    needed_today: z.number().int().nonnegative(),
    ready_today: z.number().int().nonnegative(),
    bytes: z.number().nonnegative(),
  }).optional(),
})
export type PlayerStatus = z.infer<typeof PlayerStatusSchema>

/** Which occurrence of which schedule a play was: the server has no row of it before the first report. */
const OccurrenceSchema = z.object({
  schedule_id: id,
  due_at: instant,
  audio_id: id,
  /** Of the file that was aired: the message may say something else by now. */
  sha256: Sha256Schema.optional(),
})
export type Occurrence = z.infer<typeof OccurrenceSchema>

const PlayStartedSchema = z.object({
  type: z.literal('play_started'),
  play_id: id,
  occurrence: OccurrenceSchema.optional(),
  started_at: instant,
})
const PlayEndedSchema = z.object({
  type: z.literal('play_ended'),
  play_id: id,
  occurrence: OccurrenceSchema.optional(),
  started_at: instant,
  ended_at: instant,
  heard_ms: z.number().int().nonnegative(),
  /** Level that an analyser heard, dBFS RMS; null where the engine has none. */
  level_db: z.number().nullable(),
})
const PlaySkippedSchema = z.object({
  type: z.literal('play_skipped'),
  play_id: id,
  occurrence: OccurrenceSchema.optional(),
  reason: SkipReasonSchema,
  at: instant,
})

/** What a player reports about a play: the same objects go over the socket and in `POST /api/v1/player/plays`. */
export const PlayReportSchema = z.discriminatedUnion('type', [PlayStartedSchema, PlayEndedSchema, PlaySkippedSchema])
export type PlayReport = z.infer<typeof PlayReportSchema>

/** player → server */
export const PlayerToServerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.number().int().positive(),
    version: z.string().max(64),
    status: PlayerStatusSchema.optional(),
    /** Of the programme that it holds: the same one is not sent again. */
    programme_version: z.string().max(64).optional(),
  }),
  /** Clock exchange: the server answers with `pong` at once. `t` is the player's own clock, ms. */
  z.object({ type: z.literal('ping'), t: z.number() }),
  /** The player holds this live message (in its queue or finished already): it need not be sent again. */
  z.object({ type: z.literal('ack'), play_id: id }),
  z.object({ type: z.literal('status'), status: PlayerStatusSchema }),
  /** Somebody has changed the volume at the player itself. */
  z.object({ type: z.literal('volume_changed'), volume: z.number().min(0).max(1) }),
  PlayStartedSchema,
  PlayEndedSchema,
  PlaySkippedSchema,
])
export type PlayerToServer = z.infer<typeof PlayerToServerSchema>

const PlayerIdentitySchema = z.object({
  player_id: id,
  name: z.string(),
  store_id: id,
  store_name: z.string(),
  client_name: z.string(),
  time_zone: z.string(),
})
export type PlayerIdentity = z.infer<typeof PlayerIdentitySchema>

const PlayerSettingsSchema = z.object({
  volume: z.number().min(0).max(1),
  heartbeat_interval_ms: z.number().int().positive(),
  reconnect_interval_ms: z.number().int().positive(),
  wall_clock: WallClockSchema.optional(),
})

/** server → player */
export const ServerToPlayerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    protocol: z.number().int().positive(),
    server_time: instant,
    player: PlayerIdentitySchema,
    settings: PlayerSettingsSchema,
  }),
  z.object({ type: z.literal('pong'), t: z.number(), server_time: instant }),
  z.object({ type: z.literal('programme'), programme: ProgrammeSchema }),
  z.object({ type: z.literal('air'), item: AirItemSchema }),
  /** Stops one play, or everything when `play_id` is null. */
  z.object({ type: z.literal('stop'), play_id: id.nullable() }),
  z.object({ type: z.literal('set_volume'), volume: z.number().min(0).max(1) }),
  z.object({ type: z.literal('reload') }),
  z.object({ type: z.literal('identify') }),
  /** The pairing is gone for good: forget the token and show a new code. */
  z.object({ type: z.literal('unpaired') }),
  /** The report about this play is on record: it need not be sent again. */
  z.object({ type: z.literal('reported'), play_id: id, report: z.enum(['play_started', 'play_ended', 'play_skipped']) }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
])
/** As it travels: what has a default may be missing. */
export type ServerToPlayer = z.input<typeof ServerToPlayerSchema>

/**
 * server → dashboard. Only ids travel: the page reads the rows again by HTTP, so a lost
 * message costs a refresh, never a wrong figure.
 */
export const ServerToDashboardSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), server_time: instant }),
  z.object({ type: z.literal('player_changed'), player_id: id }),
  z.object({ type: z.literal('play_changed'), play_id: id, air_id: id.nullable() }),
  z.object({ type: z.literal('message_changed'), audio_id: id }),
  z.object({ type: z.literal('track_changed'), track_id: id }),
  /** Work over many messages: how far it is. */
  z.object({ type: z.literal('job_changed'), job_id: id }),
  z.object({ type: z.literal('schedule_changed'), schedule_id: id }),
  /** Many messages, or the categories: lists are read again. */
  z.object({ type: z.literal('library_changed') }),
  z.object({ type: z.literal('pong') }),
])
export type ServerToDashboard = z.infer<typeof ServerToDashboardSchema>

/** dashboard → server: nothing but the heartbeat. */
export const DashboardToServerSchema = z.discriminatedUnion('type', [z.object({ type: z.literal('ping') })])

/** WebSocket close codes with a meaning of our own. */
export const CLOSE_CODES = {
  /** The server shuts down or restarts: come back with jitter. */
  restart: 1012,
  /** The token is no longer valid. */
  unpaired: 4001,
  /** The same player connected anew elsewhere: do not come back with this socket. */
  replaced: 4002,
  /** No `hello` first, too many bad frames, or a flood. */
  misbehaved: 4003,
} as const
