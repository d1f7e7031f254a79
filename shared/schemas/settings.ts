import { z } from 'zod'

const CheckSchema = z.object({ ok: z.boolean(), message: z.string() })

/** `status` is `ok` when database and storage work; a vendor that fails degrades only its own voices. */
export const HealthSchema = z.object({
  status: z.enum(['ok', 'failing']),
  version: z.string(),
  checks: z.object({
    database: CheckSchema,
    storage: CheckSchema,
    /** ffmpeg: without it uploads other than mp3 and WAV fail. */
    transcode: CheckSchema,
    providers: z.record(z.string(), CheckSchema),
  }),
}).meta({ id: 'Health' })
export type Health = z.infer<typeof HealthSchema>

/** How a client's messages are to sound. What is finished already stays as it is until it is made anew. */
export const AudioSettingsSchema = z.strictObject({
  /** Integrated loudness, ITU-R BS.1770. */
  target_lufs: z.number().min(-30).max(-9).default(-16),
  /** True peak that no file exceeds. */
  ceiling_dbtp: z.number().min(-9).max(-0.5).default(-1),
  /** Bitrates of the mp3: of a voice alone (mono), and with music (stereo). */
  mono_kbps: z.literal([96, 128, 160, 192]).default(128),
  stereo_kbps: z.literal([128, 160, 192, 224, 256, 320]).default(192),
  /** Hz. */
  sample_rate: z.literal([44_100, 48_000]).default(44_100),
}).meta({ id: 'AudioSettings' })
export type AudioSettings = z.output<typeof AudioSettingsSchema>

const LocalTimeSchema = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)

/** A part of the day in which announcements are louder or softer; one whose end is not later than its start goes on after midnight. */
export const DaypartSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  /** 1 is Monday. The day on which it begins. */
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
  from: LocalTimeSchema,
  to: LocalTimeSchema,
  /** Share of the player's volume. */
  volume: z.number().min(0).max(1),
})
export type Daypart = z.infer<typeof DaypartSchema>

/** How a client's players air; a store may do some of it otherwise. */
export const PlayerSettingsSchema = z.strictObject({
  /** After an announcement the music goes on where it was, or with the next track. */
  music_after: z.enum(['resume', 'next']).default('resume'),
  music_fade_ms: z.int().min(0).max(10_000).default(800),
  /** Where the device can: the announcement over softer music. */
  talk_over: z.boolean().default(true),
  duck_db: z.number().min(-60).max(0).default(-18),
  duck_down_ms: z.int().min(0).max(5_000).default(600),
  duck_up_ms: z.int().min(0).max(10_000).default(1_000),
  pre_silence_ms: z.int().min(0).max(10_000).default(0),
  post_silence_ms: z.int().min(0).max(10_000).default(0),
  /** Between two announcements, s. */
  min_gap_s: z.int().min(0).max(3_600).default(0),
  /** Longer ones are ended there, s; 0: no limit. */
  max_duration_s: z.int().min(0).max(3_600).default(0),
  captions: z.boolean().default(true),
  dayparts: z.array(DaypartSchema).max(20).default([]),
}).meta({ id: 'PlayerSettings' })
export type PlayerSettings = z.output<typeof PlayerSettingsSchema>

const airing = PlayerSettingsSchema.shape

/** What the players of one store do otherwise than the client's settings say. What is not named is as it is everywhere. */
export const PlayerOverridesSchema = z.strictObject({
  music_after: airing.music_after.unwrap().optional(),
  music_fade_ms: airing.music_fade_ms.unwrap().optional(),
  talk_over: airing.talk_over.unwrap().optional(),
  duck_db: airing.duck_db.unwrap().optional(),
  duck_down_ms: airing.duck_down_ms.unwrap().optional(),
  duck_up_ms: airing.duck_up_ms.unwrap().optional(),
  pre_silence_ms: airing.pre_silence_ms.unwrap().optional(),
  post_silence_ms: airing.post_silence_ms.unwrap().optional(),
  min_gap_s: airing.min_gap_s.unwrap().optional(),
  max_duration_s: airing.max_duration_s.unwrap().optional(),
  captions: airing.captions.unwrap().optional(),
  dayparts: airing.dayparts.unwrap().optional(),
}).meta({ id: 'PlayerOverrides' })
export type PlayerOverrides = z.output<typeof PlayerOverridesSchema>

/** How a client looks on its screens. */
export const LookSettingsSchema = z.strictObject({
  /** SHA-256 of a picture that was sent to `POST /api/v1/settings/look/logo`. */
  logo_sha256: z.string().regex(/^[0-9a-f]{64}$/).nullable().default(null),
  colour: z.string().regex(/^#[0-9a-f]{6}$/).nullable().default(null),
}).meta({ id: 'LookSettings' })
export type LookSettings = z.output<typeof LookSettingsSchema>

/** Whom a client wants to hear of players that are silent, and how soon. */
export const AlertSettingsSchema = z.strictObject({
  enabled: z.boolean().default(true),
  /** A player is missed this long before anybody is told, minutes. */
  offline_after_minutes: z.int().min(1).max(1_440).default(10),
  emails: z.array(z.email().max(254)).max(20).default([]),
}).meta({ id: 'AlertSettings' })
export type AlertSettings = z.output<typeof AlertSettingsSchema>

/** What spares people's ears; an emergency, and what somebody sends at once, is not limited. */
export const LimitSettingsSchema = z.strictObject({
  /** Nothing scheduled begins then. One whose end is not later than its start goes on after midnight. */
  quiet: z.array(DaypartSchema.omit({ volume: true })).max(20).default([]),
  /** From the end of one to the start of the next, s; 0: no limit. */
  min_gap_s: z.int().min(0).max(3_600).default(0),
  /** Announcements that begin within any 60 minutes; 0: no limit. */
  max_per_hour: z.int().min(0).max(240).default(0),
  /** How often the same message begins within any 60 minutes; 0: no limit. */
  max_same_per_hour: z.int().min(0).max(240).default(0),
  /** What is too much waits this long at most for a moment when it is not, and is left out else, minutes; 0: is left out at once. */
  move_up_to_minutes: z.int().min(0).max(120).default(10),
}).meta({ id: 'LimitSettings' })
export type LimitSettings = z.output<typeof LimitSettingsSchema>

const limit = LimitSettingsSchema.shape

/** The limits of one store, where they differ from the client's. */
export const LimitOverridesSchema = z.strictObject({
  quiet: limit.quiet.unwrap().optional(),
  min_gap_s: limit.min_gap_s.unwrap().optional(),
  max_per_hour: limit.max_per_hour.unwrap().optional(),
  max_same_per_hour: limit.max_same_per_hour.unwrap().optional(),
  move_up_to_minutes: limit.move_up_to_minutes.unwrap().optional(),
}).meta({ id: 'LimitOverrides' })
export type LimitOverrides = z.output<typeof LimitOverridesSchema>

/** Country and, where it has holidays of its own, region: `ES`, `ES-MD`. */
export const HolidayRegionSchema = z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,4}){0,2}$/, { error: 'must be a country such as "ES", or a region such as "ES-MD"' })

/** Days on which schedules may be silent, by name. */
export const CalendarSettingsSchema = z.strictObject({
  /** Whose public holidays the client's stores have; null: none. */
  holiday_region: HolidayRegionSchema.nullable().default(null),
  /** Days of the client's own: `2026-12-24` once, `12-24` every year. */
  holidays: z.array(z.strictObject({
    name: z.string().trim().min(1).max(100),
    date: z.string().regex(/^(?:\d{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/),
  })).max(200).default([]),
}).meta({ id: 'CalendarSettings' })
export type CalendarSettings = z.output<typeof CalendarSettingsSchema>

/** The pages of settings, by their name in `/api/v1/settings/{name}`. What is not set has its default. */
export const SETTING_SCHEMAS = { audio: AudioSettingsSchema, player: PlayerSettingsSchema, look: LookSettingsSchema, alerts: AlertSettingsSchema, limits: LimitSettingsSchema, calendar: CalendarSettingsSchema } as const
export type SettingName = keyof typeof SETTING_SCHEMAS
