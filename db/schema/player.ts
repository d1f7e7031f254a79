import { sql } from 'drizzle-orm'
import { doublePrecision, index, integer, jsonb, pgEnum, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { SKIP_REASONS, type PlayerStatus } from '../../shared/protocol'
import { message } from './audio'
import { user } from './auth'
import { clientId, store } from './client'
import { idColumn, instant, timestamps } from './columns'
import { onBusy, priority, schedule } from './schedule'

export const skipReason = pgEnum('skip_reason', SKIP_REASONS)
export const playStatus = pgEnum('play_status', ['pending', 'delivered', 'playing', 'played', 'skipped'])

/** A browser that runs `/player`, paired to a store. */
export const player = pgTable('player', {
  player_id: idColumn(),
  client_id: clientId(),
  store_id: uuid().notNull().references(() => store.store_id),
  name: text().notNull(),
  /** SHA-256 of the token that this player holds. */
  token_sha256: text().notNull(),
  /** 0–1. */
  volume: doublePrecision().notNull().default(1),
  /** The socket that speaks for this player now: set on connect, cleared by that same socket only. */
  connection_id: uuid(),
  connected_at: instant(),
  last_seen_at: instant(),
  version: text(),
  status: jsonb().$type<PlayerStatus>(),
  ...timestamps,
}, t => [
  uniqueIndex('player_token_idx').on(t.token_sha256),
  index('player_client_idx').on(t.client_id),
  index('player_store_idx').on(t.store_id),
])

/** A television waiting to be told whose it is. */
export const pairing = pgTable('pairing', {
  pairing_id: idColumn(),
  code: text().notNull(),
  secret_sha256: text().notNull(),
  expires_at: instant().notNull(),
  /** The player that it became, until its token has been fetched. */
  player_id: uuid().references(() => player.player_id, { onDelete: 'cascade' }),
  approved_at: instant(),
  created_at: timestamps.created_at,
}, t => [uniqueIndex('pairing_code_idx').on(t.code), index('pairing_expires_idx').on(t.expires_at)])

/** A message sent to players at once. */
export const air = pgTable('air', {
  air_id: idColumn(),
  client_id: clientId(),
  audio_id: uuid().references(() => message.audio_id, { onDelete: 'set null' }),
  requested_by: text().references(() => user.id, { onDelete: 'set null' }),
  priority: priority().notNull(),
  on_busy: onBusy().notNull(),
  expires_at: instant().notNull(),
  created_at: timestamps.created_at,
}, t => [index('air_client_idx').on(t.client_id, t.created_at), index('air_message_idx').on(t.audio_id)])

/** What a player did with a live message, or with one occurrence of a schedule. Keeps title, script and names when their rows are gone. */
export const play = pgTable('play', {
  play_id: idColumn(),
  client_id: clientId(),
  air_id: uuid().references(() => air.air_id, { onDelete: 'cascade' }),
  /** Of an occurrence: then `play_id` is made from both and the player, and the row comes with the player's first report. */
  schedule_id: uuid().references(() => schedule.schedule_id, { onDelete: 'set null' }),
  due_at: instant(),
  player_id: uuid().references(() => player.player_id, { onDelete: 'set null' }),
  player_name: text().notNull(),
  store_name: text().notNull(),
  audio_id: uuid().references(() => message.audio_id, { onDelete: 'set null' }),
  sha256: text().notNull(),
  duration_ms: integer().notNull(),
  title: text().notNull(),
  text: text().notNull(),
  priority: priority().notNull(),
  on_busy: onBusy().notNull(),
  status: playStatus().notNull().default('pending'),
  reason: skipReason(),
  requested_by_name: text(),
  expires_at: instant().notNull(),
  delivered_at: instant(),
  started_at: instant(),
  ended_at: instant(),
  heard_ms: integer(),
  level_db: doublePrecision(),
  ...timestamps,
}, t => [
  index('play_client_idx').on(t.client_id, sql`coalesce(${t.due_at}, ${t.created_at})`, t.play_id),
  index('play_player_status_idx').on(t.player_id, t.status),
  index('play_air_idx').on(t.air_id),
  index('play_player_due_idx').on(t.player_id, t.due_at),
  index('play_schedule_idx').on(t.schedule_id, t.due_at),
  index('play_message_idx').on(t.audio_id, sql`coalesce(${t.due_at}, ${t.created_at})`, t.play_id),
  index('play_open_idx').on(t.status, t.expires_at),
])
