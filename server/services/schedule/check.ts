import { and, asc, eq, inArray, type SQL } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { message, player, store } from '../../../db/schema'
import type { Targets } from '../../../shared/schemas/player'
import type { OccurrenceRule } from '../../../shared/utils/occurrences'
import { ruleProblems } from '../../../shared/utils/rule-problems'
import { DAY_MS, instantOf, wallMs } from '../../../shared/utils/wall-clock'
import { NotFound, Unprocessable } from '../errors'
import { storesIn } from '../player/targets'

/** What a rule is checked with: when it is due, where, and how late it may be. */
interface CheckedRule extends OccurrenceRule {
  targets: Targets
  time_zone: string | null
  grace_s: number
}

/** A rule without the fields that its kind does not have, so that none of them seems to mean something. */
export function withoutForeignFields<Rule extends OccurrenceRule>(rule: Rule): Rule {
  const { kind } = rule
  return Object.assign({ ...rule },
    kind !== 'interval' && { interval_minutes: null, window_start: null, window_end: null },
    kind !== 'times' && { times: null },
    kind !== 'once' && { at: null },
    // Each store opens by its own clocks.
    kind === 'opening' && { time_zone: null },
    kind !== 'opening' && { opening_edge: null, opening_offset_minutes: null },
  ) as Rule
}

/** @throws Unprocessable for a rule that can never be due, with the field to mend */
export function requirePossible(rule: OccurrenceRule): void {
  const problems = ruleProblems(rule)
  const [first] = problems
  if (first) throw new Unprocessable(first.code, `This schedule is impossible: ${first.path} ${first.message}.`, problems.map(({ path, message }) => ({ path, message })))
}

/** @throws Unprocessable when the last time that it could air is past, wherever it is meant for */
export async function requireFuture(tx: Db, clientId: string, rule: CheckedRule, now = Date.now()): Promise<void> {
  const path = rule.kind === 'once' ? 'at' : 'until_date'
  const last = rule[path]
  if (!last) return
  const zones = rule.time_zone ? [rule.time_zone] : await zonesOf(tx, clientId, rule.targets)
  const [day, time] = last.split('T') as [string, string | undefined]
  // What begins on the last day may go on after its midnight.
  const latest = (zone: string) => time ? instantOf(day, wallMs(time), zone) : instantOf(day, 0, zone) + 2 * DAY_MS
  if (zones.every(zone => latest(zone) + rule.grace_s * 1000 < now)) throw new Unprocessable('schedule_in_past', 'This would have aired in the past only.', [{ path, message: 'is past' }])
}

/** The zones of the stores that are meant; UTC where there is none yet. */
async function zonesOf(tx: Db, clientId: string, targets: Targets): Promise<string[]> {
  const find = (narrower?: SQL) => tx.selectDistinct({ time_zone: store.time_zone }).from(store).where(and(eq(store.client_id, clientId), narrower))
  const rows = await find('players' in targets
    ? inArray(store.store_id, tx.select({ store_id: player.store_id }).from(player).where(inArray(player.player_id, targets.players)))
    : storesIn(tx, targets, store.store_id))
  return rows.length ? rows.map(row => row.time_zone) : ['UTC']
}

/**
 * The messages of a schedule, held until the transaction ends. Drafts are kept in the library from now on.
 * @throws NotFound; Unprocessable when one has no finished sound
 */
export async function requireSounds(tx: Db, clientId: string, audioIds: string[]): Promise<void> {
  const wanted = [...new Set(audioIds)]
  const rows = await tx.select({ audio_id: message.audio_id, sha256: message.sha256, status: message.status, deleted_at: message.deleted_at }).from(message)
    .where(and(eq(message.client_id, clientId), inArray(message.audio_id, wanted))).orderBy(asc(message.audio_id)).for('update')
  if (rows.length < wanted.length || rows.some(row => row.deleted_at)) throw new NotFound('There is no such message.', 'message_not_found')
  if (rows.some(row => !row.sha256)) throw new Unprocessable('message_not_ready', 'This message has no finished sound yet.', [{ path: 'audio_id', message: 'has no finished sound' }])
  const drafts = rows.filter(row => row.status === 'draft').map(row => row.audio_id)
  if (drafts.length) await tx.update(message).set({ status: 'ready', updated_at: new Date() }).where(inArray(message.audio_id, drafts))
}
