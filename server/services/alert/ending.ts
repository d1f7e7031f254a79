import { and, asc, count, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import { lockInTransaction, type Db } from '../../../db/client'
import { alert, message, schedule, scheduleMessage } from '../../../db/schema'
import type { Alert } from '../../../shared/schemas/alert'
import { publish } from '../player/live'
import { isExpiring } from '../schedule/states'
import { getSettings } from '../settings/client-settings'
import { writeNotices } from './notices'

const KIND = 'schedules_ending'

/** What an alert says of schedules that end; null: it is about a player. */
export function endingOf({ ends_on, schedules, title }: Pick<typeof alert.$inferSelect, 'ends_on' | 'schedules' | 'title'>): Alert['ending'] {
  return ends_on === null ? null : { ends_on, schedules: schedules ?? 0, title: title ?? '' }
}

/**
 * Makes true: each day of the next two weeks on which schedules of a client end has one open alert that counts them; one
 * alert, since a season's end may be that of thousands. It closes without a word when they are prolonged, paused for good or
 * deleted, and when the day is over. Safe to die anywhere, and to run in several instances at once.
 */
export async function sweepEndings(db: Db, now: Date): Promise<{ opened: number, closed: number }> {
  const ending = await selectEndings(db, now)
  const known = await db.select().from(alert).where(and(eq(alert.kind, KIND), isNull(alert.closed_at), isNotNull(alert.ends_on)))
  const keyOf = ({ client_id, ends_on }: { client_id: string, ends_on: string | null }) => `${client_id} ${ends_on}`
  const still = new Map(ending.map(row => [keyOf(row), row]))
  const open = new Set(known.map(keyOf))
  let [opened, closed] = [0, 0]
  for (const row of known) {
    const found = still.get(keyOf(row))
    if (found && found.schedules === row.schedules && found.title === row.title) continue
    const [changed] = await db.update(alert).set(found ? { schedules: found.schedules, title: found.title } : { closed_at: now })
      .where(and(eq(alert.alert_id, row.alert_id), isNull(alert.closed_at))).returning({ alert_id: alert.alert_id })
    if (!changed) continue
    if (!found) closed++
    await publish(db, row.client_id, { type: 'alert_changed', alert_id: row.alert_id })
  }
  for (const row of ending) {
    if (!open.has(keyOf(row)) && await openEnding(db, row, now)) opened++
  }
  return { opened, closed }
}

type Ending = Awaited<ReturnType<typeof selectEndings>>[number]

/** Opens one with its notices, if nobody else has. */
async function openEnding(db: Db, { client_id, ends_on, schedules, title }: Ending, now: Date): Promise<boolean> {
  const settings = await getSettings(client_id, 'alerts')
  if (!settings.enabled) return false
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `alert:ending:${client_id}`)
    if (await tx.$count(alert, and(eq(alert.client_id, client_id), eq(alert.kind, KIND), eq(alert.ends_on, ends_on), isNull(alert.closed_at)))) return false
    const [row] = await tx.insert(alert).values({ client_id, kind: KIND, ends_on, schedules, title, since: now, opened_at: now }).returning()
    await writeNotices(tx, 'alert.opened', row!, null, settings, now)
    await publish(tx, client_id, { type: 'alert_changed', alert_id: row!.alert_id })
    return true
  })
}

/** The days on which schedules of a client end soon, with their number and the name of the first. */
async function selectEndings(db: Db, now: Date) {
  const rows = await db.select({
    client_id: schedule.client_id,
    ends_on: schedule.until_date,
    schedules: count(),
    title: sql<string>`coalesce(min(coalesce(${schedule.name}, ${message.title})), '')`,
  }).from(schedule)
    .leftJoin(scheduleMessage, and(eq(scheduleMessage.schedule_id, schedule.schedule_id), eq(scheduleMessage.position, 0)))
    .leftJoin(message, eq(message.audio_id, scheduleMessage.audio_id))
    .where(isExpiring(now)).groupBy(schedule.client_id, schedule.until_date).orderBy(asc(schedule.client_id), asc(schedule.until_date))
  return rows.flatMap(({ ends_on, ...row }) => ends_on === null ? [] : [{ ...row, ends_on }])
}
