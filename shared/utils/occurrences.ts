import { openStretches, type OpeningTimes } from './opening'
import { DAY_MS, dayName, dayNumberAt, instantOf, instantsOf, wallMs, weekdayOf } from './wall-clock'

const MINUTE_MS = 60_000
/** Years have four digits, and a window may go on into the next day. */
const FIRST_DAY = Date.UTC(1000, 0, 1) / DAY_MS
const LAST_DAY = Date.UTC(9999, 11, 30) / DAY_MS
/** 1970-01-01 was a Thursday: so many days after a Monday. */
const EPOCH_AFTER_MONDAY = 3
/** Stretches of opening are looked up so much further than asked, so that none is cut where it matters, ms. */
const OPENING_MARGIN_MS = 3 * DAY_MS
/** In `skip_holidays`: every holiday that the place knows. */
export const EVERY_HOLIDAY = '*'

/** When something is due, on the clocks of a place. Wall times are `HH:MM` or `HH:MM:SS`. */
export interface OccurrenceRule {
  kind: 'interval' | 'times' | 'once' | 'opening'
  /** `interval`: every so many minutes from `window_start` to `window_end`, that one included. A window that ends earlier than it starts goes on after midnight. */
  interval_minutes: number | null
  window_start: string | null
  window_end: string | null
  /** `times`: at these times of the day. */
  times: string[] | null
  /** `once`: `YYYY-MM-DDTHH:MM`. */
  at: string | null
  /** `opening`: so many minutes after the place opens or closes; negative: before it. */
  opening_edge?: 'opens' | 'closes' | null
  opening_offset_minutes?: number | null
  /** 1 is Monday. A window, and a stretch of opening, belongs to the day on which it starts. */
  weekdays: number[]
  /** First and last day, both included. */
  from_date: string | null
  until_date: string | null
  /** Days (as for `weekdays`), or single occurrences by their local date and time. */
  exclude: string[]
  /** Holidays on which it is not due, by their keys; {@link EVERY_HOLIDAY}: all that the place knows. */
  skip_holidays?: string[]
}

/** Where a rule is looked at: a store's clocks, hours and holidays. What is absent nobody has said. */
export interface OccurrencePlace extends Partial<Pick<OpeningTimes, 'opening_hours' | 'opening_exceptions'>> {
  /** IANA name. */
  time_zone: string
  /** Keys of the holidays of each local day. */
  holidays?: ReadonlyMap<string, readonly string[]>
}

/** One due moment: the instant, ms since 1970, and its turn among all of the rule, by which a rotation picks its message. */
export interface Moment {
  due_ms: number
  turn: number
}

/**
 * When a rule is due in [from, to), in order, each instant once.
 *
 * Clocks that change: a wall time that does not exist is due at the first instant after the gap; one that comes twice is
 * due the first time; two that fall on the same instant are one. What is excluded loses its turn.
 * @param rule as it was checked: see `rule-problems.ts`
 * @param from ms since 1970
 * @param to ms since 1970
 * @throws RangeError for a zone that this runtime does not know
 */
export function momentsOf(rule: OccurrenceRule, place: OccurrencePlace, from: number, to: number): Moment[] {
  const due = new Map<number, Moment>()
  const add = (due_ms: number, turn: number) => {
    if (due_ms >= from && due_ms < to && !due.has(due_ms)) due.set(due_ms, { due_ms, turn })
  }
  if (rule.kind === 'once') addOnce(rule, place, add)
  else if (rule.kind === 'opening') addOpenings(rule, place, from, to, add)
  else addDaily(rule, place, from, to, add)
  for (const moment of rule.exclude) {
    const [day, time] = moment.split('T') as [string, string | undefined]
    if (time) due.delete(instantOf(day, wallMs(time), place.time_zone))
  }
  return [...due.values()].sort((a, b) => a.due_ms - b.due_ms)
}

/** The instants of {@link momentsOf}. */
export function occurrencesOf(rule: OccurrenceRule, place: OccurrencePlace, from: number, to: number): number[] {
  return momentsOf(rule, place, from, to).map(moment => moment.due_ms)
}

/** Whether a rule may be due on a local day: its weekdays, its first and last day, its days off. */
export function mayAirOn({ weekdays, from_date, until_date, exclude, skip_holidays }: OccurrenceRule, day: string, holidays?: OccurrencePlace['holidays']): boolean {
  if (!weekdays.includes(weekdayOf(day)) || (from_date && day < from_date) || (until_date && day > until_date) || exclude.includes(day)) return false
  if (!skip_holidays?.length || !holidays) return true
  const here = holidays.get(day)
  return !here?.some(key => skip_holidays.includes(key) || skip_holidays.includes(EVERY_HOLIDAY))
}

type Add = (due_ms: number, turn: number) => void

function addOnce(rule: OccurrenceRule, { time_zone, holidays }: OccurrencePlace, add: Add): void {
  const [day, time] = rule.at!.split('T') as [string, string]
  if (mayAirOn(rule, day, holidays)) add(instantOf(day, wallMs(time), time_zone), 0)
}

function addDaily(rule: OccurrenceRule, { time_zone, holidays }: OccurrencePlace, from: number, to: number, add: Add): void {
  const wall = wallTimes(rule)
  const goes_on = wall.some(wall_ms => wall_ms >= DAY_MS)
  // A window may have begun the day before, a day may be missing from a calendar, and no clocks are a day from UTC.
  const last = Math.min(Math.floor(to / DAY_MS) + 1, LAST_DAY)
  for (let number = Math.max(Math.floor(from / DAY_MS) - 3, FIRST_DAY); number <= last; number++) {
    const day = dayName(number)
    if (!mayAirOn(rule, day, holidays)) continue
    const [here, next] = [instantsOf(day, time_zone), goes_on ? instantsOf(dayName(number + 1), time_zone) : null]
    const first_turn = dayTurn(rule, number) * wall.length
    for (let index = 0; index < wall.length; index++) {
      const wall_ms = wall[index]!
      add(wall_ms < DAY_MS ? here(wall_ms) : next!(wall_ms - DAY_MS), first_turn + index)
    }
  }
}

/** Where nobody has said when a place is open, it neither opens nor closes. */
function addOpenings(rule: OccurrenceRule, place: OccurrencePlace, from: number, to: number, add: Add): void {
  const { time_zone, opening_hours = null, opening_exceptions = [] } = place
  const offset_ms = rule.opening_offset_minutes! * MINUTE_MS
  const stretches = openStretches({ time_zone, opening_hours, opening_exceptions }, from - offset_ms - OPENING_MARGIN_MS, to - offset_ms + OPENING_MARGIN_MS)
  const of_day = new Map<number, number>()
  for (const stretch of stretches ?? []) {
    const number = dayNumberAt(stretch.from, time_zone)
    const index = of_day.get(number) ?? 0
    of_day.set(number, index + 1)
    if (mayAirOn(rule, dayName(number), place.holidays)) add((rule.opening_edge === 'opens' ? stretch.from : stretch.to) + offset_ms, dayTurn(rule, number) + index)
  }
}

/** How many of a rule's weekdays have been before a day, since the first Monday before 1970. */
function dayTurn({ weekdays }: OccurrenceRule, number: number): number {
  const days = number + EPOCH_AFTER_MONDAY
  const week = Math.floor(days / 7)
  return week * weekdays.length + weekdays.filter(weekday => weekday <= days - week * 7).length
}

/** The wall times of each day in ms since its midnight, in order; more than a day's for what goes on after midnight. */
function wallTimes({ kind, interval_minutes, window_start, window_end, times }: OccurrenceRule): number[] {
  if (kind === 'times') return times!.map(wallMs)
  const first = wallMs(window_start!)
  const end = wallMs(window_end!)
  const last = end < first ? end + DAY_MS : end
  const count = Math.floor((last - first) / (interval_minutes! * MINUTE_MS)) + 1
  return Array.from({ length: count }, (_, place) => first + place * interval_minutes! * MINUTE_MS)
}
