import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const integer = (min: number, max: number) => z.coerce
  .number({ error: `must be a whole number from ${min} to ${max}` })
  .int({ error: `must be a whole number from ${min} to ${max}` })
  .min(min, { error: `must be a whole number from ${min} to ${max}` })
  .max(max, { error: `must be a whole number from ${min} to ${max}` })

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an address such as https://announce.example.com' })
  .transform(url => url.replace(/\/+$/, ''))

const optional = <T extends z.ZodType>(schema: T) => schema.optional()

/** Every variable that the product reads, with its default. `.env.example` has a line for each. */
export const EnvSchema = z.object({
  HOST: z.string().min(1).max(253).default('0.0.0.0'),
  PORT: integer(0, 65_535).default(3000),
  APP_NAME: z.string().trim().min(1).max(60).default('MediaFlow'),
  APP_ENV: z.enum(['production', 'development', 'test'], { error: 'must be production, development or test' })
    .default(process.env.NODE_ENV === 'production' ? 'production' : 'development'),
  APP_URL: optional(httpUrl),
  DATABASE_URL: optional(z.url({ protocol: /^postgres(ql)?$/, error: 'must be a Postgres address such as postgres://user:password@host:5432/mediaflow' })),
  DATA_DIR: z.string().min(1).default('.data').transform(dir => resolve(dir)),
  STORAGE_PATH: optional(z.string().min(1).transform(dir => resolve(dir))),
  MAX_UPLOAD_SIZE: integer(1024, 2_147_483_648).default(52_428_800),
  FFMPEG_PATH: z.string().min(1).default('ffmpeg'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], { error: 'must be trace, debug, info, warn, error or silent' }).default('info'),
  AUTH_SECRET: optional(z.string().min(32, { error: 'must have at least 32 characters' })),
  ADMIN_EMAIL: optional(z.email({ error: 'must be an e-mail address' }).transform(email => email.toLowerCase())),
  ADMIN_PASSWORD: optional(z.string().min(10, { error: 'must have at least 10 characters' }).max(128, { error: 'must have at most 128 characters' })),
  ELEVENLABS_API_KEY: optional(z.string().min(8, { error: 'must be an ElevenLabs API key' })),
  ELEVENLABS_BASE_URL: httpUrl.default('https://api.elevenlabs.io'),
  ELEVENLABS_MODEL_ID: z.string().regex(/^[a-z0-9_]{3,64}$/, { error: 'must be a model id such as eleven_multilingual_v2' }).default('eleven_multilingual_v2'),
  ANTHROPIC_API_KEY: optional(z.string().min(8, { error: 'must be an Anthropic API key' })),
  ANTHROPIC_BASE_URL: httpUrl.default('https://api.anthropic.com'),
  CLAUDE_MODEL: z.string().regex(/^[a-z0-9.-]{3,64}$/, { error: 'must be a model id such as claude-haiku-5-5' }).default('claude-haiku-5-5'),
  SMTP_URL: optional(z.url({ protocol: /^smtps?$/, error: 'must be a mail server such as smtp://user:password@mail.example.com:587' })),
  MAIL_FROM: optional(z.string().regex(/^(?:[^<>\r\n]{1,100} <[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/, { error: 'must be an address such as MediaFlow <alerts@example.com>' })),
  WEBHOOK_ALLOW_PRIVATE: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false').transform(value => value === 'true'),
  WS_HEARTBEAT_INTERVAL: integer(1000, 120_000).default(30_000),
  WS_RECONNECT_INTERVAL: integer(100, 60_000).default(3000),
  CORS_ORIGINS: z.string().default('').transform(list => list.split(',').map(origin => origin.trim().replace(/\/+$/, '')).filter(Boolean))
    .refine(origins => origins.every(origin => /^https?:\/\/[^/]+$/.test(origin)), { error: 'must be origins separated by commas, such as https://shop.example.com,https://www.example.com' }),
}).refine(env => !env.ADMIN_EMAIL === !env.ADMIN_PASSWORD, { path: ['ADMIN_PASSWORD'], error: 'must be set together with ADMIN_EMAIL, or not at all' })
  .refine(env => !env.SMTP_URL === !env.MAIL_FROM, { path: ['MAIL_FROM'], error: 'must be set together with SMTP_URL, or not at all' })

export type Settings = Omit<z.output<typeof EnvSchema>, 'AUTH_SECRET' | 'STORAGE_PATH'> & { AUTH_SECRET: string, STORAGE_PATH: string }

/** A variable has a wrong value. The message is one line that names it. */
export class SettingsError extends Error {
  override name = 'SettingsError'
}

/**
 * Checks the environment and fills in the defaults. Empty values count as absent.
 * @param env the variables, usually `process.env`
 * @throws SettingsError naming the first wrong variable and what it must be
 */
export function parseSettings(env: Record<string, string | undefined>): z.output<typeof EnvSchema> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''))
  const parsed = EnvSchema.safeParse(present)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new SettingsError(`${String(issue?.path[0])} ${issue?.message} (see .env.example)`)
}

/** Reads a secret of this installation from `<data_dir>/secrets/<name>`, making it once. */
export function installationSecret(dataDir: string, name: string): string {
  const path = join(dataDir, 'secrets', name)
  mkdirSync(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 })
  try {
    // `wx`: of two processes that start together, one writes and both read the same secret.
    writeFileSync(path, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 })
  }
  catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(path, 'utf8').trim()
}

let settings: Settings | undefined

/**
 * The settings of this process, read once.
 * @throws SettingsError when a variable has a wrong value
 */
export function useSettings(): Settings {
  if (!settings) {
    const env = parseSettings(process.env)
    settings = {
      ...env,
      STORAGE_PATH: env.STORAGE_PATH ?? join(env.DATA_DIR, 'files'),
      AUTH_SECRET: env.AUTH_SECRET ?? installationSecret(env.DATA_DIR, 'auth'),
    }
  }
  return settings
}
