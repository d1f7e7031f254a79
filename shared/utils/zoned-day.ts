const DAY_MS = 86_400_000

/** To make one costs far more than to use it. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(time_zone: string): Intl.DateTimeFormat {
  const format = formats.get(time_zone) ?? new Intl.DateTimeFormat('en-US', {
    timeZone: time_zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  })
  formats.set(time_zone, format)
  return format
}

/** How far a zone's clocks are ahead of UTC at an instant, ms. */
function offsetAt(instant_ms: number, time_zone: string): number {
  const parts = formatOf(time_zone).formatToParts(instant_ms)
  const of = (type: string) => Number(parts.find(part => part.type === type)!.value)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - Math.floor(instant_ms / 1000) * 1000
}

/** The instant at which a day (`2026-11-22`) begins on a zone's clocks. */
export function startOfDay(day: string, time_zone: string): Date {
  const utc_ms = Date.parse(`${day}T00:00:00Z`)
  const first = utc_ms - offsetAt(utc_ms, time_zone)
  // Clocks may have been changed between midnight there and midnight in UTC.
  return new Date(utc_ms - offsetAt(first, time_zone))
}

/** The last millisecond of a day on a zone's clocks. */
export function endOfDay(day: string, time_zone: string): Date {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10)
  return new Date(startOfDay(next, time_zone).getTime() - 1)
}

/** The day (`2026-11-22`) that an instant falls on, on a zone's clocks. */
export function dayOf(instant: string, time_zone: string): string {
  const instant_ms = Date.parse(instant)
  return new Date(instant_ms + offsetAt(instant_ms, time_zone)).toISOString().slice(0, 10)
}
