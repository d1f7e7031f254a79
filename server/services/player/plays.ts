import { and, eq, inArray, isNull, lt, not, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { air, play, schedule, user } from '../../../db/schema'
import type { PlayReport } from '../../../shared/protocol'
import type { PlayerPrincipal } from '../client/access'
import { useDb } from '../database'
import { NotFound } from '../errors'
import { publish } from './live'
import { addOccurrencePlay, noteAired, playNotFound } from './occurrence-plays'
import type { PlayRow } from './play-log'
import { dueSoon } from './programme'

/** A report may come this long after the fact before a sweep gives up on it, ms. */
const REPORT_GRACE_MS = 600_000

/** Notes which live messages, and which occurrences that are due soon, a player holds now. */
export async function acknowledgePlays(player: PlayerPrincipal, play_ids: string[]): Promise<void> {
  if (!play_ids.length) return
  const db = await useDb()
  const rows = await db.update(play).set({ status: 'delivered', delivered_at: new Date(), updated_at: new Date() })
    .where(and(eq(play.player_id, player.player_id), inArray(play.play_id, play_ids), eq(play.status, 'pending'))).returning()
  for (const row of rows) await publishPlay(row)
  if (rows.length < play_ids.length) await holdOccurrences(player, play_ids)
}

/** Adds the rows of the occurrences among these: players that only ask hold them from now on. */
async function holdOccurrences(player: PlayerPrincipal, play_ids: string[]): Promise<void> {
  const soon = (await dueSoon(player)).filter(({ play_id }) => play_ids.includes(play_id))
  if (!soon.length) return
  const db = await useDb()
  await db.transaction(async (tx) => {
    for (const { play_id, schedule_id, due_at, audio_id, expires_at } of soon) {
      await addOccurrencePlay(tx, player, play_id, { schedule_id: schedule_id!, due_at: due_at!, audio_id }, { status: 'delivered', delivered_at: new Date(), expires_at: new Date(expires_at) })
      await publish(tx, player.client_id, { type: 'play_changed', play_id, air_id: null })
    }
  })
}

/**
 * Records what a player did. A repeated report changes nothing; what a player heard outweighs what a sweep assumed. The
 * first report of an occurrence brings its row.
 * @throws NotFound when the play is not this player's
 */
export async function recordReport(player: PlayerPrincipal, report: PlayReport): Promise<void> {
  const db = await useDb()
  const changed = await db.transaction(async (tx) => {
    const row = await holdPlay(tx, player, report)
    const values = outcome(row, report)
    if (!values) return null
    if (values.reason === 'stopped' && !values.reason_by) values.reason_by = row.reason_by ?? await stoppedBy(tx, row.air_id)
    await tx.update(play).set({ ...values, delivered_at: row.delivered_at ?? new Date(), updated_at: new Date() }).where(eq(play.play_id, row.play_id))
    return { ...row, ...values }
  })
  if (!changed) return
  await publishPlay(changed)
  if (changed.due_at && changed.audio_id && changed.started_at) await noteAired(changed.audio_id, changed.started_at)
}

/** The row that a report is about, held until the transaction ends; made where an occurrence has none yet. @throws NotFound */
async function holdPlay(tx: Db, player: PlayerPrincipal, { play_id, occurrence }: PlayReport): Promise<PlayRow> {
  const find = () => tx.select().from(play).where(and(eq(play.play_id, play_id), eq(play.player_id, player.player_id))).for('update')
  const [there] = await find()
  if (there) return there
  if (occurrence) await addOccurrencePlay(tx, player, play_id, occurrence)
  const [made] = await find()
  if (!made) throw playNotFound()
  return made
}

/** The name of who stopped a sending. */
async function stoppedBy(tx: Db, air_id: string | null): Promise<string | null> {
  if (!air_id) return null
  const [row] = await tx.select({ name: user.name }).from(air).innerJoin(user, eq(user.id, air.stopped_by)).where(eq(air.air_id, air_id))
  return row?.name ?? null
}

/** What a report makes of a row; null when it changes nothing. */
export function outcome(row: PlayRow, report: PlayReport): Partial<PlayRow> | null {
  if (row.status === 'played') return null
  switch (report.type) {
    case 'play_started':
      // What was taken for missed may have begun late.
      return row.status === 'pending' || row.status === 'delivered' || row.presumed ? { status: 'playing', reason: null, reason_by: null, presumed: false, started_at: notInFuture(report.started_at) } : null
    case 'play_ended':
      return {
        status: 'played', reason: null, reason_by: null, presumed: false, started_at: notInFuture(report.started_at), ended_at: notInFuture(report.ended_at),
        heard_ms: report.heard_ms, repeats: report.repeats, level_db: report.level_db,
      }
    case 'play_skipped':
      return isKnown(row) ? null : { status: 'skipped', reason: report.reason, reason_by: report.by || null, repeats: report.repeats, presumed: false, ended_at: notInFuture(report.at) }
  }
}

/** Whether its player has said why it was missed; what the server decided or assumed has no moment at which it ended. */
function isKnown({ status, ended_at }: PlayRow): boolean {
  return status === 'skipped' && ended_at !== null
}

/** A television's clock may be wrong: nothing was heard later than now. */
function notInFuture(instant: string): Date {
  return new Date(Math.min(Date.parse(instant), Date.now()))
}

/**
 * Closes what no player will report any more: what was never delivered has expired; what was delivered or begun and
 * never reported stays unexplained. Safe to run twice.
 * @returns how many plays it closed
 */
export async function closeSilentPlays(now = new Date()): Promise<number> {
  const db = await useDb()
  const gaveUp = new Date(now.getTime() - REPORT_GRACE_MS)
  const expired = await db.update(play).set({ status: 'skipped', reason: 'expired', updated_at: now })
    .where(and(eq(play.status, 'pending'), lt(play.expires_at, now))).returning()
  const ofAir = (column: typeof air.repeat | typeof air.stopped_at) => sql`(select ${column} from ${air} where ${eq(air.air_id, play.air_id)})`
  const repeat = sql`coalesce(${ofAir(air.repeat)}, (select ${schedule.repeat} from ${schedule} where ${eq(schedule.schedule_id, play.schedule_id)}), 1)`
  const latest = sql`greatest(${play.expires_at}, ${play.started_at}, ${ofAir(air.stopped_at)})`
  const silent = await db.update(play).set({ status: 'skipped', reason: 'unexplained', updated_at: now }).where(and(
    inArray(play.status, ['delivered', 'playing']),
    lt(sql`${latest} + make_interval(secs => ${repeat} * ${play.duration_ms} / 1000.0)`, sql`${gaveUp.toISOString()}::timestamptz`),
    // What goes on until somebody stops it is not over.
    not(and(eq(play.status, 'playing'), sql`exists (select 1 from ${air} where ${and(eq(air.air_id, play.air_id), air.until_stopped, isNull(air.stopped_at))})`)!),
  )).returning()
  for (const row of [...expired, ...silent]) await publishPlay(row)
  return expired.length + silent.length
}

async function publishPlay({ client_id, play_id, air_id }: PlayRow): Promise<void> {
  await publish(await useDb(), client_id, { type: 'play_changed', play_id, air_id })
}

/**
 * Records a batch. Reports about plays that are not this player's are counted, not fatal: the rest is kept.
 */
export async function recordReports(player: PlayerPrincipal, reports: PlayReport[]): Promise<{ recorded: number, unknown: number }> {
  let unknown = 0
  for (const report of reports) {
    try {
      await recordReport(player, report)
    }
    catch (error) {
      if (!(error instanceof NotFound)) throw error
      unknown++
    }
  }
  return { recorded: reports.length - unknown, unknown }
}
