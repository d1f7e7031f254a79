import { inArray, lt } from 'drizzle-orm'
import { message } from '../../../db/schema'
import { BIN_DAYS } from '../../../shared/schemas/library'
import { useDb } from '../database'
import { publish } from '../player/live'

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
      // One that somebody brings back at this moment is held by them, and stays.
      const batch = await tx.select({ audio_id: message.audio_id }).from(message).where(old).limit(BATCH).for('update', { skipLocked: true })
      if (!batch.length) return []
      const rows = await tx.delete(message).where(inArray(message.audio_id, batch.map(row => row.audio_id))).returning({ client_id: message.client_id })
      for (const client_id of new Set(rows.map(row => row.client_id))) await publish(tx, client_id, { type: 'library_changed' })
      return rows
    })
    purged += gone.length
    if (gone.length < BATCH) return purged
  }
}
