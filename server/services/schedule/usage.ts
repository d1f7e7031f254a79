import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { message, schedule, scheduleMessage } from '../../../db/schema'

/** The schedules that air any of these messages, by their name or else the message's; none for messages in the bin. */
export function schedulesOf(tx: Db, clientId: string, audioIds: string[]): Promise<{ schedule_id: string, name: string }[]> {
  return tx.select({ schedule_id: schedule.schedule_id, name: sql<string>`coalesce(${schedule.name}, min(${message.title}))` })
    .from(schedule).innerJoin(scheduleMessage, eq(scheduleMessage.schedule_id, schedule.schedule_id)).innerJoin(message, eq(message.audio_id, scheduleMessage.audio_id))
    .where(and(eq(schedule.client_id, clientId), inArray(scheduleMessage.audio_id, audioIds), isNull(schedule.deleted_at), isNull(message.deleted_at)))
    .groupBy(schedule.schedule_id).orderBy(asc(schedule.schedule_id))
}
