import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core'
import { instant, timestamps } from './columns'

/** Every stored file, by content. Who may hear it is said by the rows that point here. */
export const file = pgTable('file', {
  sha256: text().primaryKey(),
  content_type: text().notNull(),
  bytes: bigint({ mode: 'number' }).notNull(),
  created_at: timestamps.created_at,
  /** Last time somebody stored this content: the sweep leaves young files alone. */
  stored_at: instant().notNull().defaultNow(),
}, t => [index('file_stored_idx').on(t.stored_at)])
