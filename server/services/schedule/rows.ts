import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { category, message, schedule, scheduleMessage } from '../../../db/schema'
import type { Schedule, ScheduleSnapshot } from '../../../shared/schemas/schedule'
import { useDb } from '../database'
import { NotFound } from '../errors'

type ScheduleRow = typeof schedule.$inferSelect

/** Schedules as the API sends them, with what they air. */
export async function toSchedules(tx: Db, rows: ScheduleRow[]): Promise<Schedule[]> {
  const airs = await messagesOf(tx, rows.map(row => row.schedule_id))
  return rows.map((row) => {
    const messages = airs.get(row.schedule_id) ?? []
    const { client_id: _, created_by: __, changed_at: ___, version, created_at, updated_at, schedule_id, ...rule } = row
    return {
      schedule_id,
      ...rule,
      ...instantsOf(row),
      messages,
      audio_id: messages[0]?.audio_id ?? null,
      version,
      created_at: created_at.toISOString(),
      updated_at: updated_at.toISOString(),
    }
  })
}

/** What a schedule says, to be kept for when it says something else. */
export function toSnapshot(row: ScheduleRow, messages: ScheduleSnapshot['messages']): ScheduleSnapshot {
  const { schedule_id: _, client_id: __, created_by: ___, changed_at: ____, version: _____, created_at: ______, updated_at: _______, ...rule } = row
  return { ...rule, ...instantsOf(row), messages: messages.map(({ audio_id, weight }) => ({ audio_id, weight })) }
}

const instantsOf = ({ paused_until, deleted_at }: ScheduleRow) => ({ paused_until: paused_until?.toISOString() ?? null, deleted_at: deleted_at?.toISOString() ?? null })

/** The messages of schedules in their order. */
async function messagesOf(tx: Db, scheduleIds: string[]): Promise<Map<string, Schedule['messages']>> {
  const found = new Map<string, Schedule['messages']>()
  if (!scheduleIds.length) return found
  const rows = await tx.select({
    schedule_id: scheduleMessage.schedule_id, audio_id: message.audio_id, weight: scheduleMessage.weight, title: message.title, duration_ms: message.duration_ms,
    colour: category.colour, deleted_at: message.deleted_at,
  }).from(scheduleMessage).innerJoin(message, eq(message.audio_id, scheduleMessage.audio_id)).leftJoin(category, eq(category.category_id, message.category_id))
    .where(inArray(scheduleMessage.schedule_id, scheduleIds)).orderBy(asc(scheduleMessage.schedule_id), asc(scheduleMessage.position))
  for (const { schedule_id, duration_ms, deleted_at, ...row } of rows) {
    const airs = found.get(schedule_id) ?? []
    airs.push({ ...row, duration_ms: duration_ms ?? 0, deleted_at: deleted_at?.toISOString() ?? null })
    found.set(schedule_id, airs)
  }
  return found
}

export const ownSchedule = (clientId: string, scheduleId: string) => and(eq(schedule.client_id, clientId), eq(schedule.schedule_id, scheduleId))

/**
 * One schedule, deleted ones too: they can still be brought back.
 * @param tx where to read, when inside a transaction
 * @throws NotFound
 */
export async function getSchedule(clientId: string, scheduleId: string, tx?: Db): Promise<Schedule> {
  const db = tx ?? await useDb()
  const [found] = await toSchedules(db, await db.select().from(schedule).where(ownSchedule(clientId, scheduleId)))
  if (!found) throw scheduleNotFound()
  return found
}

export const scheduleNotFound = () => new NotFound('There is no such schedule.', 'schedule_not_found')
