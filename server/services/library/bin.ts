import { and, eq, inArray, lt, lte, type SQL } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { message } from '../../../db/schema'
import { BIN_DAYS, type EmptiedBin } from '../../../shared/schemas/library'
import { useDb } from '../database'
import { publish } from '../player/live'
import { withdrawPlays } from '../player/withdraw'

const BATCH = 500

/**
 * Makes true: nothing lies in the bin for longer than its 30 days. Versions go with their message; the sweep of files
 * removes what nothing else uses. Safe to die anywhere, and to run twice.
 * @returns how many messages are gone
 */
export async function emptyBin(now = new Date()): Promise<number> {
  const db = await useDb()
  const old = lt(message.deleted_at, new Date(now.getTime() - BIN_DAYS * 86_400_000))
  let purged = 0
  while (true) {
    const gone = await db.transaction(async (tx) => {
      const rows = await removeBatch(tx, old)
      // In one order, so that two sweeps never wait for one another in a circle.
      for (const client_id of [...new Set(rows.map(row => row.client_id))].sort()) await publish(tx, client_id, { type: 'library_changed' })
      return rows
    })
    purged += gone.length
    if (gone.length < BATCH) return purged
  }
}

/**
 * Removes everything that lies in a client's bin for good, in one transaction: all of it, or nothing. What comes into the
 * bin meanwhile stays. Files that nobody else shares go with the next sweep of files.
 */
export async function clearBin(clientId: string, now = new Date()): Promise<EmptiedBin> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    let removed = 0
    for (let gone = BATCH; gone === BATCH; removed += gone) {
      gone = (await removeBatch(tx, and(eq(message.client_id, clientId), lte(message.deleted_at, now))!, ids => withdrawPlays(tx, clientId, ids))).length
    }
    if (removed) await publish(tx, clientId, { type: 'library_changed' })
    return { removed }
  })
}

/** Some of what lies there. One that somebody brings back at this moment is held by them, and stays. */
async function removeBatch(tx: Db, lying: SQL, before?: (audioIds: string[]) => Promise<void>): Promise<{ client_id: string }[]> {
  const batch = await tx.select({ audio_id: message.audio_id }).from(message).where(lying).limit(BATCH).for('update', { skipLocked: true })
  if (!batch.length) return []
  const ids = batch.map(row => row.audio_id)
  await before?.(ids)
  return tx.delete(message).where(inArray(message.audio_id, ids)).returning({ client_id: message.client_id })
}
