import { and, eq, gt, inArray, isNotNull, isNull, lt, not, notExists, or, sql, type SQL } from 'drizzle-orm'
import { lockInTransaction, type Db } from '../../../db/client'
import { alert, notice, player, store } from '../../../db/schema'
import { PLAYER_ALERT_KINDS } from '../../../shared/schemas/alert-words'
import { openMs, openingAt } from '../../../shared/utils/opening'
import { useDb } from '../database'
import { publish } from '../player/live'
import { onlineWindowMs } from '../player/online'
import { getSettings, type SettingOf } from '../settings/client-settings'
import { sweepEndings } from './ending'
import { writeNotices } from './notices'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Whoever is silent for longer is judged as if it had begun then: nobody counts the open hours of years. */
const LONGEST_MS = 15 * DAY_MS
/** After a start players need so long to be back, ms: it is not they who were away. */
const RETURN_MS = 60_000
const NOTICES_KEPT_MS = 30 * DAY_MS
const ALERTS_KEPT_MS = 365 * DAY_MS

type Kind = typeof PLAYER_ALERT_KINDS[number]
type Candidate = Awaited<ReturnType<typeof selectCandidates>>[number]

/**
 * Makes true: whatever is wrong with a player for too long while its store is open has an open alert, and no other player
 * has one. An alert stays open while the store is closed, and ends when the player is back, whenever that is. Schedules that
 * end soon have one too. Safe to die anywhere, to run twice, and to run in several instances at once.
 * @param now for tests
 * @param up_ms how long this instance has been running, ms
 */
export async function sweepAlerts(now = new Date(), up_ms = process.uptime() * 1000): Promise<{ opened: number, closed: number }> {
  const db = await useDb()
  const closed = await closeAlerts(db, now)
  let opened = 0
  if (up_ms >= RETURN_MS) for (const kind of PLAYER_ALERT_KINDS) opened += await openAlerts(db, kind, now)
  const ending = await sweepEndings(db, now)
  await forgetOld(db, now)
  return { opened: opened + ending.opened, closed: closed + ending.closed }
}

async function openAlerts(db: Db, kind: Kind, now: Date): Promise<number> {
  const settings = new Map<string, SettingOf<'alerts'>>()
  let opened = 0
  for (const candidate of await selectCandidates(db, kind, now)) {
    const { client_id, since } = candidate
    let wanted = settings.get(client_id)
    if (!wanted) settings.set(client_id, wanted = await getSettings(client_id, 'alerts'))
    if (!since || !wanted.enabled || openingAt(candidate.store, now.getTime())?.open === false) continue
    const from = Math.max(since.getTime(), now.getTime() - LONGEST_MS)
    if (openMs(candidate.store, from, now.getTime()) < wanted.offline_after_minutes * MINUTE_MS) continue
    if (await openAlert(db, kind, candidate, wanted, now)) opened++
  }
  return opened
}

/** Opens an alert with its notices, if it is still so and nobody else has. */
async function openAlert(db: Db, kind: Kind, { player_id, client_id }: Candidate, settings: SettingOf<'alerts'>, now: Date): Promise<boolean> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `alert:${player_id}`)
    const [still] = await selectCandidates(tx, kind, now, eq(player.player_id, player_id))
    if (!still) return false
    const { player_name, store: { store_id, name: store_name, time_zone } } = still
    const [row] = await tx.insert(alert).values({ client_id, kind, player_id, player_name, store_id, store_name, since: still.since!, opened_at: now }).returning()
    await writeNotices(tx, 'alert.opened', row!, time_zone, settings, now)
    await publish(tx, client_id, { type: 'alert_changed', alert_id: row!.alert_id })
    return true
  })
}

/** Closes what is over: with notices where the player is back, without where it is gone for good. */
async function closeAlerts(db: Db, now: Date): Promise<number> {
  const over = await db.select({ alert_id: alert.alert_id, client_id: alert.client_id }).from(alert).leftJoin(player, eq(player.player_id, alert.player_id))
    .where(and(isNull(alert.closed_at), inArray(alert.kind, [...PLAYER_ALERT_KINDS]), isOver(now)))
  for (const { alert_id, client_id } of over) {
    const settings = await getSettings(client_id, 'alerts')
    await db.transaction(async (tx) => {
      const [row] = await tx.update(alert).set({ closed_at: now }).where(and(eq(alert.alert_id, alert_id), isNull(alert.closed_at))).returning()
      if (!row) return
      const [place] = row.player_id && row.store_id ? await tx.select({ time_zone: store.time_zone }).from(store).where(eq(store.store_id, row.store_id)) : []
      if (place) await writeNotices(tx, 'alert.closed', row, place.time_zone, settings, now)
      await publish(tx, client_id, { type: 'alert_changed', alert_id })
    })
  }
  return over.length
}

/** SQL: whether what an alert says has ended. Nobody knows of the sound of a player that is away. */
function isOver(now: Date): SQL {
  const back = and(isHere(now), or(eq(alert.kind, 'player_offline'), not(isLocked)))
  return or(isNull(player.player_id), back)!
}

/** SQL: whether a player is connected at that moment. */
const isHere = (now: Date): SQL => and(isNotNull(player.connection_id), gt(player.last_seen_at, new Date(now.getTime() - onlineWindowMs())))!
/** SQL: whether it has said that nobody lets it sound. */
const isLocked = sql<boolean>`coalesce(${player.status} ->> 'sound' = 'locked', false)`

/** Players of which something may be wrong and that have no open alert of it, with since when. One that never came is not missed. */
function selectCandidates(tx: Db, kind: Kind, now: Date, where?: SQL) {
  const wrong = kind === 'player_offline' ? not(isHere(now)) : and(isHere(now), isLocked)
  const since = kind === 'player_offline' ? player.last_seen_at : player.connected_at
  const known = tx.select({ alert_id: alert.alert_id }).from(alert).where(and(eq(alert.player_id, player.player_id), eq(alert.kind, kind), isNull(alert.closed_at)))
  return tx.select({ player_id: player.player_id, client_id: player.client_id, player_name: player.name, since, store })
    .from(player).innerJoin(store, eq(store.store_id, player.store_id))
    .where(and(isNotNull(player.connected_at), lt(since, now), wrong, notExists(known), where))
}

async function forgetOld(db: Db, now: Date): Promise<void> {
  await db.delete(notice).where(and(not(eq(notice.status, 'queued')), lt(notice.created_at, new Date(now.getTime() - NOTICES_KEPT_MS))))
  await db.delete(alert).where(lt(alert.closed_at, new Date(now.getTime() - ALERTS_KEPT_MS)))
}
