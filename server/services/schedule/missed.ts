import { and, eq, exists, gt, inArray, isNotNull, lt, max, or, isNull, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { airingSweep, alert, play, player, schedule, setting, store } from '../../../db/schema'
import type { SkipReason } from '../../../shared/protocol'
import { playIdOf } from '../../../shared/utils/play-id'
import { useDb } from '../database'
import { sha256Of } from '../hash'
import { publish } from '../player/live'
import { isOnline } from '../player/online'
import { heardAt } from '../player/play-log'
import { layingOf, type LaidOccurrence, type LayingPlan } from './laid'
import { pastPlan } from './past'
import type { Span } from './plan'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** A report may come this long after an occurrence could last have begun, before it counts as missed, ms. */
const REPORT_MS = 15 * MINUTE_MS
/** After a start players need so long to come back and tell what they did meanwhile, ms. */
const RETURN_MS = 2 * MINUTE_MS
/** A client of which nothing is known yet is looked at from so long ago on; nobody looks further back than the second, ms. */
const FIRST_MS = 48 * HOUR_MS
const FURTHEST_MS = 31 * 24 * HOUR_MS
/** After a long silence it goes on piece by piece: each is done with before the next, ms. */
const PIECE_MS = 3 * HOUR_MS
/** So many rows are written at once. */
const AT_ONCE = 500

interface Tv extends Pick<typeof player.$inferSelect, 'player_id' | 'name' | 'store_id' | 'created_at' | 'connected_at' | 'last_seen_at' | 'status' | 'muted'> {
  store_name: string
  online: boolean
  /** Before that nobody knows what its store was like. */
  known_from: number
  /** When alerts say that it was away. */
  away: { since: Date, closed_at: Date | null }[]
}

/**
 * Makes true: every occurrence that should have aired has its row in the play log — of what no player has reported a
 * while after it could last have begun, one that says why, as far as is known. A report that comes later takes its place.
 *
 * Nothing is said of players that were not there yet, nor of what was due before a store, its group or the client's
 * limits were last changed: what they said then is not kept. Safe to die anywhere; several at once write the same rows.
 * @param now for tests
 * @param up_ms how long this instance has been running, ms
 * @returns how many rows it wrote
 */
export async function sweepMissed(now = Date.now(), up_ms = process.uptime() * 1000): Promise<number> {
  if (up_ms < RETURN_MS) return 0
  const db = await useDb()
  const scheduled = db.select({ one: sql`1` }).from(schedule).where(eq(schedule.client_id, player.client_id))
  const clients = await db.select({ client_id: player.client_id, swept_until: airingSweep.swept_until }).from(player)
    .leftJoin(airingSweep, eq(airingSweep.client_id, player.client_id)).where(exists(scheduled)).groupBy(player.client_id, airingSweep.swept_until)
  let written = 0
  for (const { client_id, swept_until } of clients) written += await sweepClient(client_id, Math.max(swept_until?.getTime() ?? now - FIRST_MS, now - FURTHEST_MS), now)
  return written
}

async function sweepClient(client_id: string, from: number, now: number): Promise<number> {
  const db = await useDb()
  const swept_at = async () => (await db.select({ swept_until: airingSweep.swept_until }).from(airingSweep).where(eq(airingSweep.client_id, client_id)))[0]?.swept_until.getTime() ?? from
  let written = 0
  // Another instance may be at it too: what it has done is done.
  for (let at = from; at < now; at = Math.max(at + PIECE_MS, await swept_at())) {
    const until = Math.min(at + PIECE_MS, now)
    written += await sweepPiece(db, client_id, { from: at, to: until })
    const swept_until = new Date(until)
    await db.insert(airingSweep).values({ client_id, swept_until })
      .onConflictDoUpdate({ target: airingSweep.client_id, set: { swept_until: sql`greatest(${airingSweep.swept_until}, excluded.swept_until)` } })
  }
  return written
}

/** Writes what is missing of the occurrences whose time to be reported has ended in a stretch. */
async function sweepPiece(db: Db, client_id: string, { from, to }: Span): Promise<number> {
  const latest = to - REPORT_MS
  const plan = await pastPlan(client_id, { from: from - REPORT_MS - 9 * HOUR_MS, to: latest }, { kept: true, surely: true })
  const span = { from: from - REPORT_MS - longestWait(plan), to: latest }
  const players = await playersOf(db, client_id, span)
  if (!players.size) return 0
  const known = await knownPlays(db, client_id, span)
  const lay = layingOf(plan, span, { kept: true })
  let rows: (typeof play.$inferInsert)[] = []
  let written = 0
  for (const [store_id, tvs] of players) {
    for (const laid of lay(store_id, { players: tvs.map(({ player_id }) => player_id) })) {
      const given_up = laid.expires_ms + REPORT_MS
      if (given_up < from || given_up >= to) continue
      for (const tv of tvs) {
        if (laid.due_ms < tv.known_from || (laid.player_ids && !laid.player_ids.includes(tv.player_id))) continue
        const due_at = new Date(laid.due_ms)
        const play_id = playIdOf({ schedule_id: laid.rule.schedule.schedule_id, due_at: due_at.toISOString(), player_id: tv.player_id }, sha256Of)
        if (!known.has(play_id)) rows.push({ ...rowOf(laid, tv), client_id, play_id, due_at })
      }
    }
    // Other work goes first.
    await new Promise(setImmediate)
    for (; rows.length >= AT_ONCE; rows = rows.slice(AT_ONCE)) written += await write(db, client_id, rows.slice(0, AT_ONCE))
  }
  return written + await write(db, client_id, rows)
}

/** What was reported meanwhile stays as it is. */
async function write(db: Db, client_id: string, rows: (typeof play.$inferInsert)[]): Promise<number> {
  if (!rows.length) return 0
  return db.transaction(async (tx) => {
    const made = await tx.insert(play).values(rows).onConflictDoNothing().returning({ play_id: play.play_id })
    // Whoever shows a list reads it again: one word about all of them is enough.
    if (made[0]) await publish(tx, client_id, { type: 'play_changed', play_id: made[0].play_id, air_id: null })
    return made.length
  })
}

/** How long after it is due anything may begin, ms. */
function longestWait({ everywhere, by_store, by_player, stores }: LayingPlan): number {
  let longest_s = 2
  for (const rules of [everywhere, ...by_store.values(), ...by_player.values()]) for (const { schedule } of rules) longest_s = Math.max(longest_s, schedule.grace_s)
  let moved_minutes = 0
  for (const { limits } of stores.values()) moved_minutes = Math.max(moved_minutes, limits.move_up_to_minutes)
  return longest_s * 1000 + moved_minutes * MINUTE_MS
}

/** The client's players by their store. */
async function playersOf(db: Db, client_id: string, span: Span): Promise<Map<string, Tv[]>> {
  const rows = await db.select({
    player_id: player.player_id, name: player.name, store_id: player.store_id, created_at: player.created_at, connected_at: player.connected_at, last_seen_at: player.last_seen_at,
    status: player.status, muted: player.muted, online: isOnline(), store_name: store.name, store_changed: store.updated_at,
  }).from(player).innerJoin(store, eq(store.store_id, player.store_id)).where(and(eq(player.client_id, client_id), lt(player.created_at, new Date(span.to)))).orderBy(player.player_id)
  const [changed] = await db.select({ at: max(setting.updated_at) }).from(setting).where(and(eq(setting.client_id, client_id), inArray(setting.name, ['limits', 'calendar'])))
  const alerts = await db.select({ player_id: alert.player_id, since: alert.since, closed_at: alert.closed_at }).from(alert)
    .where(and(eq(alert.client_id, client_id), eq(alert.kind, 'player_offline'), isNotNull(alert.player_id), or(isNull(alert.closed_at), gt(alert.closed_at, new Date(span.from)))))
  const found = new Map<string, Tv[]>()
  for (const { store_changed, ...row } of rows) {
    const known_from = Math.max(row.created_at.getTime(), store_changed.getTime(), changed?.at?.getTime() ?? -Infinity)
    const tv = { ...row, known_from, away: alerts.filter(({ player_id }) => player_id === row.player_id) }
    found.set(row.store_id, [...found.get(row.store_id) ?? [], tv])
  }
  return found
}

async function knownPlays(db: Db, client_id: string, { from, to }: Span): Promise<Set<string>> {
  const rows = await db.select({ play_id: play.play_id }).from(play).where(and(
    eq(play.client_id, client_id), isNotNull(play.due_at), sql`${heardAt} >= ${new Date(from).toISOString()}::timestamptz`, sql`${heardAt} < ${new Date(to).toISOString()}::timestamptz`,
  ))
  return new Set(rows.map(({ play_id }) => play_id))
}

function rowOf(laid: LaidOccurrence, tv: Tv): Omit<typeof play.$inferInsert, 'client_id'> {
  const { sound, rule: { schedule: { schedule_id, priority, on_busy } }, expires_ms } = laid
  return {
    schedule_id, player_id: tv.player_id, player_name: tv.name, store_id: tv.store_id, store_name: tv.store_name,
    audio_id: sound.audio_id, sha256: sound.sha256 ?? '', duration_ms: sound.duration_ms, title: sound.title, text: sound.text,
    priority, on_busy, status: 'skipped', presumed: true, expires_at: new Date(expires_ms), ...whyMissed(laid, tv),
  }
}

/** The best that is known. `reason_by`: of a limit which, of a player that was away since when. */
function whyMissed({ limited, by, due_ms, not_before_ms, expires_ms }: LaidOccurrence, tv: Tv): { reason: SkipReason, reason_by: string | null } {
  if (limited) return { reason: 'limited', reason_by: by }
  const begins_ms = not_before_ms ?? due_ms
  const noted = tv.away.find(({ since, closed_at }) => since.getTime() <= expires_ms && (closed_at?.getTime() ?? Infinity) > begins_ms)
  if (noted) return { reason: 'offline', reason_by: noted.since.toISOString() }
  if (!tv.online && (tv.last_seen_at?.getTime() ?? -Infinity) <= expires_ms) return { reason: 'offline', reason_by: tv.last_seen_at?.toISOString() ?? null }
  const runs_since = tv.status?.started_at
  if (runs_since && Date.parse(runs_since) > expires_ms) return { reason: 'offline', reason_by: null }
  // What it says of its sound it says of this connection.
  if (tv.connected_at && tv.connected_at.getTime() <= begins_ms) {
    if (tv.status?.sound === 'locked') return { reason: 'autoplay_blocked', reason_by: null }
    if (tv.muted || tv.status?.muted) return { reason: 'muted', reason_by: null }
  }
  return { reason: 'no_report', reason_by: null }
}
