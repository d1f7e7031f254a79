import { and, count, desc, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '../../../db/client'
import { message, schedule } from '../../../db/schema'
import { BIN_DAYS } from '../../../shared/schemas/library'
import type { NewScheduleSchema, Schedule, ScheduleList, SchedulePatchSchema, ScheduleQuery } from '../../../shared/schemas/schedule'
import { decodeCursor, encodeCursor } from '../cursor'
import { useDb } from '../database'
import { Conflict } from '../errors'
import { announceMessage, publish } from '../player/live'
import { requireTargets } from '../player/targets'
import { requireFuture, requirePossible, requireSound, withoutForeignFields } from './check'
import { getSchedule, ownSchedule, scheduleNotFound, selectSchedules, toSchedule } from './rows'

export { getSchedule } from './rows'

/** A page of the client's schedules that are not deleted, the newest first. */
export async function listSchedules(clientId: string, { q, audio_id, enabled, cursor, limit }: ScheduleQuery): Promise<ScheduleList> {
  const db = await useDb()
  const words = q?.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10) ?? []
  const wanted = and(
    eq(schedule.client_id, clientId), isNull(schedule.deleted_at),
    audio_id ? eq(schedule.audio_id, audio_id) : undefined,
    enabled === undefined ? undefined : eq(schedule.enabled, enabled),
    ...words.map(word => sql`position(${word} in lower(coalesce(${schedule.name}, '') || ' ' || coalesce(${message.title}, ''))) > 0`),
  )
  const after = cursor ? decodeCursor(cursor, z.literal(0))[1] : undefined
  const rows = await selectSchedules(db).where(and(wanted, after ? lt(schedule.schedule_id, after) : undefined)).orderBy(desc(schedule.schedule_id)).limit(limit + 1)
  const [all] = await db.select({ total: count() }).from(schedule).leftJoin(message, eq(message.audio_id, schedule.audio_id)).where(wanted)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { items: page.map(toSchedule), next_cursor: last ? encodeCursor([0, last.schedule.schedule_id]) : null, total: all!.total }
}

export interface NewScheduleOptions {
  client_id: string
  user_id: string | null
  request: z.output<typeof NewScheduleSchema>
}

/**
 * Puts a message on the calendar; connected players get their new programme at once.
 * @throws NotFound for a message, store or player that is not the client's; Unprocessable for a rule that can never be due,
 * or only in the past, or a message without a finished sound
 */
export async function createSchedule(tx: Db, { client_id, user_id, request }: NewScheduleOptions): Promise<Schedule> {
  const rule = withoutForeignFields(request)
  requirePossible(rule)
  await requireSound(tx, client_id, rule.audio_id)
  const targets = await requireTargets(tx, client_id, rule.targets)
  await requireFuture(tx, client_id, rule)
  const [row] = await tx.insert(schedule).values({ ...rule, targets, client_id, created_by: user_id }).returning({ schedule_id: schedule.schedule_id })
  await changed(tx, client_id, row!.schedule_id)
  await announceMessage(tx, client_id, rule.audio_id)
  return getSchedule(client_id, row!.schedule_id, tx)
}

/**
 * Changes what is named in the patch, or brings a deleted schedule back.
 * @throws NotFound; Unprocessable as {@link createSchedule}; Conflict when `version` is named and somebody changed it since
 */
export async function updateSchedule(clientId: string, scheduleId: string, { version, deleted_at, ...patch }: z.output<typeof SchedulePatchSchema>): Promise<Schedule> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    // The message first, as everywhere: two who change the same things never wait for one another in a circle.
    if (patch.audio_id) await requireSound(tx, clientId, patch.audio_id)
    const [before] = await tx.select().from(schedule).where(ownSchedule(clientId, scheduleId)).for('update')
    if (!before) throw scheduleNotFound()
    if (version !== undefined && version !== before.version) throw new Conflict('Somebody changed this schedule meanwhile.', 'schedule_changed')
    const { created_at: _, updated_at: __, ...rule } = withoutForeignFields({ ...before, ...patch })
    requirePossible(rule)
    if (patch.targets) rule.targets = await requireTargets(tx, clientId, patch.targets)
    if (movesIt(patch)) await requireFuture(tx, clientId, rule)
    await tx.update(schedule).set({ ...rule, ...(deleted_at === null && { deleted_at }), version: before.version + 1, updated_at: new Date() }).where(ownSchedule(clientId, scheduleId))
    await changed(tx, clientId, scheduleId)
    return getSchedule(clientId, scheduleId, tx)
  })
}

/** Whether a patch says anew when it airs: an old schedule may be renamed without that. */
const movesIt = (patch: object) => ['kind', 'at', 'until_date', 'from_date', 'time_zone', 'weekdays', 'times'].some(name => name in patch)

/**
 * Takes a schedule off the air; `updateSchedule` with `deleted_at: null` brings it back. What it aired stays in the log.
 * @throws NotFound
 */
export async function deleteSchedule(clientId: string, scheduleId: string): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    const gone = await tx.update(schedule).set({ deleted_at: sql`coalesce(${schedule.deleted_at}, now())`, version: sql`${schedule.version} + 1`, updated_at: new Date() })
      .where(ownSchedule(clientId, scheduleId)).returning({ schedule_id: schedule.schedule_id })
    if (!gone.length) throw scheduleNotFound()
    await changed(tx, clientId, scheduleId)
  })
}

/** Makes true: no schedule lies deleted for longer than its 30 days. Safe to run twice. */
export async function forgetDeletedSchedules(now = new Date()): Promise<void> {
  const db = await useDb()
  await db.delete(schedule).where(and(isNotNull(schedule.deleted_at), lt(schedule.deleted_at, new Date(now.getTime() - BIN_DAYS * 86_400_000))))
}

const changed = (tx: Db, clientId: string, schedule_id: string) => publish(tx, clientId, { type: 'schedule_changed', schedule_id })
