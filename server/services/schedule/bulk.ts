import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { message, schedule, scheduleVersion } from '../../../db/schema'
import type { Schedule, ScheduleBulkSchema, ScheduleChange, ScheduleRevertSchema } from '../../../shared/schemas/schedule'
import { useDb } from '../database'
import { Conflict, NotFound } from '../errors'
import { keepVersion } from './history'
import { getSchedule, ownSchedule } from './rows'
import { putMessages, writeSchedule } from './schedules'

type ScheduleRow = typeof schedule.$inferSelect

/**
 * Pauses, resumes, deletes or brings back many schedules: all or none. What is so already stays as it is.
 * @returns what it changed, for whoever wants it undone
 * @throws NotFound when one of them is not the client's
 */
export async function changeMany(clientId: string, { schedule_ids, act, paused_until }: z.output<typeof ScheduleBulkSchema>): Promise<ScheduleChange> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    const done: ScheduleChange = { changed: [], created: [] }
    // In one order, as everybody does: two at once never wait for one another in a circle.
    for (const schedule_id of [...new Set(schedule_ids)].sort()) {
      const [held] = await tx.select().from(schedule).where(ownSchedule(clientId, schedule_id)).for('update')
      if (!held) await keepVersion(tx, clientId, schedule_id)
      const values = held && asActed(held, act, paused_until ?? null)
      if (!values) continue
      const { version } = await keepVersion(tx, clientId, schedule_id)
      await writeSchedule(tx, clientId, schedule_id, { ...values, version: version + 1 })
      done.changed.push({ schedule_id, version_before: version, version: version + 1 })
    }
    return done
  })
}

/** What an act makes of a schedule; null: nothing else than it is. */
function asActed(row: ScheduleRow, act: z.output<typeof ScheduleBulkSchema>['act'], paused_until: string | null): Partial<ScheduleRow> | null {
  switch (act) {
    case 'pause': {
      if (paused_until) return { enabled: true, paused_until: new Date(paused_until) }
      return row.enabled ? { enabled: false, paused_until: null } : null
    }
    case 'resume': return row.enabled && (!row.paused_until || row.paused_until <= new Date()) ? null : { enabled: true, paused_until: null }
    case 'delete': return row.deleted_at ? null : { deleted_at: new Date() }
    case 'restore': return row.deleted_at ? { deleted_at: null } : null
  }
}

/**
 * Makes a schedule say again what an earlier version of it said, as a new version. Messages that are gone for good are left out.
 * @throws NotFound for a schedule that is not the client's, or a version that is no longer kept; Conflict when `version` is
 * named and somebody changed it since
 */
export async function revertSchedule(clientId: string, scheduleId: string, { to_version, version }: z.output<typeof ScheduleRevertSchema>): Promise<Schedule> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    const before = await keepVersion(tx, clientId, scheduleId)
    if (version !== undefined && version !== before.version) {
      throw new Conflict('Somebody changed this schedule meanwhile.', 'schedule_changed', { current: await getSchedule(clientId, scheduleId, tx) })
    }
    const [kept] = await tx.select({ snapshot: scheduleVersion.snapshot }).from(scheduleVersion).where(and(eq(scheduleVersion.schedule_id, scheduleId), eq(scheduleVersion.version, to_version)))
    if (!kept) throw new NotFound('That version of the schedule is no longer kept.', 'schedule_version_not_found')
    const { messages, paused_until, deleted_at, ...rule } = kept.snapshot
    const there = new Set((await tx.select({ audio_id: message.audio_id }).from(message).where(eq(message.client_id, clientId))).map(row => row.audio_id))
    const airs = messages.filter(({ audio_id }) => there.has(audio_id))
    if (airs.length) await putMessages(tx, scheduleId, airs)
    await writeSchedule(tx, clientId, scheduleId, { ...rule, paused_until: paused_until === null ? null : new Date(paused_until), deleted_at: deleted_at === null ? null : new Date(deleted_at), version: before.version + 1 })
    return getSchedule(clientId, scheduleId, tx)
  })
}
