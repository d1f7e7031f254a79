import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type * as schema from './schema'

/** Either database, or a transaction in it. Inside a transaction only the transaction may be used. */
export type Db = PgDatabase<PgQueryResultHKT, typeof schema>

/** An open, migrated database. */
export interface Database {
  kind: 'postgres' | 'pglite'
  db: Db
  /**
   * Hears `pg_notify(channel, payload)` of every instance. What was sent while the connection was down is lost:
   * `onListen` is called each time it stands (again), to read the rows anew. Channels are lower case.
   */
  listen: (channel: string, onPayload: (payload: string) => void, onListen?: () => void) => Promise<void>
  /** The whole database as a gzipped tar of its directory. PGlite only. */
  dump?: () => Promise<Blob>
  close: () => Promise<void>
}

export interface OpenOptions {
  /** `postgres://…`; absent = embedded. */
  databaseUrl?: string
  /** Parent directory of the embedded database. */
  dataDir: string
  /** Folder with the migrations that drizzle-kit made; absent = the database is taken as it is. */
  migrationsFolder?: string
  /** Loads this dump into a new embedded database. */
  restoreFrom?: Blob
}

/**
 * Opens the database and brings it up to date. Two processes that do so at once on one Postgres wait for one another.
 * @throws DatabaseLocked when another process holds the embedded database
 * @throws DatabaseUnreachable when Postgres cannot be used
 * @throws MigrationFailed with the reason, and nothing changed
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const database = await open(options)
  const { listen } = database
  return {
    ...database,
    listen: async (channel, onPayload, onListen) => {
      if (!CHANNEL.test(channel)) throw new Error(`"${channel}" is no name for a channel: lower-case letters, digits and _ only.`)
      await listen(channel, onPayload, onListen)
    },
  }
}

async function open({ databaseUrl, ...options }: OpenOptions): Promise<Database> {
  // Each driver is loaded only where it is used: PGlite alone is 20 MB.
  if (databaseUrl) return (await import('./postgres')).openPostgres(databaseUrl, options.migrationsFolder)
  return (await import('./embedded')).openEmbedded(options)
}

/** PGlite folds names as SQL does and postgres.js does not: only names that both leave alone. */
const CHANNEL = /^[a-z][a-z0-9_]{0,62}$/
const LONGEST_PAYLOAD = 7999

/**
 * Serialises what must not happen twice at once, for as long as the transaction lasts.
 * @param tx the transaction
 * @param name what is locked, e.g. `file:<sha256>`
 */
export async function lockInTransaction(tx: Db, name: string): Promise<void> {
  const key = createHash('sha256').update(name).digest().readBigInt64BE()
  await tx.execute(sql`select pg_advisory_xact_lock(${key.toString()}::bigint)`)
}

/**
 * Wakes the other instances (and this one) when the transaction commits. Only ids: the rows are the truth.
 * @param tx the transaction, or the database
 * @param channel lower-case name
 * @param payloads at most 7,999 bytes each
 */
export async function notify(tx: Db, channel: string, ...payloads: string[]): Promise<void> {
  if (!CHANNEL.test(channel)) throw new Error(`"${channel}" is no name for a channel: lower-case letters, digits and _ only.`)
  if (payloads.some(payload => Buffer.byteLength(payload) > LONGEST_PAYLOAD)) throw new Error(`A notification carries at most ${LONGEST_PAYLOAD} bytes: send ids.`)
  await tx.execute(sql`select pg_notify(${channel}, payload) from json_array_elements_text(${JSON.stringify(payloads)}::json) as payload`)
}
