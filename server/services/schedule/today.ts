import { and, desc, eq, gt, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { play, player, schedule, store } from '../../../db/schema'
import type { Today } from '../../../shared/schemas/schedule'
import { openingAt } from '../../../shared/utils/opening'
import { speechProviders } from '../audio/providers'
import { useDb } from '../database'
import { isOnline } from '../player/online'
import { heardAt } from '../player/play-log'
import { layingOf, playersByStore } from './laid'
import { byOrder, planOf } from './plan'
import { isExpiring, isWithoutMessage } from './states'

const HOUR_MS = 3_600_000
const MOST_NEXT = 10
const MOST_ON_AIR = 20
/** The longest day that clocks know, and a little: what began before is of no store's today. */
const LONGEST_DAY_MS = 27 * HOUR_MS
/** Looked through one after the other until there is enough: where much is due, little is laid out. */
const AHEAD_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 48 * HOUR_MS]

/** Today at a glance, everywhere. */
export async function todayAt(clientId: string, now = Date.now()): Promise<Today> {
  const db = await useDb()
  const [plays, on_air, silent_stores, rules] = await Promise.all([countToday(db, clientId, now), onAir(db, clientId, now), silentStores(db, clientId, now), countRules(db, clientId, now)])
  return { next: await nextDue(clientId, now), on_air, ...plays, silent_stores, quota: quotaOf(), ...rules }
}

async function nextDue(clientId: string, now: number): Promise<Today['next']> {
  const plan = await planOf(clientId, now)
  const players = await playersByStore(clientId, plan)
  let from = now
  const found = new Map<string, Today['next'][number]>()
  for (const ahead_ms of AHEAD_MS) {
    const to = Math.min(now + ahead_ms, plan.span.to)
    if (to <= from) break
    const lay = layingOf(plan, { from, to }, { kept: true })
    const items = [...plan.stores.keys()].flatMap(id => lay(id, { players: players.get(id) })).filter(({ verdict }) => verdict !== 'dropped').sort(byOrder)
    const counted = new Map<string, Set<string>>()
    for (const { rule: { schedule }, due_ms, sound, store_id } of items) {
      const key = `${schedule.schedule_id} ${due_ms}`
      const stores = counted.get(key) ?? new Set()
      counted.set(key, stores.add(store_id))
      const same = found.get(key)
      if (same) same.stores = stores.size
      else if (found.size < MOST_NEXT) found.set(key, { schedule_id: schedule.schedule_id, audio_id: sound.audio_id, title: sound.title, due_at: new Date(due_ms).toISOString(), stores: 1, colour: sound.colour })
    }
    if (found.size >= MOST_NEXT) break
    from = to
    await new Promise(setImmediate)
  }
  return [...found.values()]
}

/** Of today's plays, by each store's own clocks. */
async function countToday(db: Db, clientId: string, now: number): Promise<Pick<Today, 'heard' | 'missed'>> {
  const at = new Date(now).toISOString()
  const [row] = await db.select({
    heard: sql<number>`(count(*) filter (where ${play.status} = 'played'))::int`,
    missed: sql<number>`(count(*) filter (where ${play.status} = 'skipped'))::int`,
  }).from(play).innerJoin(store, eq(store.store_id, play.store_id)).where(and(
    eq(play.client_id, clientId), sql`${heardAt} >= ${new Date(now - LONGEST_DAY_MS).toISOString()}::timestamptz`,
    sql`${heardAt} >= date_trunc('day', ${at}::timestamptz at time zone ${store.time_zone}) at time zone ${store.time_zone}`,
    inArray(play.status, ['played', 'skipped']),
  ))
  return { heard: row?.heard ?? 0, missed: row?.missed ?? 0 }
}

async function onAir(db: Db, clientId: string, now: number): Promise<Today['on_air']> {
  const rows = await db.select({ play_id: play.play_id, title: play.title, store_name: play.store_name, player_name: play.player_name, started_at: play.started_at, duration_ms: play.duration_ms }).from(play)
    .innerJoin(player, eq(player.player_id, play.player_id))
    .where(and(eq(play.client_id, clientId), eq(play.status, 'playing'), isNotNull(play.started_at), gt(sql`${heardAt}`, sql`${new Date(now - LONGEST_DAY_MS).toISOString()}::timestamptz`), isOnline()))
    .orderBy(desc(play.started_at)).limit(MOST_ON_AIR)
  return rows.map(row => ({ ...row, started_at: row.started_at!.toISOString() }))
}

/** Stores of which every player is away; one without players is not silent, it has no voice yet. */
async function silentStores(db: Db, clientId: string, now: number): Promise<Today['silent_stores']> {
  const rows = await db.select({ store, since: sql<string | null>`max(${player.last_seen_at})` }).from(store).innerJoin(player, eq(player.store_id, store.store_id))
    .where(eq(store.client_id, clientId)).groupBy(store.store_id).having(sql`not bool_or(${isOnline()})`).orderBy(store.name, store.store_id)
  return rows.map(({ store, since }) => ({ store_id: store.store_id, name: store.name, since: since === null ? null : new Date(since).toISOString(), open: openingAt(store, now)?.open ?? true }))
}

async function countRules(db: Db, clientId: string, now: number): Promise<Pick<Today, 'expiring' | 'without_message'>> {
  const count = (where: ReturnType<typeof isExpiring>) => sql<number>`(count(*) filter (where ${where}))::int`
  const [row] = await db.select({ expiring: count(isExpiring(new Date(now))), without_message: count(isWithoutMessage(clientId)) }).from(schedule).where(eq(schedule.client_id, clientId))
  return { expiring: row?.expiring ?? 0, without_message: row?.without_message ?? 0 }
}

/** Of the provider that counts. */
function quotaOf(): Today['quota'] {
  for (const provider of speechProviders().values()) {
    const quota = provider.knownQuota?.()
    if (quota) return quota
  }
  return null
}
