import type { WallClock } from '../../shared/protocol'

const two = (n: number) => (n < 10 ? `0${n}` : String(n))

/**
 * HH:MM of an instant on the wall of a store. The server tells how far the store is from UTC: the time-zone data of a
 * television is as old as the set.
 * @param ms since 1970, server's time
 * @param clock null until the server has told: the device's own zone stands in
 */
export function wallClock(ms: number, clock: WallClock | null): string {
  const changed = clock && clock.changes_at && ms >= Date.parse(clock.changes_at)
  const offset = clock ? (changed && clock.next_utc_offset_minutes !== null ? clock.next_utc_offset_minutes : clock.utc_offset_minutes) : -new Date(ms).getTimezoneOffset()
  const date = new Date(ms + offset * 60_000)
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}
