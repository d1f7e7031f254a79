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
  // Said by the server only: nobody reported it, and this is the best that is known.
  'offline', 'no_report',
  // Said by the server only: a limit of the client's left it out, named by `reason_by`.
  'limited',
] as const
export const SkipReasonSchema = z.enum(SKIP_REASONS)
export type SkipReason = z.infer<typeof SkipReasonSchema>

/**
 * What a player's program may say it can, in its `hello`: an older one says nothing and is spoken to as before.
 * `command`: takes `command` and answers `command_result`; `fault`: reports faults; `token`: takes a new token.
 */
export const PLAYER_FEATURES = ['command', 'fault', 'token'] as const
export type PlayerFeature = typeof PLAYER_FEATURES[number]

/** What a player can be told to do, besides airing. */
export const PLAYER_COMMANDS = ['set_volume', 'mute', 'unmute', 'stop', 'stop_all', 'reload', 'identify', 'clear_cache', 'screenshot'] as const
export type PlayerCommandName = typeof PLAYER_COMMANDS[number]

/** What a player's watchdogs notice. */
export const FAULT_KINDS = [
  'socket_silent', 'audio_stuck', 'audio_failed', 'page_frozen', 'memory_high', 'clock_step', 'storage_full', 'wake_lock_lost', 'file_damaged', 'page_error',
] as const
export type FaultKind = typeof FAULT_KINDS[number]

const id = z.uuid()
const instant = z.iso.datetime()
const Sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

/** Captions word by word: where each word begins in the text (UTF-16 units), and when it is heard, ms from the start of the file. */
export const WordTimesSchema = z.array(z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()])).max(2_000)
export type WordTimes = z.infer<typeof WordTimesSchema>

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
  /** How often it is heard, one time after the other. */
  repeat: z.number().int().positive().optional(),
  /** It is heard again and again until somebody stops it. */
  until_stopped: z.boolean().optional(),
  /** Absent where the voice gave none. */
  words: WordTimesSchema.optional(),
})
export type AirItem = z.infer<typeof AirItemSchema>

/** A scheduled occurrence in a programme: an {@link AirItemSchema} with its due instant. It may start from `due_at` to `expires_at`. */
export const ProgrammeItemSchema = AirItemSchema.extend({
  schedule_id: id,
  due_at: instant,
  /** How late it may start, s: `expires_at` has it in already, and how long the message is valid. */
  grace_s: z.number().int().nonnegative(),
  /** It was moved there by a limit of the client's: it starts no earlier. `due_at` stays its name. */
  not_before: instant.optional(),
  /** As a share of the player's volume, where that is not 1. */
  volume: z.number().min(0).max(1).optional(),
})
export type ProgrammeItem = z.infer<typeof ProgrammeItemSchema>

/** What waits for a player that asks by HTTP: live messages, and what is due soon, which has its `due_at`. */
export const PendingItemSchema = ProgrammeItemSchema.partial({ schedule_id: true, due_at: true, grace_s: true, not_before: true, volume: true })
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

/** A stretch of time. */
const StretchSchema = z.object({ from: instant, to: instant })
export type Stretch = z.infer<typeof StretchSchema>

/** How a client's screens look. */
const LookSchema = z.object({
  /** Relative to the server's origin; null: none. */
  logo_url: z.string().nullable(),
  /** `#rrggbb`; null: the product's own. */
  colour: z.string().regex(/^#[0-9a-f]{6}$/).nullable(),
})
export type Look = z.infer<typeof LookSchema>

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
  /** Silence between the music and an announcement, before and after it. */
  pre_silence_ms: z.number().int().nonnegative().default(0),
  post_silence_ms: z.number().int().nonnegative().default(0),
  /** How loud announcements are in parts of the day, as a share of the player's volume; 1 where none of these says otherwise. */
  dayparts: z.array(StretchSchema.extend({ volume: z.number().min(0).max(1) })).default([]),
  /** When the store is open, as far as the programme reaches; null: nobody has said. */
  open: z.array(StretchSchema).nullable().default(null),
  /** Texts of what is on air are shown. */
  captions: z.boolean().default(true),
  look: LookSchema.optional(),
})

export const ProgrammeSchema = z.object({
  version: z.string(),
  server_time: instant,
  items: z.array(ProgrammeItemSchema),
  music: z.array(ProgrammeTrackSchema),
  settings: ProgrammeSettingsSchema.optional(),
  /** Captions word by word of what is in it, by the file's sha256. */
  words: z.record(Sha256Schema, WordTimesSchema).optional(),
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
  muted: z.boolean().optional(),
  /** The title of the music that plays; null: none does. */
  music: z.string().max(300).nullable().optional(),
  /** What it will air by itself next. */
  next: z.object({ title: z.string().max(300), due_at: instant }).nullable().optional(),
  programme_version: z.string().max(64).nullable().optional(),
  /** When the server last answered, by the server's clock. */
  synced_at: instant.nullable().optional(),
  /** Whether it has shown that it can speak over music. */
  talk_over: z.enum(['untested', 'works', 'fails']).optional(),
  /** What its engine has. */
  engine: z.object({ analyser: z.boolean(), wake_lock: z.boolean(), service_worker: z.boolean(), fullscreen: z.boolean(), indexed_db: z.boolean() }).partial().optional(),
  /** Somebody should press a key: for sound, or for the whole screen. */
  waits_for_tap: z.enum(['sound', 'fullscreen']).nullable().optional(),
  /** CSS pixels. */
  screen: z.object({ width: z.number().int().nonnegative(), height: z.number().int().nonnegative() }).optional(),
  visible: z.boolean().optional(),
  storage: z.object({ usage_bytes: z.number().nonnegative(), quota_bytes: z.number().nonnegative() }).optional(),
  memory_bytes: z.number().nonnegative().optional(),
  /** Since when the page runs. */
  started_at: instant.optional(),
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
  /** How often it was heard, where that is not once. */
  repeats: z.number().int().positive().optional(),
})
const PlaySkippedSchema = z.object({
  type: z.literal('play_skipped'),
  play_id: id,
  occurrence: OccurrenceSchema.optional(),
  reason: SkipReasonSchema,
  /** Who or what was the reason: the title of what pre-empted it, the name of who stopped it. */
  by: z.string().max(300).optional(),
  /** How often it had been heard to its end before. */
  repeats: z.number().int().positive().optional(),
  at: instant,
})

/** Something that a watchdog noticed, told once: when it is over, or when nothing helped. */
export const PlayerFaultSchema = z.object({
  fault_id: id,
  kind: z.enum(FAULT_KINDS),
  detail: z.string().max(300),
  at: instant,
  /** What was done about it: `play again`, `next`, `new socket`, `reload`, …; null: nothing helped. */
  recovery: z.string().max(100).nullable(),
  recovered_at: instant.nullable(),
})
export type PlayerFault = z.infer<typeof PlayerFaultSchema>

/** What a player reports about a play: the same objects go over the socket and in `POST /api/v1/player/plays`. */
export const PlayReportSchema = z.discriminatedUnion('type', [PlayStartedSchema, PlayEndedSchema, PlaySkippedSchema])
export type PlayReport = z.infer<typeof PlayReportSchema>

/** What a player says of itself first: over a socket, and with every look of one that has none. */
export const HelloSchema = z.object({
  type: z.literal('hello'),
  protocol: z.number().int().positive(),
  version: z.string().max(64),
  status: PlayerStatusSchema.optional(),
  /** Of the programme that it holds: the same one is not sent again. */
  programme_version: z.string().max(64).optional(),
  /** {@link PLAYER_FEATURES}; names that this side does not know mean nothing to it. */
  features: z.array(z.string().max(40)).max(20).optional(),
})

/** What became of a command. `result` is what it asked for. */
export const CommandResultSchema = z.object({
  type: z.literal('command_result'),
  command_id: id,
  status: z.enum(['done', 'failed']),
  detail: z.string().max(300).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
})

/** player → server */
export const PlayerToServerSchema = z.discriminatedUnion('type', [
  HelloSchema,
  /** Clock exchange: the server answers with `pong` at once. `t` is the player's own clock, ms. */
  z.object({ type: z.literal('ping'), t: z.number() }),
  /** The player holds this live message (in its queue or finished already): it need not be sent again. */
  z.object({ type: z.literal('ack'), play_id: id }),
  z.object({ type: z.literal('status'), status: PlayerStatusSchema }),
  CommandResultSchema,
  PlayerFaultSchema.extend({ type: z.literal('fault') }),
  /** The new token is safe on the device: the old one may end. */
  z.object({ type: z.literal('token_kept') }),
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
  muted: z.boolean().optional(),
  look: LookSchema.optional(),
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
  z.object({ type: z.literal('stop'), play_id: id.nullable(), by: z.string().max(300).optional() }),
  /** Something to do, by `expires_at`; answered with `command_result`. The same command again is answered again, not done again. */
  z.object({
    type: z.literal('command'),
    command_id: id,
    command: z.enum(PLAYER_COMMANDS),
    /** For `set_volume`. */
    volume: z.number().min(0).max(1).optional(),
    /** The name of who asked. */
    by: z.string().max(300).optional(),
    expires_at: instant,
  }),
  /** A new token: the old one ends when this one is used, or when the player says that it is kept. */
  z.object({ type: z.literal('token'), token: z.string().max(200) }),
  /** This fault is on record: it need not be told again. */
  z.object({ type: z.literal('noted'), fault_id: id }),
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
  /** Stores, their groups, or the limits and holidays of the client: what is computed for the calendar is read again. */
  z.object({ type: z.literal('calendar_changed') }),
  /** A command to a player, a fault of one, or an alert about one or its store has changed. */
  z.object({ type: z.literal('command_changed'), command_id: id, player_id: id }),
  z.object({ type: z.literal('fault_changed'), fault_id: id, player_id: id }),
  z.object({ type: z.literal('alert_changed'), alert_id: id }),
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
