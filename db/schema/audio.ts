import { sql } from 'drizzle-orm'
import { boolean, customType, doublePrecision, index, integer, jsonb, pgEnum, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { FAILURES, MESSAGE_SOURCES, MESSAGE_STATUSES, TRACK_KINDS } from '../../shared/schemas/audio-words'
import type { JingleRecipe } from '../../shared/schemas/jingle'
import type { WordTimes } from '../../shared/protocol'
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
  /** What a jingle with this voice does otherwise than its preset says. */
  jingle: jsonb().$type<Partial<JingleRecipe>>(),
  is_default: boolean().notNull().default(false),
  position: integer().notNull().default(0),
  /** A finished sentence in this voice, made when somebody first listens. */
  sample_sha256: text().references(() => file.sha256),
  /** Hash of everything that shaped it: where that is another one now, it is made anew. */
  sample_key: text(),
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

export const messageStatus = pgEnum('message_status', MESSAGE_STATUSES)
export const messageSource = pgEnum('message_source', MESSAGE_SOURCES)
export const failure = pgEnum('failure', FAILURES)

/**
 * What a finished sound is known by; empty until it is ready. `sha256` is the shipped mp3, `original_sha256` what it was
 * made from: the speech as the provider gave it, or the file as it was uploaded.
 */
const figures = () => ({
  sha256: text().references(() => file.sha256),
  original_sha256: text().references(() => file.sha256),
  bytes: integer().notNull().default(0),
  duration_ms: integer().notNull().default(0),
  lufs: doublePrecision(),
  true_peak_dbtp: doublePrecision(),
  limiting_db: doublePrecision().notNull().default(0),
  warnings: jsonb().$type<string[]>().notNull().default([]),
  /** Loudest sample of each equal slice, 0–100. */
  peaks: jsonb().$type<number[]>().notNull().default([]),
})

/** Where an upload stands, so that a worker that dies under it is noticed: its lease runs out and another takes it. */
const processing = () => ({
  failure: failure(),
  attempts: integer().notNull().default(0),
  leased_until: instant(),
  /** The file's name on the machine of who uploaded it. */
  original_name: text(),
})

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/** What a message says, and how: kept by each version. */
const script = () => ({
  text: text().notNull(),
  /** The text as the voice is to read it, where somebody corrected that by hand. */
  spoken_text: text(),
  voice_id: uuid().references(() => voice.voice_id, { onDelete: 'set null' }),
  voice_name: text().notNull(),
  voice_settings: jsonb().$type<VoiceSettings>(),
  /** The recipe of the mix with the ids of its tracks; null for the voice alone. */
  jingle: jsonb().$type<JingleRecipe>(),
  /** Captions word by word; null where the voice gave none. */
  words: jsonb().$type<WordTimes>(),
})

/** One library item: a finished sound with its script, voice, category and figures. */
export const message = pgTable('message', {
  audio_id: idColumn(),
  client_id: clientId(),
  status: messageStatus().notNull(),
  source: messageSource().notNull().default('generated'),
  title: text().notNull(),
  ...script(),
  ...figures(),
  ...processing(),
  category_id: uuid().references(() => category.category_id, { onDelete: 'set null' }),
  tags: text().array().notNull().default([]),
  is_favourite: boolean().notNull().default(false),
  /** Counts up with each change of what it says; the ones before stand in `message_version`. */
  version: integer().notNull().default(1),
  /** Airs only within these instants. */
  valid_from: instant(),
  valid_until: instant(),
  /** The words of title, text and tags, folded: what the search looks through. Empty until it is indexed. */
  search_text: text().notNull().default(''),
  search_vector: tsvector().generatedAlwaysAs(sql`to_tsvector('simple'::regconfig, search_text)`),
  created_by: text().references(() => user.id, { onDelete: 'set null' }),
  last_aired_at: instant(),
  deleted_at: instant(),
  ...timestamps,
}, t => [
  index('message_newest_idx').on(t.client_id, t.audio_id).where(sql`${t.deleted_at} is null`),
  index('message_title_idx').on(t.client_id, sql`lower(${t.title})`, t.audio_id).where(sql`${t.deleted_at} is null`),
  index('message_duration_idx').on(t.client_id, t.duration_ms, t.audio_id).where(sql`${t.deleted_at} is null`),
  index('message_aired_idx').on(t.client_id, sql`coalesce(${t.last_aired_at}, '-infinity'::timestamptz)`, t.audio_id).where(sql`${t.deleted_at} is null`),
  index('message_category_idx').on(t.client_id, t.category_id, t.audio_id),
  index('message_voice_idx').on(t.client_id, t.voice_id, t.audio_id),
  index('message_favourite_idx').on(t.client_id, t.audio_id).where(sql`${t.is_favourite}`),
  index('message_tags_idx').using('gin', t.tags),
  index('message_bin_idx').on(t.client_id, t.deleted_at, t.audio_id).where(sql`${t.deleted_at} is not null`),
  index('message_sha256_idx').on(t.sha256),
  index('message_original_idx').on(t.original_sha256),
  index('message_waiting_idx').on(t.leased_until).where(sql`${t.status} in ('waiting', 'processing')`),
  index('message_search_idx').using('gin', t.search_vector),
  index('message_unindexed_idx').on(t.audio_id).where(sql`${t.search_text} = ''`),
])

/** Every word that a client's messages have had: what a word with a slip in it may have meant. */
export const searchWord = pgTable('search_word', {
  client_id: clientId(),
  word: text().notNull(),
}, t => [
  uniqueIndex('search_word_idx').on(t.client_id, t.word.op('text_pattern_ops')),
  index('search_word_trigrams_idx').using('gin', t.word.op('gin_trgm_ops')),
])

/** What a message was before its text, voice or jingle changed. Stays audible. */
export const messageVersion = pgTable('message_version', {
  version_id: idColumn(),
  client_id: clientId(),
  audio_id: uuid().notNull().references(() => message.audio_id, { onDelete: 'cascade' }),
  version: integer().notNull(),
  /** Null where an older version of the product kept it. */
  source: messageSource(),
  title: text().notNull(),
  ...script(),
  ...figures(),
  created_by: text().references(() => user.id, { onDelete: 'set null' }),
  created_at: timestamps.created_at,
}, t => [
  uniqueIndex('message_version_idx').on(t.audio_id, t.version),
  index('message_version_sha256_idx').on(t.sha256),
  index('message_version_original_idx').on(t.original_sha256),
])

/** Who writes to an upload in pieces: a lease across instances, which runs out when its holder dies. */
export const uploadLock = pgTable('upload_lock', {
  upload_id: text().primaryKey(),
  /** One request. */
  holder: uuid().notNull(),
  /** Another request waits: the holder lets go as soon as it can. */
  is_wanted: boolean().notNull().default(false),
  leased_until: instant().notNull(),
})

export const trackKind = pgEnum('track_kind', TRACK_KINDS)

/** Music: a bed under a message, a chime before it, or background music between messages. */
export const track = pgTable('track', {
  track_id: idColumn(),
  client_id: clientId(),
  kind: trackKind().notNull(),
  status: messageStatus().notNull(),
  title: text().notNull(),
  tags: text().array().notNull().default([]),
  ...figures(),
  ...processing(),
  /** What brings it to the loudness of a message: music is not encoded again for that. */
  gain_db: doublePrecision().notNull().default(0),
  cue_in_ms: integer().notNull().default(0),
  /** Null: to its end. */
  cue_out_ms: integer(),
  /** The one that is taken when none is named, of its kind. */
  is_default: boolean().notNull().default(false),
  position: integer().notNull().default(0),
  /** Name of the shipped file that it is, so that it is added once. */
  shipped: text(),
  created_by: text().references(() => user.id, { onDelete: 'set null' }),
  deleted_at: instant(),
  ...timestamps,
}, t => [
  index('track_client_idx').on(t.client_id, t.kind, t.position),
  index('track_sha256_idx').on(t.sha256),
  index('track_original_idx').on(t.original_sha256),
  index('track_waiting_idx').on(t.leased_until).where(sql`${t.status} in ('waiting', 'processing')`),
  uniqueIndex('track_shipped_idx').on(t.client_id, t.shipped),
])

/** A named recipe of a mix. */
export const jinglePreset = pgTable('jingle_preset', {
  preset_id: idColumn(),
  client_id: clientId(),
  name: text().notNull(),
  recipe: jsonb().$type<JingleRecipe>().notNull(),
  is_default: boolean().notNull().default(false),
  position: integer().notNull().default(0),
  shipped: text(),
  ...timestamps,
}, t => [index('jingle_preset_client_idx').on(t.client_id, t.position), uniqueIndex('jingle_preset_shipped_idx').on(t.client_id, t.shipped)])

/** How a client's words are said: brand names and the like. */
export const pronunciation = pgTable('pronunciation', {
  pronunciation_id: idColumn(),
  client_id: clientId(),
  written: text().notNull(),
  spoken: text().notNull(),
  /** A language such as `es`; null for every one. */
  language: text(),
  ...timestamps,
}, t => [uniqueIndex('pronunciation_written_idx').on(t.client_id, sql`lower(${t.written})`, sql`coalesce(${t.language}, '')`)])
