import { timestamp, uuid } from 'drizzle-orm/pg-core'
import { uuidv7 } from 'uuidv7'

/** When a row was made and last changed. */
export const timestamps = {
  created_at: timestamp({ withTimezone: true, mode: 'date' }).notNull().defaultNow(),
  updated_at: timestamp({ withTimezone: true, mode: 'date' }).notNull().defaultNow().$onUpdate(() => new Date()),
}

/** An instant. */
export const instant = () => timestamp({ withTimezone: true, mode: 'date' })

/** A primary key of ours: UUIDv7, so that ids sort by time of making. */
export const idColumn = () => uuid().primaryKey().$defaultFn(() => uuidv7())
