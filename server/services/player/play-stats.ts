import { eq, sql } from 'drizzle-orm'
import { play, store } from '../../../db/schema'
import type { SkipReason } from '../../../shared/protocol'
import { PLAY_STATS_DAYS, STORE_DAYS, type PlayCounts, type PlayFilter, type PlayStats, type PlayStatsQuery } from '../../../shared/schemas/player'
import { dayOf } from '../../../shared/utils/zoned-day'
import { useDb } from '../database'
import { BadRequest } from '../errors'
import { heardAt, playsWanted } from './play-log'

const DAY_MS = 86_400_000
/** Without `from`, so many days up to `until` are counted. */
const USUAL_DAYS = 7

interface Counted {
  by: 'total' | 'day' | 'store' | 'store_day' | 'reason'
  day: string | null
  store_id: string | null
  store_name: string | null
  reason: SkipReason | null
  heard: number
  missed: number
  open: number
}

/**
 * How many plays were heard and missed, and why: in all, for each day on the clocks of the asked zone, and for each store.
 * Without days it is the last week.
 * @throws BadRequest when the stretch is longer than can be counted, or ends before it begins
 */
export async function playStats(clientId: string, { by_store_day = false, ...filter }: PlayFilter & Partial<Pick<PlayStatsQuery, 'by_store_day'>>): Promise<PlayStats> {
  const { time_zone } = filter
  const { from, until, days } = stretchOf(filter, by_store_day ? STORE_DAYS : PLAY_STATS_DAYS)
  const rows = await countPlays(clientId, { ...filter, from, until }, by_store_day)
  const of = (by: Counted['by']) => rows.filter(row => row.by === by)
  const byDay = new Map(of('day').map(row => [row.day, row]))
  return {
    time_zone,
    from,
    until,
    total: countsOf(of('total')[0]),
    days: days.map(day => ({ day, ...countsOf(byDay.get(day)) })),
    stores: of('store').map(row => ({ store_id: row.store_id, store_name: row.store_name ?? '', ...countsOf(row) }))
      .sort((a, b) => a.store_name.localeCompare(b.store_name) || (a.store_id ?? '').localeCompare(b.store_id ?? '')),
    ...by_store_day && {
      store_days: of('store_day').map(row => ({ store_id: row.store_id, day: row.day!, ...countsOf(row) }))
        .sort((a, b) => a.day.localeCompare(b.day) || (a.store_id ?? '').localeCompare(b.store_id ?? '')),
    },
    reasons: of('reason').flatMap(({ reason, missed }) => reason && missed ? [{ reason, plays: missed }] : [])
      .sort((a, b) => b.plays - a.plays || a.reason.localeCompare(b.reason)),
  }
}

/** Everything at once: the rows are read one time, and grouped in several ways. */
async function countPlays(clientId: string, filter: PlayFilter, by_store_day: boolean): Promise<Counted[]> {
  const db = await useDb()
  // Named once: as a parameter it would be another expression each time, and not the one that is grouped by.
  const counted = db.select({
    day: sql<string>`to_char(${heardAt} at time zone ${filter.time_zone}, 'YYYY-MM-DD')`.as('day'),
    store_id: sql<string | null>`${play.store_id}`.as('of_store'),
    // As the store is called now; of one that is gone, as it was called then.
    store_name: sql<string>`coalesce(${store.name}, ${play.store_name})`.as('name_of_store'),
    status: sql`${play.status}`.as('became'),
    reason: sql<SkipReason | null>`${play.reason}`.as('missed_for'),
  }).from(play).leftJoin(store, eq(store.store_id, play.store_id)).where(playsWanted(clientId, filter)).as('counted')
  const { day, store_id, store_name, status, reason } = counted
  return db.select({
    by: sql<Counted['by']>`case when grouping(${day}) = 0 and grouping(${store_id}) = 0 then 'store_day' when grouping(${day}) = 0 then 'day' when grouping(${store_name}) = 0 then 'store' when grouping(${reason}) = 0 then 'reason' else 'total' end`,
    day: sql<string | null>`${day}`,
    store_id: sql<string | null>`${store_id}`,
    store_name: sql<string | null>`${store_name}`,
    reason: sql<SkipReason | null>`${reason}`,
    heard: sql<number>`(count(*) filter (where ${status} = 'played'))::int`,
    missed: sql<number>`(count(*) filter (where ${status} = 'skipped'))::int`,
    open: sql<number>`(count(*) filter (where ${status} in ('pending', 'delivered', 'playing')))::int`,
  }).from(counted).groupBy(sql`grouping sets ((), (${day}), (${store_id}, ${store_name}), (${reason})${by_store_day ? sql`, (${day}, ${store_id})` : sql``})`)
}

/** The days that are meant, in order. */
function stretchOf({ from, until, time_zone }: PlayFilter, most: number) {
  const today = dayOf(new Date().toISOString(), time_zone)
  const last = until ?? (from && from > today ? from : today)
  const first = from ?? dayAfter(last, 1 - USUAL_DAYS)
  const length = Math.round((Date.parse(last) - Date.parse(first)) / DAY_MS) + 1
  if (length < 1) throw new BadRequest('The days end before they begin.', 'invalid_request', [{ path: 'until', message: 'must not be before from' }])
  if (length > most) throw new BadRequest(`More than ${most} days are not counted at once.`, 'invalid_request', [{ path: 'from', message: `must be at most ${most} days before until` }])
  return { from: first, until: last, days: Array.from({ length }, (_, at) => dayAfter(first, at)) }
}

const dayAfter = (day: string, days: number) => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)

function countsOf(row: PlayCounts | undefined): PlayCounts {
  return { heard: row?.heard ?? 0, missed: row?.missed ?? 0, open: row?.open ?? 0 }
}
