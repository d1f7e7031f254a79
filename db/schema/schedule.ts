import { bigint, boolean, index, integer, jsonb, pgEnum, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { ON_BUSY, PRIORITIES } from '../../shared/protocol'
import type { Targets } from '../../shared/schemas/player'
import { SCHEDULE_KINDS } from '../../shared/schemas/schedule-words'
import { message } from './audio'
import { user } from './auth'
import { clientId } from './client'
import { idColumn, instant, timestamps } from './columns'

export const priority = pgEnum('priority', PRIORITIES)
export const onBusy = pgEnum('on_busy', ON_BUSY)
export const scheduleKind = pgEnum('schedule_kind', SCHEDULE_KINDS)

/** A rule: what airs where, and when. Its occurrences are computed, never stored. */
export const schedule = pgTable('schedule', {
  schedule_id: idColumn(),
  client_id: clientId(),
  name: text(),
  /** Null when the message is gone for good. */
  audio_id: uuid().references(() => message.audio_id, { onDelete: 'set null' }),
  targets: jsonb().$type<Targets>().notNull(),
  kind: scheduleKind().notNull(),
  interval_minutes: integer(),
  /** Wall times, `HH:MM` or `HH:MM:SS`. */
  window_start: text(),
  window_end: text(),
  times: text().array(),
  /** A local date and time, `YYYY-MM-DDTHH:MM`. */
  at: text(),
  /** 1 is Monday. */
  weekdays: integer().array().notNull(),
  /** Local dates, both included. */
  from_date: text(),
  until_date: text(),
  /** Local dates, and local dates with a time. */
  exclude: text().array().notNull().default([]),
  /** Null: each store's own. */
  time_zone: text(),
  priority: priority().notNull(),
  on_busy: onBusy().notNull(),
  /** How late it may still start, s. */
  grace_s: integer().notNull(),
  /** How often it is heard each time. */
  repeat: integer().notNull().default(1),
  enabled: boolean().notNull().default(true),
  /** Counts up with each change. */
  version: integer().notNull().default(1),
  created_by: text().references(() => user.id, { onDelete: 'set null' }),
  /** Since then it airs no more: it can be brought back for as long as the row is there. */
  deleted_at: instant(),
  ...timestamps,
}, t => [
  index('schedule_client_idx').on(t.client_id, t.schedule_id),
  index('schedule_message_idx').on(t.audio_id),
  index('schedule_deleted_idx').on(t.deleted_at),
])

/** Counts up with whatever a client's programmes are made of, in the same transaction: what was computed for an older number is old. */
export const programmeVersion = pgTable('programme_version', {
  client_id: clientId().primaryKey(),
  version: bigint({ mode: 'number' }).notNull().default(1),
})
