import { sql } from 'drizzle-orm'
import { useDatabase } from '../database'

const BACKUP_LOCK = 0x4D46_4255

/**
 * Does the work unless another instance on the same Postgres is at it. The embedded database has one instance.
 * @param work must not query the database
 * @returns its result, or null when another instance does it
 */
export async function asOnlyInstance<T>(work: () => Promise<T>): Promise<T | null> {
  const { kind, db } = await useDatabase()
  if (kind === 'pglite') return await work()
  return await db.transaction(async (tx) => {
    const [row] = await tx.select({ ours: sql<boolean>`ours` }).from(sql`pg_try_advisory_xact_lock(${BACKUP_LOCK}) as ours`)
    return row!.ours ? await work() : null
  })
}
