import type { OpeningException, OpeningHours } from '../schemas/client'
import { DAY_MS, dayName, dayNumberAt, instantOf, wallMs, weekdayOf } from './wall-clock'

/** Nobody plans further: a store that is closed for longer says nothing of when it opens. */
const LOOK_AHEAD_DAYS = 15

/** From `from`, included, to `to`, not included; ms since 1970. */
export interface TimeSpan {
  from: number
  to: number
}

/** When a store is open, on its own clocks; no hours: nobody has said. */
export interface OpeningTimes {
  time_zone: string
  opening_hours: OpeningHours | null
  opening_exceptions: OpeningException[]
}

/** A part of the day on local clocks; one whose end is not later than its start goes on after midnight. */
interface LocalPart {
  /** 1 is Monday. The day on which it begins. */
  weekdays: number[]
  from: string
  to: string
}

/**
 * When a store is open, as whole stretches that touch [from, to), in order, apart from one another; null: nobody has said.
 * Clocks that change: see {@link instantOf}. A day's exception takes the place of its weekday's hours.
 * @param from ms since 1970
 * @param to ms since 1970
 */
export function openStretches({ time_zone, opening_hours, opening_exceptions }: OpeningTimes, from: number, to: number): TimeSpan[] | null {
  if (!opening_hours) return null
  const exceptions = new Map(opening_exceptions.map(exception => [exception.date, exception.hours]))
  const stretches = daysAround(from, to, time_zone).flatMap((day) => {
    const ranges = exceptions.get(day) ?? opening_hours[String(weekdayOf(day)) as keyof OpeningHours] ?? []
    return ranges.map(([opens, closes]) => spanOf(day, opens, closes, time_zone))
  })
  return joined(stretches).filter(stretch => stretch.to > from && stretch.from < to)
}

/**
 * When parts of the day are, as stretches that touch [from, to), in order. Where two fall on the same time the one that
 * is named first holds.
 * @param from ms since 1970
 * @param to ms since 1970
 */
export function daypartStretches<Part extends LocalPart>(parts: Part[], timeZone: string, from: number, to: number): (TimeSpan & { part: Part })[] {
  const days = daysAround(from, to, timeZone)
  const taken: (TimeSpan & { part: Part })[] = []
  for (const part of parts) {
    const own = days.filter(day => part.weekdays.includes(weekdayOf(day))).map(day => spanOf(day, part.from, part.to, timeZone))
    taken.push(...own.flatMap(span => without(span, taken)).map(span => ({ ...span, part })))
  }
  return taken.filter(stretch => stretch.to > from && stretch.from < to).sort((a, b) => a.from - b.from)
}

/**
 * How long a store was open between two instants, ms: all of it where nobody has said when it is.
 * @param from ms since 1970
 * @param to ms since 1970
 */
export function openMs(times: OpeningTimes, from: number, to: number): number {
  if (to <= from) return 0
  const stretches = openStretches(times, from, to)
  if (!stretches) return to - from
  return stretches.reduce((sum, stretch) => sum + Math.min(stretch.to, to) - Math.max(stretch.from, from), 0)
}

/**
 * Whether a store is open, and when that changes; null: nobody has said.
 * @param now ms since 1970
 */
export function openingAt(times: OpeningTimes, now: number): { open: boolean, changes_at: number | null } | null {
  const until = now + LOOK_AHEAD_DAYS * DAY_MS
  const [next] = openStretches(times, now, until) ?? [null]
  if (next === null) return null
  if (!next) return { open: false, changes_at: null }
  if (next.from > now) return { open: false, changes_at: next.from }
  return { open: true, changes_at: next.to < until ? next.to : null }
}

/** The local days on which something can begin that touches [from, to). */
function daysAround(from: number, to: number, timeZone: string): string[] {
  const first = dayNumberAt(from, timeZone) - 1
  return Array.from({ length: dayNumberAt(to, timeZone) - first + 1 }, (_, at) => dayName(first + at))
}

function spanOf(day: string, from: string, to: string, timeZone: string): TimeSpan {
  const next = to <= from || to === '24:00'
  return { from: instantOf(day, wallMs(from), timeZone), to: instantOf(next ? dayName(Date.parse(day) / DAY_MS + 1) : day, wallMs(to) % DAY_MS, timeZone) }
}

/** Stretches that meet or overlap are one; those that a change of clocks has swallowed are none. */
function joined(stretches: TimeSpan[]): TimeSpan[] {
  const whole: TimeSpan[] = []
  for (const stretch of stretches.filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from)) {
    const last = whole.at(-1)
    if (last && stretch.from <= last.to) last.to = Math.max(last.to, stretch.to)
    else whole.push({ ...stretch })
  }
  return whole
}

/** What is left of a stretch beside others. */
function without(span: TimeSpan, others: TimeSpan[]): TimeSpan[] {
  let left = [span].filter(({ from, to }) => to > from)
  for (const other of others) left = left.flatMap(({ from, to }) => [{ from, to: Math.min(to, other.from) }, { from: Math.max(from, other.to), to }].filter(rest => rest.to > rest.from))
  return left
}
