import { index, integer, jsonb, pgEnum, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { TemplateField } from '../../shared/schemas/template'
import { message, voice } from './audio'
import { user } from './auth'
import { category, clientId } from './client'
import { idColumn, instant, timestamps } from './columns'

/** A message with blanks, which is filled in as a form. */
export const template = pgTable('template', {
  template_id: idColumn(),
  client_id: clientId(),
  title: text().notNull(),
  /** With `{blanks}`. */
  text: text().notNull(),
  fields: jsonb().$type<TemplateField[]>().notNull(),
  /** BCP 47. */
  language: text().notNull(),
  icon: text().notNull(),
  colour: text().notNull(),
  category_id: uuid().references(() => category.category_id, { onDelete: 'set null' }),
  /** Null: the client's default voice. */
  voice_id: uuid().references(() => voice.voice_id, { onDelete: 'set null' }),
  /** A preset of jingle; null for the voice alone. */
  preset_id: uuid(),
  position: integer().notNull().default(0),
  shipped: text(),
  /** Since then nobody sees it: it can be brought back for as long as the row is there. */
  deleted_at: instant(),
  ...timestamps,
}, t => [index('template_client_idx').on(t.client_id, t.position), uniqueIndex('template_shipped_idx').on(t.client_id, t.shipped)])

/** A big button for a phone at the till: airs a message, or opens a template. */
export const shortcut = pgTable('shortcut', {
  shortcut_id: idColumn(),
  client_id: clientId(),
  title: text().notNull(),
  icon: text().notNull(),
  colour: text().notNull(),
  audio_id: uuid().references(() => message.audio_id, { onDelete: 'cascade' }),
  template_id: uuid().references(() => template.template_id, { onDelete: 'cascade' }),
  /** Stores that hear it; null for every one. */
  store_ids: jsonb().$type<string[]>(),
  position: integer().notNull().default(0),
  deleted_at: instant(),
  ...timestamps,
}, t => [index('shortcut_client_idx').on(t.client_id, t.position)])

export const jobKind = pgEnum('job_kind', ['renormalise', 'delete', 'update'])
export const jobStatus = pgEnum('job_status', ['running', 'done', 'cancelled'])

/** Work over many messages, one after the other, that outlives the process. */
export const job = pgTable('job', {
  job_id: idColumn(),
  client_id: clientId(),
  kind: jobKind().notNull(),
  status: jobStatus().notNull().default('running'),
  /** What to do, and to which: the ids that are left are those after `cursor`. */
  params: jsonb().$type<Record<string, unknown>>().notNull(),
  cursor: text(),
  total: integer().notNull(),
  done: integer().notNull().default(0),
  failed: integer().notNull().default(0),
  leased_until: instant(),
  created_by: text().references(() => user.id, { onDelete: 'set null' }),
  ended_at: instant(),
  ...timestamps,
}, t => [index('job_client_idx').on(t.client_id, t.created_at), index('job_running_idx').on(t.status, t.leased_until)])
