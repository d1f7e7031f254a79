import { sql } from 'drizzle-orm'
import type { Database } from '../../../db/client'

const BACKUP_LOCK = 0x4D46_4255

/**
 * Does the work unless another instance on the same Postgres is at it. The embedded database has one instance.
 * @param database whose instances are meant
 * @param work must not query the database
 * @returns its result, or null when another instance does it
 */
export async function asOnlyInstance<T>({ kind, db }: Database, work: () => Promise<T>): Promise<T | null> {
  if (kind === 'pglite') return await work()
  return await db.transaction(async (tx) => {
    const [row] = await tx.select({ ours: sql<boolean>`ours` }).from(sql`pg_try_advisory_xact_lock(${BACKUP_LOCK}) as ours`)
    return row!.ours ? await work() : null
  })
}
