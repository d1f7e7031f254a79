import type { SchedulePreview } from '../../../shared/schemas/schedule'
import { DAY_MS, wallAt, wallMs } from '../../../shared/utils/wall-clock'
import { airingOf, heardFor, limitsOf, type LaidOccurrence, type LayingPlan } from './laid'
import { clocksAt, type PlannedRule, type PlannedStore } from './plan'

const MINUTE_MS = 60_000
/** Somebody is typing: where everything is full, there is no moment worth waiting for, ms. */
const LOOKED_FOR_MS = 400

interface FreeOptions {
  plan: LayingPlan
  rule: PlannedRule
  /** Stores, with all that is due there. */
  checked: { place: PlannedStore, laid: LaidOccurrence[] }[]
}

/** A due moment of the rule, and what it has to keep away from at its store, ms since 1970. */
interface Own {
  due_ms: number
  /** `18:30`: which of the rule's times it is. */
  time: string
  length_ms: number
  gap_ms: number
  /** In order of their beginnings. */
  taken: readonly { from: number, to: number }[]
  /** How long the longest of them is, ms. */
  longest_ms: number
}

type Patch = NonNullable<SchedulePreview['free_patch']>

/**
 * By how many whole minutes, less than a day, a rule has to be put off so that none of what is due meets anything else, and
 * what to change for that. Of a list of times only those that meet something are moved.
 */
export function freeMoment({ plan, rule, checked }: FreeOptions): { due_ms: number, patch: Patch } | null {
  const own = checked.flatMap(({ place, laid }) => ownOf(plan, rule, { place, laid }))
  const until = performance.now() + LOOKED_FOR_MS
  const { kind } = rule.schedule
  if (kind !== 'times') {
    const minutes = minutesFor(own, until)
    if (!minutes) return null
    const first = own.reduce((least, { due_ms }) => Math.min(least, due_ms), Infinity)
    return { due_ms: first + minutes * MINUTE_MS, patch: later(rule, minutes) }
  }
  const times = new Set(rule.schedule.times)
  let first = Infinity
  for (const time of rule.schedule.times!) {
    const of_time = own.filter(each => each.time === time)
    const minutes = minutesFor(of_time, until)
    if (minutes === null) return null
    if (!minutes) continue
    times.delete(time)
    times.add(onClock(wallMs(time) + minutes * MINUTE_MS))
    first = Math.min(first, of_time.reduce((least, { due_ms }) => Math.min(least, due_ms), Infinity) + minutes * MINUTE_MS)
  }
  return first === Infinity || times.size < rule.schedule.times!.length ? null : { due_ms: first, patch: { times: [...times].sort() } }
}

function ownOf(plan: LayingPlan, rule: PlannedRule, { place, laid }: FreeOptions['checked'][number]): Own[] {
  const mine = laid.filter(each => each.rule === rule)
  if (!mine.length) return []
  const airing = airingOf(plan, place)
  const length = (of: LaidOccurrence) => heardFor(of, airing)
  const span = { from: mine[0]!.due_ms, to: mine.at(-1)!.due_ms + DAY_MS }
  const limits = limitsOf(place, span)
  const gap_ms = Math.max(airing.min_gap_ms, limits.min_gap_ms)
  const others = laid.filter(each => each.rule !== rule).flatMap(each => [
    { from: each.due_ms, to: each.due_ms + length(each) },
    ...each.verdict === 'dropped' || each.starts_ms === each.due_ms ? [] : [{ from: each.starts_ms, to: each.ends_ms }],
  ])
  const quiet = limits.quiet.map(({ from, to }) => ({ from: from + gap_ms, to: to - gap_ms }))
  const taken = [...others, ...quiet].sort((a, b) => a.from - b.from)
  const longest_ms = taken.reduce((most, { from, to }) => Math.max(most, to - from), 0)
  return mine.map(each => ({ due_ms: each.due_ms, time: wallAt(each.due_ms, clocksAt(rule, place).time_zone).slice(11), length_ms: length(each), gap_ms, taken, longest_ms }))
}

/** The least number of minutes; null: none within a day, or none that is found in time. */
function minutesFor(own: Own[], until: number): number | null {
  for (let minutes = 0; minutes < DAY_MS / MINUTE_MS && performance.now() < until;) {
    const next = own.reduce((most, each) => Math.max(most, neededFrom(each, minutes)), minutes)
    if (next === minutes) return minutes
    minutes = next
  }
  return null
}

/** To how many minutes one has to be put off at least, where so many are not enough. */
function neededFrom({ due_ms, length_ms, gap_ms, taken, longest_ms }: Own, minutes: number): number {
  const from = due_ms + minutes * MINUTE_MS
  let needed = minutes
  for (let at = placeOf(taken, from - gap_ms - longest_ms); at < taken.length && taken[at]!.from < from + length_ms + gap_ms; at++) {
    const { to } = taken[at]!
    if (to + gap_ms > from) needed = Math.max(needed, Math.ceil((to + gap_ms - due_ms) / MINUTE_MS))
  }
  return needed
}

/** How many begin before an instant. */
function placeOf(taken: Own['taken'], instant: number): number {
  let [low, high] = [0, taken.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (taken[middle]!.from < instant) low = middle + 1
    else high = middle
  }
  return low
}

/** The rule that many minutes later. */
function later({ schedule }: PlannedRule, minutes: number): Patch {
  const moved = (time: string) => onClock(wallMs(time) + minutes * MINUTE_MS)
  switch (schedule.kind) {
    case 'once': return { at: new Date(Date.parse(`${schedule.at}Z`) + minutes * MINUTE_MS).toISOString().slice(0, schedule.at!.length) }
    case 'opening': return { opening_offset_minutes: schedule.opening_offset_minutes! + minutes }
    default: return { window_start: moved(schedule.window_start!), window_end: moved(schedule.window_end!) }
  }
}

const onClock = (wall_ms: number): string => new Date(wall_ms % DAY_MS).toISOString().slice(11, wall_ms % MINUTE_MS ? 19 : 16)
