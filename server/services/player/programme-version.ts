import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { programmeVersion, schedule, scheduleMessage } from '../../../db/schema'
import type { ServerToDashboard } from '../../../shared/protocol'

/**
 * Counts a client's programmes up when an event is about something that they are made of: a schedule, music, or a message
 * that a schedule airs. Last in its transaction, so that nobody waits for it while holding what others need.
 * @returns whether it is
 */
export async function touchProgrammes(tx: Db, client_id: string, event: ServerToDashboard): Promise<boolean> {
  if (!await concernsProgrammes(tx, client_id, event)) return false
  await countUpProgrammes(tx, client_id)
  return true
}

/** Says that what a client's programmes are made of has changed. Last in its transaction. */
export async function countUpProgrammes(tx: Db, client_id: string): Promise<void> {
  await tx.insert(programmeVersion).values({ client_id })
    .onConflictDoUpdate({ target: programmeVersion.client_id, set: { version: sql`${programmeVersion.version} + 1` } })
}

async function concernsProgrammes(tx: Db, client_id: string, event: ServerToDashboard): Promise<boolean> {
  if (event.type === 'schedule_changed' || event.type === 'track_changed' || event.type === 'calendar_changed') return true
  if (event.type !== 'message_changed' && event.type !== 'library_changed') return false
  const about = event.type === 'message_changed' ? eq(scheduleMessage.audio_id, event.audio_id) : undefined
  const [used] = await tx.select({ schedule_id: schedule.schedule_id }).from(schedule).innerJoin(scheduleMessage, eq(scheduleMessage.schedule_id, schedule.schedule_id))
    .where(and(eq(schedule.client_id, client_id), isNull(schedule.deleted_at), about)).limit(1)
  return used !== undefined
}
