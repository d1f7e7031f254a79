import { sql } from 'drizzle-orm'
import { boolean, doublePrecision, index, integer, jsonb, pgEnum, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { FAULT_KINDS, PLAYER_COMMANDS, SKIP_REASONS, type PlayerStatus } from '../../shared/protocol'
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
  /** Of the one that it was sent to take its place, until the player has used it. */
  next_token_sha256: text(),
  /** Counts up with each token: tokens are derived from it. */
  token_generation: integer().notNull().default(0),
  token_since: instant().notNull().defaultNow(),
  /** 0–1. */
  volume: doublePrecision().notNull().default(1),
  muted: boolean().notNull().default(false),
  /** Where it was last seen, and what its program said that it can. */
  address: text(),
  features: text().array().notNull().default([]),
  /** The socket that speaks for this player now: set on connect, cleared by that same socket only. */
  connection_id: uuid(),
  connected_at: instant(),
  last_seen_at: instant(),
  version: text(),
  status: jsonb().$type<PlayerStatus>(),
  ...timestamps,
}, t => [
  uniqueIndex('player_token_idx').on(t.token_sha256),
  uniqueIndex('player_next_token_idx').on(t.next_token_sha256),
  index('player_client_idx').on(t.client_id),
  index('player_store_idx').on(t.store_id),
])

/** A television waiting to be told whose it is. */
export const pairing = pgTable('pairing', {
  pairing_id: idColumn(),
  code: text().notNull(),
  secret_sha256: text().notNull(),
  expires_at: instant().notNull(),
  /** What the television shows of itself: by these a set that was reset is known again. */
  address: text(),
  user_agent: text(),
  screen: text(),
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
  /** How often it is heard; `until_stopped`: again and again, until `stopped_at`. */
  repeat: integer().notNull().default(1),
  until_stopped: boolean().notNull().default(false),
  stopped_at: instant(),
  stopped_by: text().references(() => user.id, { onDelete: 'set null' }),
  created_at: timestamps.created_at,
}, t => [index('air_client_idx').on(t.client_id, t.created_at), index('air_message_idx').on(t.audio_id)])

/** Letters with an accent, and what they are without: what `fold` does, as far as SQL can. Some databases know no case but of ASCII. */
const ACCENTED = 'áàâäãåéèêëíìîïóòôöõúùûüñçýÿÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇÝ'
const PLAIN = 'aaaaaaeeeeiiiiooooouuuuncyyaaaaaaeeeeiiiiooooouuuuncy'

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
  store_id: uuid().references(() => store.store_id, { onDelete: 'set null' }),
  store_name: text().notNull(),
  audio_id: uuid().references(() => message.audio_id, { onDelete: 'set null' }),
  sha256: text().notNull(),
  duration_ms: integer().notNull(),
  title: text().notNull(),
  text: text().notNull(),
  /** Title and text as they are searched. */
  search_text: text().generatedAlwaysAs(sql.raw(`lower(translate("title" || ' ' || "text", '${ACCENTED}', '${PLAIN}'))`)),
  priority: priority().notNull(),
  on_busy: onBusy().notNull(),
  status: playStatus().notNull().default('pending'),
  reason: skipReason(),
  /** Who or what was the reason: a title, a name. */
  reason_by: text(),
  requested_by_name: text(),
  /** Nobody reported it: the server wrote what is most likely. A report takes its place. */
  presumed: boolean().notNull().default(false),
  expires_at: instant().notNull(),
  delivered_at: instant(),
  started_at: instant(),
  ended_at: instant(),
  heard_ms: integer(),
  repeats: integer(),
  level_db: doublePrecision(),
  ...timestamps,
}, t => [
  index('play_client_idx').on(t.client_id, sql`coalesce(${t.due_at}, ${t.created_at})`, t.play_id),
  index('play_player_status_idx').on(t.player_id, t.status),
  index('play_air_idx').on(t.air_id),
  index('play_store_idx').on(t.store_id, sql`coalesce(${t.due_at}, ${t.created_at})`, t.play_id),
  index('play_player_due_idx').on(t.player_id, t.due_at),
  index('play_schedule_idx').on(t.schedule_id, t.due_at),
  index('play_message_idx').on(t.audio_id, sql`coalesce(${t.due_at}, ${t.created_at})`, t.play_id),
  index('play_open_idx').on(t.status, t.expires_at),
  index('play_search_trigrams_idx').using('gin', t.search_text.op('gin_trgm_ops')),
])

export const commandName = pgEnum('player_command_name', PLAYER_COMMANDS)
export const commandStatus = pgEnum('player_command_status', ['queued', 'sent', 'done', 'failed', 'expired'])

/** Something that a player is to do by a moment, and what became of it. */
export const playerCommand = pgTable('player_command', {
  command_id: idColumn(),
  client_id: clientId(),
  player_id: uuid().notNull().references(() => player.player_id, { onDelete: 'cascade' }),
  command: commandName().notNull(),
  /** For `set_volume`, 0–1. */
  volume: doublePrecision(),
  status: commandStatus().notNull().default('queued'),
  requested_by: text().references(() => user.id, { onDelete: 'set null' }),
  requested_by_name: text(),
  expires_at: instant().notNull(),
  sent_at: instant(),
  ended_at: instant(),
  /** Why it failed. */
  detail: text(),
  /** What it asked for: of `screenshot` the state of the screen. */
  result: jsonb().$type<Record<string, unknown>>(),
  created_at: timestamps.created_at,
}, t => [index('player_command_player_idx').on(t.player_id, t.status, t.command_id), index('player_command_open_idx').on(t.status, t.expires_at)])

export const faultKind = pgEnum('player_fault_kind', FAULT_KINDS)

/** What a player's watchdogs noticed. The id is the player's own, so that a repeat changes nothing. */
export const playerFault = pgTable('player_fault', {
  fault_id: uuid().primaryKey(),
  client_id: clientId(),
  player_id: uuid().notNull().references(() => player.player_id, { onDelete: 'cascade' }),
  kind: faultKind().notNull(),
  detail: text().notNull(),
  at: instant().notNull(),
  /** What was done about it; null: nothing helped. */
  recovery: text(),
  recovered_at: instant(),
  created_at: timestamps.created_at,
}, t => [index('player_fault_player_idx').on(t.player_id, t.at)])
