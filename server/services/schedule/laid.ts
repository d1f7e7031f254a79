import { and, eq, inArray } from 'drizzle-orm'
import { player } from '../../../db/schema'
import type { Targets } from '../../../shared/schemas/player'
import type { AiringRule, Verdict } from '../../../shared/schemas/schedule-words'
import { hasLimits, layOut, lengthOf, type AiringTimes, type Candidate, type Laid, type Limits } from '../../../shared/utils/airing-plan'
import { daypartStretches } from '../../../shared/utils/opening'
import { dayName, dayNumberAt, instantOf } from '../../../shared/utils/wall-clock'
import { useDb } from '../database'
import { dueKey, dueWithin, type Due, type Plan, type PlannedRule, type PlannedStore, type Span } from './plan'

const HOUR_MS = 3_600_000
/** What is due late on a day may still be on the air, or wait, when the next has begun: so much of that is laid out with it, ms. */
const TAIL_MS = 3 * HOUR_MS

/** What things are laid out from: a plan of now, or one that says what held then. */
export type LayingPlan = Pick<Plan, 'everywhere' | 'by_store' | 'by_player' | 'groups' | 'airing' | 'stores'>

export interface LayingOptions {
  /** Rules besides those of the plan: one that is being written. */
  extra?: PlannedRule[]
  /** The schedule that is left out. */
  without?: string
  /** What is due is kept with the plan's rules: for a span that is asked for again and again. */
  kept?: boolean
}

export interface LaidAtOptions extends LayingOptions {
  /** What this player of the store airs. */
  player_id?: string
  /** The store's players ({@link playersByStore}): what is meant for single ones is told of these only. */
  players?: readonly string[]
}

/** An occurrence, and what becomes of it among all that is due at the same player. */
export interface LaidOccurrence extends Due {
  rule: PlannedRule
  store_id: string
  /** Whom it is about; null: every player of the store. */
  player_ids: string[] | null
  verdict: Verdict
  /** ms since 1970; where it is dropped: when it would have been. */
  starts_ms: number
  ends_ms: number
  /** Which rule moved, dropped or cut it, and what came before it. */
  by: AiringRule | null
  because: string | null
  /** To where a limit has moved it; null: none has. `expires_ms` is of there. */
  not_before_ms: number | null
  /** A limit has left it out: players do not know of it. */
  limited: boolean
}

interface Item extends Candidate {
  due: Due
  rule: PlannedRule
}

/**
 * What is due at a store in a span, past or future, and what becomes of it, in order.
 *
 * Each local day of the store is laid out by itself, from an empty air at the midnight before the last on and some hours
 * into the next: so an occurrence has the same fate wherever and for whatever span it is asked for.
 */
export function laidAt(plan: LayingPlan, store_id: string, span: Span, { player_id, players, ...options }: LaidAtOptions = {}): LaidOccurrence[] {
  return layingOf(plan, span, options)(store_id, { player_id, players })
}

/** {@link laidAt} for many stores: what is alike at several is worked out once. */
export function layingOf(plan: LayingPlan, span: Span, options: LayingOptions = {}) {
  const others = new Map<string, Map<string, Due[]>>()
  const known = new Map<string, Laid<Item>[]>()
  const without = ({ schedule }: PlannedRule) => schedule.schedule_id !== options.without
  const rulesOf = (rules: PlannedRule[], meant: (rule: PlannedRule) => boolean) => [...rules.filter(without), ...options.extra?.filter(meant) ?? []]
  const everywhere = rulesOf(plan.everywhere, ({ schedule: { targets } }) => 'all' in targets)

  /** What is due of a rule, by place and span. */
  function dueOf(rule: PlannedRule): Map<string, Due[]> {
    if (options.kept) return rule.due
    const { schedule_id } = rule.schedule
    const found = others.get(schedule_id) ?? new Map<string, Due[]>()
    others.set(schedule_id, found)
    return found
  }

  /** The fates of what these rules air at a place; `own`: what tells them from those of other places. */
  function layRules(place: PlannedStore, rules: PlannedRule[], own: string): Laid<Item>[] {
    const key = `${place.alike} ${own}`
    const laid = known.get(key) ?? layDays(plan, place, rules, span, dueOf)
    known.set(key, laid)
    return laid
  }

  return (store_id: string, { player_id, players = [] }: Pick<LaidAtOptions, 'player_id' | 'players'> = {}): LaidOccurrence[] => {
    const place = plan.stores.get(store_id)
    if (!place) return []
    const here = rulesOf(plan.by_store.get(store_id) ?? [], ({ schedule: { targets } }) => ('stores' in targets && targets.stores.includes(store_id)) || ('groups' in targets && targets.groups.some(id => plan.groups.get(id)?.includes(store_id))))
    const all = [...everywhere, ...here]
    const of_store = here.length ? store_id : ''
    const single = (id: string) => rulesOf(plan.by_player.get(id) ?? [], ({ schedule: { targets } }) => 'players' in targets && targets.players.includes(id))
    const layFor = (id: string) => {
      const rules = single(id)
      return layRules(place, [...all, ...rules], rules.length ? `${of_store} ${id}` : of_store)
    }
    if (player_id !== undefined) return layFor(player_id).map(laid => toOccurrence(laid, store_id, isSingle(laid) ? [player_id] : null))
    const special = players.filter(id => single(id).length > 0)
    const common = layRules(place, all, of_store)
    if (!special.length) return common.map(laid => toOccurrence(laid, store_id, null))
    return together(store_id, players, common, new Map(special.map(id => [id, layFor(id)])))
  }
}

const isSingle = ({ item }: Laid<Item>): boolean => 'players' in item.rule.schedule.targets

/** One of each fate: what becomes of an occurrence alike at several players is told once. */
function together(store_id: string, players: readonly string[], common: Laid<Item>[], special: Map<string, Laid<Item>[]>): LaidOccurrence[] {
  const fates = new Map<string, { laid: Laid<Item>, player_ids: string[] }>()
  for (const player_id of players) {
    for (const laid of special.get(player_id) ?? common) {
      const fate = [laid.item.key, laid.verdict, laid.starts_ms, laid.ends_ms, laid.rule, laid.because].join(' ')
      const same = fates.get(fate)
      if (same) same.player_ids.push(player_id)
      else fates.set(fate, { laid, player_ids: [player_id] })
    }
  }
  return [...fates.values()]
    .map(({ laid, player_ids }) => toOccurrence(laid, store_id, player_ids.length === players.length && !isSingle(laid) ? null : player_ids))
    .sort((a, b) => a.due_ms - b.due_ms)
}

function toOccurrence({ item: { rule, due }, rule: by, verdict, starts_ms, ends_ms, because, not_before_ms, expires_ms, limited }: Laid<Item>, store_id: string, player_ids: string[] | null): LaidOccurrence {
  return { ...due, expires_ms, rule, store_id, player_ids, verdict, starts_ms, ends_ms, by, because, not_before_ms, limited }
}

/** The local days of a place that a span touches, each laid out from its own fixed beginning. */
function layDays(plan: LayingPlan, place: PlannedStore, rules: PlannedRule[], span: Span, dueOf: (rule: PlannedRule) => Map<string, Due[]>): Laid<Item>[] {
  const { time_zone } = place
  const midnight = (number: number) => instantOf(dayName(number), 0, time_zone)
  const [first, last] = [dayNumberAt(span.from, time_zone), dayNumberAt(span.to - 1, time_zone)]
  const reach = { from: midnight(first - 1), to: midnight(last + 1) + TAIL_MS }
  const items = rules.flatMap(rule => dueOnce(rule, place, reach, dueOf(rule)).map(due => toItem(rule, due))).sort((a, b) => a.due_ms - b.due_ms)
  const limits = limitsOf(place, reach)
  const airing = airingOf(plan, place)
  // What is due later than this does not touch what is due in the span: that is over by then, whatever becomes of it.
  const over_ms = items.reduce((longest, item) => Math.max(longest, item.expires_ms - item.due_ms + lengthOf(item, airing)), 0) + limits.move_up_to_ms
  const laid: Laid<Item>[] = []
  for (let number = first; number <= last; number++) {
    const [from, to] = [Math.max(midnight(number), span.from), Math.min(midnight(number + 1), span.to)]
    const around = items.slice(placeOf(items, midnight(number - 1)), placeOf(items, Math.min(midnight(number + 1) + TAIL_MS, to + over_ms)))
    for (const each of layOut(afresh(around, from, limits, airing), limits, airing)) {
      const { due_ms } = each.item
      if (due_ms >= from && due_ms < to) laid.push(each)
    }
  }
  return laid
}

/** How many items are due before an instant. */
function placeOf(items: Item[], instant: number): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (items[middle]!.due_ms < instant) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Without those that are over and forgotten, whatever became of them, before anything is due from an instant on: to lay
 * them out changes nothing.
 */
function afresh(items: Item[], from_ms: number, limits: Limits, airing: AiringTimes): Item[] {
  const remembered_ms = hasLimits(limits) ? HOUR_MS + limits.min_gap_ms + limits.move_up_to_ms : 0
  let begin = 0
  let over = -Infinity
  for (let at = 0; at < items.length; at++) {
    const item = items[at]!
    if (item.due_ms >= over) begin = at
    if (item.due_ms >= from_ms) break
    over = Math.max(over, item.expires_ms + lengthOf(item, airing) + airing.min_gap_ms + remembered_ms)
  }
  return begin ? items.slice(begin) : items
}

function dueOnce(rule: PlannedRule, place: PlannedStore, reach: Span, known: Map<string, Due[]>): Due[] {
  const key = `${dueKey(rule, place)} ${reach.from} ${reach.to}`
  const due = known.get(key) ?? dueWithin(rule, place, reach).filter(({ due_ms }) => due_ms >= reach.from)
  known.set(key, due)
  return due
}

function toItem(rule: PlannedRule, due: Due): Item {
  const { schedule_id, priority, on_busy, name, grace_s, repeat } = rule.schedule
  const { due_ms, expires_ms, sound } = due
  return {
    key: `${schedule_id} ${due_ms}`, due_ms, expires_ms, priority, on_busy, repeat, due, rule,
    latest_ms: sound.valid_until?.getTime() ?? Infinity,
    grace_ms: grace_s * 1000,
    duration_ms: sound.duration_ms,
    audio_id: sound.audio_id,
    order: schedule_id,
    name: name ?? sound.title,
  }
}

/** The limits of a store, as far as a span reaches. */
export function limitsOf({ limits, time_zone }: Pick<PlannedStore, 'limits' | 'time_zone'>, { from, to }: Span): Limits {
  return {
    quiet: limits.quiet.length ? daypartStretches(limits.quiet, time_zone, from, to + TAIL_MS).map(({ from, to, part: { name } }) => ({ from, to, name })) : [],
    min_gap_ms: limits.min_gap_s * 1000,
    max_per_hour: limits.max_per_hour,
    max_same_per_hour: limits.max_same_per_hour,
    move_up_to_ms: limits.move_up_to_minutes * 60_000,
  }
}

/** How the players of a store air. */
export function airingOf({ airing }: LayingPlan, { player_settings }: PlannedStore): AiringTimes {
  const { min_gap_s, max_duration_s } = { ...airing, ...player_settings }
  return { min_gap_ms: min_gap_s * 1000, max_duration_ms: max_duration_s * 1000 }
}

/** How long an occurrence is on the air, all its times together, ms. */
export const heardFor = ({ sound, rule: { schedule } }: Pick<LaidOccurrence, 'sound' | 'rule'>, airing: AiringTimes): number => lengthOf({ duration_ms: sound.duration_ms, repeat: schedule.repeat }, airing)

/** All players of the stores in which something is meant for single ones, by their store. */
export async function playersByStore(clientId: string, { by_player }: Pick<LayingPlan, 'by_player'>, extra: PlannedRule[] = []): Promise<Map<string, string[]>> {
  const wanted = [...by_player.keys(), ...extra.flatMap(({ schedule: { targets } }) => 'players' in targets ? targets.players : [])]
  const found = new Map<string, string[]>()
  if (!wanted.length) return found
  const db = await useDb()
  const stores = db.select({ store_id: player.store_id }).from(player).where(inArray(player.player_id, wanted))
  const rows = await db.select({ player_id: player.player_id, store_id: player.store_id }).from(player)
    .where(and(eq(player.client_id, clientId), inArray(player.store_id, stores))).orderBy(player.player_id)
  for (const { player_id, store_id } of rows) found.set(store_id, [...found.get(store_id) ?? [], player_id])
  return found
}

/** The stores in which something is heard, by their ids. */
export async function storesMeant({ stores, groups }: Pick<LayingPlan, 'stores' | 'groups'>, targets: Targets): Promise<string[]> {
  const all = [...stores.keys()]
  if ('all' in targets) return all
  if ('players' in targets) {
    const db = await useDb()
    const rows = await db.selectDistinct({ store_id: player.store_id }).from(player).where(inArray(player.player_id, targets.players))
    return rows.map(row => row.store_id).filter(id => stores.has(id))
  }
  const named = new Set('stores' in targets ? targets.stores : targets.groups.flatMap(id => groups.get(id) ?? []))
  return all.filter(id => named.has(id))
}
