import { boolean, index, integer, jsonb, pgEnum, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { ALERT_KINDS } from '../../shared/schemas/alert-words'
import { clientId, store } from './client'
import { idColumn, instant, timestamps } from './columns'
import { player } from './player'

export const alertKind = pgEnum('alert_kind', ALERT_KINDS)

/** Something that people should know, from when it was noticed until it was over. Keeps names when their rows are gone. */
export const alert = pgTable('alert', {
  alert_id: idColumn(),
  client_id: clientId(),
  kind: alertKind().notNull(),
  player_id: uuid().references(() => player.player_id, { onDelete: 'set null' }),
  /** Null: it is about schedules. */
  player_name: text(),
  store_id: uuid().references(() => store.store_id, { onDelete: 'set null' }),
  store_name: text(),
  /** Of schedules: their last day, a local date; how many end on it, and one's name. Null: it is about a player. */
  ends_on: text(),
  schedules: integer(),
  title: text(),
  /** Since when it is so: earlier than the alert, which waits a while. */
  since: instant().notNull(),
  opened_at: instant().notNull().defaultNow(),
  /** Null: it is still so. */
  closed_at: instant(),
  /** Somebody has seen it. */
  seen_at: instant(),
}, t => [index('alert_client_idx').on(t.client_id, t.alert_id), index('alert_player_idx').on(t.player_id, t.kind, t.closed_at)])

/** An address of the client that is told of events. */
export const webhook = pgTable('webhook', {
  webhook_id: idColumn(),
  client_id: clientId(),
  url: text().notNull(),
  /** Signs what is sent; shown once, when it is made. */
  secret: text().notNull(),
  enabled: boolean().notNull().default(true),
  ...timestamps,
}, t => [index('webhook_client_idx').on(t.client_id)])

export const noticeStatus = pgEnum('notice_status', ['queued', 'sent', 'failed'])

/** An e-mail or a call of a webhook about an alert: written with it, sent afterwards, tried again until it arrives or is given up. */
export const notice = pgTable('notice', {
  notice_id: idColumn(),
  client_id: clientId(),
  /** Where it goes: a webhook, else an e-mail address. */
  webhook_id: uuid().references(() => webhook.webhook_id, { onDelete: 'cascade' }),
  email: text(),
  /** `alert.opened`, `alert.closed`, `test`. */
  event: text().notNull(),
  payload: jsonb().$type<Record<string, unknown>>().notNull(),
  status: noticeStatus().notNull().default('queued'),
  attempts: integer().notNull().default(0),
  /** Not before then; while somebody sends it, not before that one must have given up. */
  next_at: instant().notNull().defaultNow(),
  sent_at: instant(),
  error: text(),
  created_at: timestamps.created_at,
}, t => [index('notice_due_idx').on(t.status, t.next_at), index('notice_client_idx').on(t.client_id, t.notice_id)])
