import type { CalendarItem, NewSchedule, Schedule, ScheduleSplit } from '#shared/schemas/schedule'

/** What was done with something on the calendar: by how much its beginning and its end were moved, ms. */
export interface CalendarMove {
  item: CalendarItem
  start_ms: number
  end_ms: number
}

export type MoveScope = ScheduleSplit['scope'] | 'all'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1440
type Patch = Partial<NewSchedule>
type Wall = (instant: string | number, time_zone: string) => string

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
const pad = (value: number) => String(value).padStart(2, '0')

/** `23:30` and 45 minutes: `00:15`. Seconds stay as they are. */
export function timeLater(time: string, minutes: number): string {
  const at = ((minutesOf(time) + minutes) % DAY_MINUTES + DAY_MINUTES) % DAY_MINUTES
  return `${pad(Math.floor(at / 60))}:${pad(at % 60)}${time.slice(5)}`
}

/** Of what was moved on the calendar, what may be meant: the first is the nearest. */
export function scopesOf({ kind, weekdays }: Pick<Schedule, 'kind' | 'weekdays'>, days: number): MoveScope[] {
  if (kind === 'once') return ['all']
  const own: MoveScope = kind === 'interval' ? 'day' : 'this'
  // To another day goes what has its weekdays; what airs every day has nowhere to go, and what follows a store's hours goes with them.
  return days !== 0 && (weekdays.length === 7 || kind === 'opening') ? [own] : [own, 'following', 'all']
}

/** How many days something was moved, on the clocks where it airs. */
export function daysMoved({ item, start_ms }: CalendarMove, wallAt: Wall): number {
  const day = (instant: number) => Date.parse(wallAt(instant, item.time_zone).slice(0, 10)) / 86_400_000
  return day(Date.parse(item.due_at) + start_ms) - day(Date.parse(item.due_at))
}

/**
 * What to change in a schedule so that it is where it was moved to.
 * @param wallAt what a zone's clocks show at an instant: `2026-11-22T18:30`
 */
export function patchOfMove(schedule: Schedule, move: CalendarMove, scope: MoveScope, wallAt: Wall): Patch {
  const { item, start_ms, end_ms } = move
  const [minutes, end_minutes] = [Math.round(start_ms / MINUTE_MS), Math.round(end_ms / MINUTE_MS)]
  const before = wallAt(item.due_at, item.time_zone)
  const after = wallAt(Date.parse(item.due_at) + minutes * MINUTE_MS, item.time_zone)
  const days = daysMoved(move, wallAt)
  if (schedule.kind === 'once' || scope === 'this') return { at: after }
  const weekdays = days === 0 || scope === 'day' ? {} : { weekdays: moveWeekday(schedule.weekdays, before, after) }
  if (schedule.kind === 'opening') return { opening_offset_minutes: (schedule.opening_offset_minutes ?? 0) + minutes }
  if (schedule.kind === 'times') return { ...weekdays, times: [...new Set(schedule.times!.map(time => same(time, before.slice(11)) ? after.slice(11) : time))].sort() }
  const on_day = scope === 'day' && days !== 0 ? { from_date: after.slice(0, 10), until_date: after.slice(0, 10) } : {}
  return { ...weekdays, ...on_day, window_start: timeLater(schedule.window_start!, minutes), window_end: timeLater(schedule.window_end!, end_minutes) }
}

const same = (one: string, other: string) => one.padEnd(8, ':00') === other.padEnd(8, ':00')

function moveWeekday(weekdays: number[], before: string, after: string): number[] {
  const of = (wall: string) => new Date(`${wall.slice(0, 10)}T00:00:00Z`).getUTCDay() || 7
  return [...new Set([...weekdays.filter(day => day !== of(before)), of(after)])].sort()
}
