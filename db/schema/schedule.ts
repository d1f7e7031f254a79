import { bigint, boolean, doublePrecision, index, integer, jsonb, pgEnum, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { ON_BUSY, PRIORITIES } from '../../shared/protocol'
import type { Targets } from '../../shared/schemas/player'
import type { ScheduleSnapshot } from '../../shared/schemas/schedule'
import { OPENING_EDGES, ROTATIONS, SCHEDULE_KINDS } from '../../shared/schemas/schedule-words'
import { message } from './audio'
import { user } from './auth'
import { clientId } from './client'
import { idColumn, instant, timestamps } from './columns'
import { template } from './library'

export const priority = pgEnum('priority', PRIORITIES)
export const onBusy = pgEnum('on_busy', ON_BUSY)
export const scheduleKind = pgEnum('schedule_kind', SCHEDULE_KINDS)
export const openingEdge = pgEnum('opening_edge', OPENING_EDGES)
export const rotation = pgEnum('rotation', ROTATIONS)

/** A rule: what airs where, and when. Its occurrences are computed, never stored. */
export const schedule = pgTable('schedule', {
  schedule_id: idColumn(),
  client_id: clientId(),
  name: text(),
  /** How it goes through its messages ({@link scheduleMessage}); null: it has one. */
  rotation: rotation(),
  /** Its message was made of this template, with these words in the blanks. */
  template_id: uuid().references(() => template.template_id, { onDelete: 'set null' }),
  template_values: jsonb().$type<Record<string, string>>(),
  targets: jsonb().$type<Targets>().notNull(),
  kind: scheduleKind().notNull(),
  interval_minutes: integer(),
  /** Wall times, `HH:MM` or `HH:MM:SS`. */
  window_start: text(),
  window_end: text(),
  times: text().array(),
  /** A local date and time, `YYYY-MM-DDTHH:MM`. */
  at: text(),
  /** So many minutes after the store opens or closes; negative: before it. */
  opening_edge: openingEdge(),
  opening_offset_minutes: integer(),
  /** 1 is Monday. */
  weekdays: integer().array().notNull(),
  /** Local dates, both included. */
  from_date: text(),
  until_date: text(),
  /** Local dates, and local dates with a time. */
  exclude: text().array().notNull().default([]),
  /** Keys of holidays on which it does not air; `*`: all that the store has. */
  skip_holidays: text().array().notNull().default([]),
  /** Null: each store's own. */
  time_zone: text(),
  priority: priority().notNull(),
  on_busy: onBusy().notNull(),
  /** How late it may still start, s. */
  grace_s: integer().notNull(),
  /** How often it is heard each time. */
  repeat: integer().notNull().default(1),
  /** As a share of the player's volume, 0–1; null: 1. */
  volume: doublePrecision(),
  enabled: boolean().notNull().default(true),
  /** What is due before is not aired; null: it is not paused, or for good (`enabled`). */
  paused_until: instant(),
  /** Since when it is as it is: what was due before, an earlier version of it said. */
  changed_at: instant().notNull().defaultNow(),
  /** Counts up with each change. */
  version: integer().notNull().default(1),
  created_by: text().references(() => user.id, { onDelete: 'set null' }),
  /** Since then it airs no more: it can be brought back for as long as the row is there. */
  deleted_at: instant(),
  ...timestamps,
}, t => [
  index('schedule_client_idx').on(t.client_id, t.schedule_id),
  index('schedule_deleted_idx').on(t.deleted_at),
])

/** What a schedule airs: one message, or those of a rotation in their order. */
export const scheduleMessage = pgTable('schedule_message', {
  schedule_id: uuid().notNull().references(() => schedule.schedule_id, { onDelete: 'cascade' }),
  position: integer().notNull(),
  audio_id: uuid().notNull().references(() => message.audio_id, { onDelete: 'cascade' }),
  /** Of a weighted rotation: how often in a round. */
  weight: integer().notNull().default(1),
}, t => [primaryKey({ columns: [t.schedule_id, t.position] }), index('schedule_message_audio_idx').on(t.audio_id)])

/** What a schedule said before it was changed: what was due then is known by it, and an undo brings it back. */
export const scheduleVersion = pgTable('schedule_version', {
  schedule_id: uuid().notNull().references(() => schedule.schedule_id, { onDelete: 'cascade' }),
  version: integer().notNull(),
  client_id: clientId(),
  snapshot: jsonb().$type<ScheduleSnapshot>().notNull(),
  /** It held from then, included, until then, not included. */
  since: instant().notNull(),
  until: instant().notNull(),
}, t => [primaryKey({ columns: [t.schedule_id, t.version] }), index('schedule_version_client_idx').on(t.client_id, t.until)])

/** How far it is known of each client that every occurrence has its play row. */
export const airingSweep = pgTable('airing_sweep', {
  client_id: clientId().primaryKey(),
  swept_until: instant().notNull(),
})

/** Counts up with whatever a client's programmes are made of, in the same transaction: what was computed for an older number is old. */
export const programmeVersion = pgTable('programme_version', {
  client_id: clientId().primaryKey(),
  version: bigint({ mode: 'number' }).notNull().default(1),
})
