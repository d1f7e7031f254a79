import { asc, eq } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { schedule, scheduleMessage, scheduleVersion } from '../../../db/schema'
import { ownSchedule, scheduleNotFound, toSnapshot } from './rows'

/**
 * Holds a schedule until the transaction ends, and keeps what it says: whoever changes it next counts its version up and
 * sets `changed_at`.
 * @throws NotFound
 */
export async function keepVersion(tx: Db, clientId: string, scheduleId: string): Promise<typeof schedule.$inferSelect> {
  const [before] = await tx.select().from(schedule).where(ownSchedule(clientId, scheduleId)).for('update')
  if (!before) throw scheduleNotFound()
  const messages = await tx.select({ audio_id: scheduleMessage.audio_id, weight: scheduleMessage.weight }).from(scheduleMessage)
    .where(eq(scheduleMessage.schedule_id, scheduleId)).orderBy(asc(scheduleMessage.position))
  await tx.insert(scheduleVersion).values({
    schedule_id: scheduleId, version: before.version, client_id: clientId, snapshot: toSnapshot(before, messages), since: before.changed_at, until: new Date(),
  }).onConflictDoNothing()
  return before
}
