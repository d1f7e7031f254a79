import { and, desc, eq, gt, isNull, lt, or, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { alert, store } from '../../../db/schema'
import type { Alert, AlertQuerySchema } from '../../../shared/schemas/alert'
import { decodeCursor, encodeCursor } from '../cursor'
import { useDb } from '../database'
import { NotFound } from '../errors'
import { publish } from '../player/live'
import { endingOf } from './ending'

/** What is over for longer is not shown. */
const SHOWN_MS = 30 * 86_400_000

/** What is so now and what was in the past 30 days, the youngest first. */
export async function listAlerts(client_id: string, { state, cursor, limit }: z.output<typeof AlertQuerySchema>) {
  const db = await useDb()
  const open = isNull(alert.closed_at)
  const shown = and(eq(alert.client_id, client_id), state === 'open' ? open : or(open, gt(alert.closed_at, new Date(Date.now() - SHOWN_MS))))
  const after = cursor === undefined ? undefined : lt(alert.alert_id, decodeCursor(cursor, z.literal(''))[1])
  const [rows, total] = await Promise.all([selectAlerts(and(shown, after)!, limit + 1), db.$count(alert, shown)])
  const items = rows.slice(0, limit)
  return { items, next_cursor: rows.length > limit ? encodeCursor(['', items.at(-1)!.alert_id]) : null, total }
}

/**
 * Notes that somebody has seen an alert.
 * @throws NotFound
 */
export async function seeAlert(client_id: string, alert_id: string): Promise<Alert> {
  const db = await useDb()
  const own = and(eq(alert.client_id, client_id), eq(alert.alert_id, alert_id))!
  const seen = await db.update(alert).set({ seen_at: new Date() }).where(and(own, isNull(alert.seen_at))).returning({ alert_id: alert.alert_id })
  if (seen.length) await publish(db, client_id, { type: 'alert_changed', alert_id })
  const [found] = await selectAlerts(own, 1)
  if (!found) throw new NotFound()
  return found
}

async function selectAlerts(where: SQL, limit: number): Promise<Alert[]> {
  const db = await useDb()
  const rows = await db.select({ alert, time_zone: store.time_zone }).from(alert).leftJoin(store, eq(store.store_id, alert.store_id))
    .where(where).orderBy(desc(alert.alert_id)).limit(limit)
  return rows.map(({ alert: { client_id: _, ends_on, schedules, title, ...row }, time_zone }) => ({
    ...row, time_zone, ending: endingOf({ ends_on, schedules, title }),
    since: row.since.toISOString(), opened_at: row.opened_at.toISOString(), closed_at: row.closed_at?.toISOString() ?? null, seen_at: row.seen_at?.toISOString() ?? null,
  }))
}
