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

/** The pages of settings, by their name in `/api/v1/settings/{name}`. What is not set has its default. */
export const SETTING_SCHEMAS = { audio: AudioSettingsSchema } as const
export type SettingName = keyof typeof SETTING_SCHEMAS
