import { Temporal } from 'temporal-polyfill'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** Years have four digits, and a window may go on into the next day. */
const FIRST_DAY = Date.UTC(1000, 0, 1) / DAY_MS
const LAST_DAY = Date.UTC(9999, 11, 30) / DAY_MS
/** What was looked up of days, at most: some months of every zone. */
const FRAMES_KEPT = 20_000

/** When something is due, on the clocks of a place. Wall times are `HH:MM` or `HH:MM:SS`. */
export interface OccurrenceRule {
  kind: 'interval' | 'times' | 'once'
  /** `interval`: every so many minutes from `window_start` to `window_end`, that one included. A window that ends earlier than it starts goes on after midnight. */
  interval_minutes: number | null
  window_start: string | null
  window_end: string | null
  /** `times`: at these times of the day. */
  times: string[] | null
  /** `once`: `YYYY-MM-DDTHH:MM`. */
  at: string | null
  /** 1 is Monday. A window belongs to the day on which it starts. */
  weekdays: number[]
  /** First and last day, both included. */
  from_date: string | null
  until_date: string | null
  /** Days (as for `weekdays`), or single occurrences by their local date and time. */
  exclude: string[]
}

/** A day on a zone's clocks: when it begins, and whether all of its 24 hours follow one another. */
interface Frame {
  start_ms: number
  even: boolean
}

const frames = new Map<string, Frame>()

/**
 * The instants at which a rule is due in [from, to), in order, each once; ms since 1970.
 *
 * Clocks that change: a wall time that does not exist is due at the first instant after the gap; one that comes twice is
 * due the first time; two that fall on the same instant are one.
 * @param rule as it was checked: see `rule-problems.ts`
 * @param timeZone IANA name
 * @param from ms since 1970
 * @param to ms since 1970
 * @throws RangeError for a zone that this runtime does not know
 */
export function occurrencesOf(rule: OccurrenceRule, timeZone: string, from: number, to: number): number[] {
  const due = new Set<number>()
  const add = (day: string, wall_ms: number) => {
    const instant = instantOf(day, wall_ms, timeZone)
    if (instant >= from && instant < to) due.add(instant)
  }
  if (rule.kind === 'once') {
    const [day, time] = rule.at!.split('T') as [string, string]
    if (mayAirOn(rule, day)) add(day, wallMs(time))
  }
  else {
    const wall = wallTimes(rule)
    // A window may have begun the day before, and a day may be missing from a calendar.
    const last = Math.min(dayNumberAt(to, timeZone), LAST_DAY)
    for (let number = Math.max(dayNumberAt(from, timeZone) - 2, FIRST_DAY); number <= last; number++) {
      const day = dayName(number)
      if (!mayAirOn(rule, day)) continue
      const next = dayName(number + 1)
      for (const wall_ms of wall) add(wall_ms < DAY_MS ? day : next, wall_ms % DAY_MS)
    }
  }
  for (const moment of rule.exclude) {
    const [day, time] = moment.split('T') as [string, string | undefined]
    if (time) due.delete(instantOf(day, wallMs(time), timeZone))
  }
  return [...due].sort((a, b) => a - b)
}

/** Whether a rule may be due on a local day: its weekdays, its first and last day, its days off. */
export function mayAirOn({ weekdays, from_date, until_date, exclude }: OccurrenceRule, day: string): boolean {
  return weekdays.includes(weekdayOf(day)) && (!from_date || day >= from_date) && (!until_date || day <= until_date) && !exclude.includes(day)
}

/**
 * The instant at which a zone's clocks show a date and time, ms since 1970: the first of two, or the end of the gap that
 * it lies in.
 * @param day `2026-11-22`
 * @param wall_ms since midnight, less than a day
 * @throws RangeError for a zone that this runtime does not know
 */
export function instantOf(day: string, wall_ms: number, timeZone: string): number {
  const { start_ms, even } = frameOf(day, timeZone)
  if (even) return start_ms + wall_ms
  const wanted = Temporal.PlainDate.from(day).toPlainDateTime(Temporal.PlainTime.from('00:00').add({ milliseconds: wall_ms }))
  const before = wanted.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  if (before.toPlainDateTime().equals(wanted)) return before.epochMilliseconds
  return before.getTimeZoneTransition('next')!.epochMilliseconds
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

/** `18:30` or `18:30:15` in ms since midnight. */
export function wallMs(time: string): number {
  const [hours, minutes, seconds = 0] = time.split(':').map(Number)
  return ((hours! * 60 + minutes!) * 60 + seconds) * 1000
}

function frameOf(day: string, timeZone: string): Frame {
  const key = `${timeZone} ${day}`
  let frame = frames.get(key)
  if (!frame) {
    if (frames.size >= FRAMES_KEPT) frames.clear()
    frame = lookUp(day, timeZone)
    frames.set(key, frame)
  }
  return frame
}

function lookUp(day: string, timeZone: string): Frame {
  const start = Temporal.PlainDate.from(day).toZonedDateTime(timeZone)
  const start_ms = start.epochMilliseconds
  const change = start.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity
  const begins_at_midnight = start.hour + start.minute + start.second === 0 && start.toPlainDate().toString() === day
  return { start_ms, even: begins_at_midnight && change >= start_ms + DAY_MS }
}

/** The local day of an instant, in days since 1970-01-01. */
function dayNumberAt(instant: number, timeZone: string): number {
  const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone)
  return Date.UTC(year, month - 1, day) / DAY_MS
}

/** The day of a calendar that is so many days after 1970-01-01. */
const dayName = (number: number) => new Date(number * DAY_MS).toISOString().slice(0, 10)

/** 1 is Monday. */
const weekdayOf = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay() || 7
