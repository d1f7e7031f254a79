import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { OpeningException, OpeningHours } from '../../shared/schemas/client'
import type { LimitSettings, PlayerSettings } from '../../shared/schemas/settings'
import { organization } from './auth'
import { idColumn, timestamps } from './columns'

/** The column that every row of a client carries. */
export const clientId = () => text().notNull().references(() => organization.id, { onDelete: 'cascade' })

export const store = pgTable('store', {
  store_id: idColumn(),
  client_id: clientId(),
  name: text().notNull(),
  /** IANA zone, e.g. Europe/Madrid. */
  time_zone: text().notNull(),
  opening_hours: jsonb().$type<OpeningHours>(),
  /** Days on which other hours hold, by date. */
  opening_exceptions: jsonb().$type<OpeningException[]>().notNull().default([]),
  /** What its players do otherwise than the client's settings say. */
  player_settings: jsonb().$type<Partial<PlayerSettings>>(),
  /** Where the client's limits do not hold. */
  limits: jsonb().$type<Partial<LimitSettings>>(),
  /** Whose holidays it has, e.g. `ES` or `ES-MD`; null: the client's. */
  holiday_region: text(),
  /** Counts up when the address of its calendar feed is taken back. */
  feed_generation: integer().notNull().default(0),
  address: text(),
  ...timestamps,
}, t => [index('store_client_idx').on(t.client_id, t.name)])

/** Stores that are spoken of together: a region, a format. A store may be in many. */
export const storeGroup = pgTable('store_group', {
  group_id: idColumn(),
  client_id: clientId(),
  name: text().notNull(),
  ...timestamps,
}, t => [uniqueIndex('store_group_name_idx').on(t.client_id, t.name)])

export const storeGroupStore = pgTable('store_group_store', {
  group_id: uuid().notNull().references(() => storeGroup.group_id, { onDelete: 'cascade' }),
  store_id: uuid().notNull().references(() => store.store_id, { onDelete: 'cascade' }),
}, t => [primaryKey({ columns: [t.group_id, t.store_id] }), index('store_group_store_idx').on(t.store_id)])

export const category = pgTable('category', {
  category_id: idColumn(),
  client_id: clientId(),
  slug: text().notNull(),
  name: text().notNull(),
  colour: text().notNull(),
  icon: text().notNull(),
  /** How Claude is to word messages of this category. */
  ai_instructions: text().notNull().default(''),
  position: integer().notNull().default(0),
  ...timestamps,
}, t => [uniqueIndex('category_client_slug_idx').on(t.client_id, t.slug)])

/** Answers already given to an `Idempotency-Key`, so that a repeat gets the same answer and does nothing. */
export const idempotency = pgTable('idempotency', {
  idempotency_id: idColumn(),
  client_id: clientId(),
  key: text().notNull(),
  /** Method and path. */
  operation: text().notNull(),
  /** SHA-256 of the request body: the same key with another body is a mistake. */
  request_sha256: text().notNull(),
  response: jsonb().notNull(),
  created_at: timestamps.created_at,
}, t => [uniqueIndex('idempotency_key_idx').on(t.client_id, t.operation, t.key), index('idempotency_created_idx').on(t.created_at)])
