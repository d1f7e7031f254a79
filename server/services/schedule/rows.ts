import { and, eq } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { message, schedule } from '../../../db/schema'
import type { Schedule } from '../../../shared/schemas/schedule'
import { useDb } from '../database'
import { NotFound } from '../errors'

/** Schedules with what they say of their message: the source of every answer about a schedule. */
export function selectSchedules(tx: Db) {
  return tx.select({ schedule, title: message.title, duration_ms: message.duration_ms, message_deleted_at: message.deleted_at })
    .from(schedule).leftJoin(message, eq(message.audio_id, schedule.audio_id)).$dynamic()
}

/** A schedule as the API sends it. */
export function toSchedule({ schedule: row, title, duration_ms, message_deleted_at }: Awaited<ReturnType<typeof selectSchedules>>[number]): Schedule {
  const { client_id: _, created_by: __, ...rest } = row
  return {
    ...rest,
    message: title === null ? null : { title, duration_ms: duration_ms!, deleted_at: message_deleted_at?.toISOString() ?? null },
    created_at: rest.created_at.toISOString(),
    updated_at: rest.updated_at.toISOString(),
    deleted_at: rest.deleted_at?.toISOString() ?? null,
  }
}

export const ownSchedule = (clientId: string, scheduleId: string) => and(eq(schedule.client_id, clientId), eq(schedule.schedule_id, scheduleId))

/**
 * One schedule, deleted ones too: they can still be brought back.
 * @param tx where to read, when inside a transaction
 * @throws NotFound
 */
export async function getSchedule(clientId: string, scheduleId: string, tx?: Db): Promise<Schedule> {
  const [row] = await selectSchedules(tx ?? await useDb()).where(ownSchedule(clientId, scheduleId))
  if (!row) throw scheduleNotFound()
  return toSchedule(row)
}

export const scheduleNotFound = () => new NotFound('There is no such schedule.', 'schedule_not_found')
