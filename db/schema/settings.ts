import { jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { clientId } from './client'
import { timestamps } from './columns'

/** What a client has set, by the name of its page: `audio`, … What is not there has its default. */
export const setting = pgTable('setting', {
  client_id: clientId(),
  name: text().notNull(),
  value: jsonb().notNull(),
  ...timestamps,
}, t => [primaryKey({ columns: [t.client_id, t.name] })])
