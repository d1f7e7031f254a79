import { Temporal } from 'temporal-polyfill'

/** Days here are those of a calendar: `dayNumber` × `DAY_MS` is their midnight in UTC. */
export const DAY_MS = 86_400_000
/** What was looked up of days, at most: some months of every zone. */
const FRAMES_KEPT = 20_000

/** A day on a zone's clocks: when it begins, and whether all of its 24 hours follow one another. */
interface Frame {
  start_ms: number
  even: boolean
}

const frames = new Map<string, Frame>()
const names = new Map<number, string>()

/**
 * The instant at which a zone's clocks show a date and time, ms since 1970: the first of two, or the end of the gap that
 * it lies in.
 * @param day `2026-11-22`
 * @param wall_ms since midnight, less than a day
 * @throws RangeError for a zone that this runtime does not know
 */
export function instantOf(day: string, wall_ms: number, timeZone: string): number {
  return instantsOf(day, timeZone)(wall_ms)
}

/** {@link instantOf} for many times of a day. */
export function instantsOf(day: string, timeZone: string): (wall_ms: number) => number {
  const { start_ms, even } = frameOf(day, timeZone)
  return even ? wall_ms => start_ms + wall_ms : wall_ms => unevenInstant(day, wall_ms, timeZone)
}

function unevenInstant(day: string, wall_ms: number, timeZone: string): number {
  const wanted = Temporal.PlainDate.from(day).toPlainDateTime(Temporal.PlainTime.from('00:00').add({ milliseconds: wall_ms }))
  const before = wanted.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  if (before.toPlainDateTime().equals(wanted)) return before.epochMilliseconds
  return before.getTimeZoneTransition('next')!.epochMilliseconds
}

/** `18:30` or `18:30:15` in ms since midnight. */
export function wallMs(time: string): number {
  const [hours, minutes, seconds = 0] = time.split(':').map(Number)
  return ((hours! * 60 + minutes!) * 60 + seconds) * 1000
}

/** What a zone's clocks show at an instant: `2026-11-22T18:30`, with seconds where there are any. */
export function wallAt(instant: number, timeZone: string): string {
  const shown = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDateTime()
  return shown.toString({ smallestUnit: shown.second ? 'second' : 'minute', roundingMode: 'floor' })
}

/** The local day of an instant, in days since 1970-01-01. */
export function dayNumberAt(instant: number, timeZone: string): number {
  const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone)
  return Date.UTC(year, month - 1, day) / DAY_MS
}

/** The day of a calendar that is so many days after 1970-01-01. */
export function dayName(number: number): string {
  const known = names.get(number)
  if (known) return known
  const name = new Date(number * DAY_MS).toISOString().slice(0, 10)
  if (names.size >= FRAMES_KEPT) names.clear()
  names.set(number, name)
  return name
}

/** 1 is Monday. */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7

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
