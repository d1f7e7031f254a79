import { and, eq, isNotNull, lt } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '../../../db/client'
import { schedule, scheduleMessage } from '../../../db/schema'
import { BIN_DAYS } from '../../../shared/schemas/library'
import type { NewScheduleSchema, Schedule, SchedulePatchSchema } from '../../../shared/schemas/schedule'
import { useDb } from '../database'
import { Conflict } from '../errors'
import { requireTemplate } from '../library/templates'
import { announceMessage, publish } from '../player/live'
import { requireTargets } from '../player/targets'
import { requireFuture, requirePossible, requireSounds, withoutForeignFields } from './check'
import { keepVersion } from './history'
import { getSchedule, ownSchedule } from './rows'

export { getSchedule } from './rows'

export interface NewScheduleOptions {
  client_id: string
  user_id: string | null
  request: z.output<typeof NewScheduleSchema>
}

/**
 * Puts messages on the calendar; connected players get their new programme at once.
 * @throws NotFound for a message, store, group or player that is not the client's; Unprocessable for a rule that can never
 * be due, or only in the past, or a message without a finished sound
 */
export async function createSchedule(tx: Db, { client_id, user_id, request }: NewScheduleOptions): Promise<Schedule> {
  const { audio_id, messages = [{ audio_id: audio_id!, weight: 1 }], paused_until, ...rest } = request
  const rule = withoutForeignFields({ ...rest, rotation: rotationOf(rest.rotation, messages) })
  requirePossible(rule)
  await requireSounds(tx, client_id, messages.map(airs => airs.audio_id))
  const targets = await requireTargets(tx, client_id, rule.targets)
  if (rule.template_id) await requireTemplate(client_id, rule.template_id, tx)
  await requireFuture(tx, client_id, rule)
  const [row] = await tx.insert(schedule).values({ ...rule, ...pauseOf(paused_until), targets, client_id, created_by: user_id }).returning()
  await putMessages(tx, row!.schedule_id, messages)
  await changed(tx, client_id, row!.schedule_id)
  for (const airs of messages) await announceMessage(tx, client_id, airs.audio_id)
  return getSchedule(client_id, row!.schedule_id, tx)
}

/**
 * Changes what is named in the patch, or brings a deleted schedule back. What it said before is kept.
 * @throws NotFound; Unprocessable as {@link createSchedule}; Conflict when `version` is named and somebody changed it since,
 * with what it says now
 */
export async function updateSchedule(clientId: string, scheduleId: string, patch: z.output<typeof SchedulePatchSchema>): Promise<Schedule> {
  const db = await useDb()
  return db.transaction(tx => changeSchedule(tx, clientId, scheduleId, patch))
}

/** {@link updateSchedule}, as a part of something larger. */
export async function changeSchedule(tx: Db, clientId: string, scheduleId: string, { version, deleted_at, audio_id, paused_until, messages = audio_id ? [{ audio_id, weight: 1 }] : undefined, ...patch }: z.output<typeof SchedulePatchSchema>): Promise<Schedule> {
  // The messages first, as everywhere: two who change the same things never wait for one another in a circle.
  if (messages) await requireSounds(tx, clientId, messages.map(airs => airs.audio_id))
  const before = await keepVersion(tx, clientId, scheduleId)
  if (version !== undefined && version !== before.version) {
    throw new Conflict('Somebody changed this schedule meanwhile.', 'schedule_changed', { current: await getSchedule(clientId, scheduleId, tx) })
  }
  const rule = withoutForeignFields({ ...ruleOf(before), ...patch })
  requirePossible(rule)
  if (patch.targets) rule.targets = await requireTargets(tx, clientId, patch.targets)
  if (patch.template_id) await requireTemplate(clientId, patch.template_id, tx)
  if (movesIt(patch)) await requireFuture(tx, clientId, rule)
  if (messages) {
    rule.rotation = rotationOf(rule.rotation, messages)
    await putMessages(tx, scheduleId, messages)
  }
  await writeSchedule(tx, clientId, scheduleId, { ...rule, ...pauseOf(paused_until), ...(deleted_at === null && { deleted_at }), version: before.version + 1 })
  return getSchedule(clientId, scheduleId, tx)
}

/** How several messages are gone through; one alone is no rotation. */
const rotationOf = (rotation: Schedule['rotation'], messages: unknown[]): Schedule['rotation'] => messages.length > 1 ? rotation ?? 'in_order' : null

const pauseOf = (paused_until: string | null | undefined) => paused_until === undefined ? {} : { paused_until: paused_until === null ? null : new Date(paused_until) }

function ruleOf({ schedule_id: _, client_id: __, created_by: ___, created_at: ____, updated_at: _____, changed_at: ______, version: _______, ...rule }: typeof schedule.$inferSelect) {
  return rule
}

/** Puts messages in the place of those that a schedule airs. */
export async function putMessages(tx: Db, schedule_id: string, messages: { audio_id: string, weight: number }[]): Promise<void> {
  await tx.delete(scheduleMessage).where(eq(scheduleMessage.schedule_id, schedule_id))
  await tx.insert(scheduleMessage).values(messages.map((airs, position) => ({ ...airs, schedule_id, position })))
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
    const before = await keepVersion(tx, clientId, scheduleId)
    await writeSchedule(tx, clientId, scheduleId, { deleted_at: before.deleted_at ?? new Date(), version: before.version + 1 })
  })
}

/** Makes true: no schedule lies deleted for longer than its 30 days. Safe to run twice. */
export async function forgetDeletedSchedules(now = new Date()): Promise<void> {
  const db = await useDb()
  await db.delete(schedule).where(and(isNotNull(schedule.deleted_at), lt(schedule.deleted_at, new Date(now.getTime() - BIN_DAYS * 86_400_000))))
}

/** Sets what a schedule says, unchecked, after {@link keepVersion}: `version` is among the values. */
export async function writeSchedule(tx: Db, clientId: string, scheduleId: string, values: Partial<typeof schedule.$inferInsert> & { version: number }): Promise<void> {
  const now = new Date()
  await tx.update(schedule).set({ ...values, changed_at: now, updated_at: now }).where(ownSchedule(clientId, scheduleId))
  await changed(tx, clientId, scheduleId)
}

/** Dashboards read it again, and players get what they air now. */
const changed = (tx: Db, clientId: string, schedule_id: string) => publish(tx, clientId, { type: 'schedule_changed', schedule_id })
