import type { WallClock } from '../protocol'

const MINUTE_MS = 60_000
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS
/** No zone waits longer between two changes that it makes every year. */
const LOOK_AHEAD_MS = 57 * WEEK_MS

/**
 * How far the clocks of a zone are from UTC at an instant, and when that changes next: all that a screen needs to show
 * the time without time-zone data of its own.
 * @param timeZone IANA name
 * @param at ms since 1970
 * @throws RangeError for a zone that this runtime does not know
 */
export function wallClockOf(timeZone: string, at: number): WallClock {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
  const offset = (ms: number) => offsetMinutes(format, ms)
  const utc_offset_minutes = offset(at)
  for (let from = at; from < at + LOOK_AHEAD_MS; from += WEEK_MS) {
    if (offset(from + WEEK_MS) === utc_offset_minutes) continue
    const change = firstMinute(from, from + WEEK_MS, ms => offset(ms) !== utc_offset_minutes)
    return { utc_offset_minutes, changes_at: new Date(change).toISOString(), next_utc_offset_minutes: offset(change) }
  }
  return { utc_offset_minutes, changes_at: null, next_utc_offset_minutes: null }
}

/** `GMT+05:30` → 330, `GMT` → 0. Seconds, which only the 19th century knew, are left out. */
function offsetMinutes(format: Intl.DateTimeFormat, ms: number): number {
  const name = format.formatToParts(ms).find(part => part.type === 'timeZoneName')!.value
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(name) ?? ['', '+', '0', '0']
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) || 0
}

/** The first whole minute in (from, to] at which something holds that holds at `to`, and did not at `from`. */
function firstMinute(from: number, to: number, holds: (ms: number) => boolean): number {
  let before = Math.floor(from / MINUTE_MS)
  let after = Math.ceil(to / MINUTE_MS)
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (holds(middle * MINUTE_MS)) after = middle
    else before = middle
  }
  return after * MINUTE_MS
}
