import { boolean, doublePrecision, index, integer, jsonb, pgEnum, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { VoiceSettings } from '../../shared/schemas/voice'
import { user } from './auth'
import { category, clientId } from './client'
import { idColumn, instant, timestamps } from './columns'
import { file } from './file'

export const speechProvider = pgEnum('speech_provider', ['elevenlabs', 'espeak'])
export const gender = pgEnum('gender', ['female', 'male', 'neutral'])

/** A provider's voice as one client uses it. */
export const voice = pgTable('voice', {
  voice_id: idColumn(),
  client_id: clientId(),
  provider: speechProvider().notNull(),
  provider_voice_id: text().notNull(),
  name: text().notNull(),
  gender: gender().notNull().default('neutral'),
  accent: text().notNull(),
  /** BCP 47. */
  language: text().notNull(),
  settings: jsonb().$type<VoiceSettings>().notNull(),
  gain_db: doublePrecision().notNull().default(0),
  is_default: boolean().notNull().default(false),
  position: integer().notNull().default(0),
  /** A finished sentence in this voice, made when somebody first listens. */
  sample_sha256: text().references(() => file.sha256),
  /** Since when the provider no longer has it. */
  gone_at: instant(),
  ...timestamps,
}, t => [uniqueIndex('voice_client_provider_idx').on(t.client_id, t.provider, t.provider_voice_id)])

/** Speech already paid for, by the hash of everything that shaped it. */
export const speech = pgTable('speech', {
  speech_id: idColumn(),
  client_id: clientId(),
  /** SHA-256 of provider, voice, model, settings, language and text. */
  content_sha256: text().notNull(),
  provider: speechProvider().notNull(),
  /** The speech as the provider gave it. */
  sha256: text().notNull().references(() => file.sha256),
  alignment: jsonb().$type<{ characters: string[], start_s: number[], end_s: number[] }>(),
  characters_cost: integer(),
  created_at: timestamps.created_at,
  used_at: instant().notNull().defaultNow(),
}, t => [uniqueIndex('speech_content_idx').on(t.client_id, t.content_sha256), index('speech_sha256_idx').on(t.sha256), index('speech_used_idx').on(t.used_at)])

export const messageStatus = pgEnum('message_status', ['draft', 'saved'])

/** One library item: a finished sound with its script, voice, category and figures. */
export const message = pgTable('message', {
  audio_id: idColumn(),
  client_id: clientId(),
  status: messageStatus().notNull(),
  title: text().notNull(),
  text: text().notNull(),
  voice_id: uuid().references(() => voice.voice_id, { onDelete: 'set null' }),
  voice_name: text().notNull(),
  voice_settings: jsonb().$type<VoiceSettings>().notNull(),
  category_id: uuid().references(() => category.category_id, { onDelete: 'set null' }),
  sha256: text().notNull().references(() => file.sha256),
  bytes: integer().notNull(),
  duration_ms: integer().notNull(),
  lufs: doublePrecision().notNull(),
  true_peak_dbtp: doublePrecision().notNull(),
  limiting_db: doublePrecision().notNull(),
  warnings: jsonb().$type<string[]>().notNull(),
  /** Loudest sample of each equal slice, 0–100. */
  peaks: jsonb().$type<number[]>().notNull(),
  created_by: text().references(() => user.id, { onDelete: 'set null' }),
  last_aired_at: instant(),
  deleted_at: instant(),
  ...timestamps,
}, t => [
  index('message_client_idx').on(t.client_id, t.deleted_at, t.created_at),
  index('message_sha256_idx').on(t.sha256),
])
