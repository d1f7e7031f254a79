import { Cron } from 'croner'
import rrule from 'rrule'
import type { OccurrenceRule } from '../../../shared/utils/occurrences'
import { DAY_MS, wallMs } from '../../../shared/utils/wall-clock'

const { RRule } = rrule
const MARGIN_MS = 3 * DAY_MS
const RRULE_DAYS = [RRule.MO, RRule.TU, RRule.WE, RRule.TH, RRule.FR, RRule.SA, RRule.SU]

/** When a rule is due in [from, to), ms since 1970, in order. */
export type Calendar = (rule: OccurrenceRule, zone: string, from: number, to: number) => number[]

/** Times of a rule that have minute and second in common, and go on so many days after that on which they count. */
interface Series {
  later: number
  second: number
  minute: number
  hours: number[]
}

/**
 * rrule.js as its users write such rules: daily, by hours and minutes, in the zone. What it says is right only where the
 * process itself lives in UTC.
 */
export const byRRule: Calendar = (rule, zone, from, to) => collect(rule, zone, from, to, ({ later, second, minute, hours }, weekdays) => {
  const series = new RRule({
    freq: RRule.DAILY, dtstart: new Date(Math.floor((from - MARGIN_MS) / DAY_MS) * DAY_MS), until: new Date(to + MARGIN_MS), tzid: zone,
    byweekday: weekdays.map(weekday => RRULE_DAYS[(weekday - 1 + later) % 7]!), byhour: hours, byminute: [minute], bysecond: [second],
  })
  return series.all().map(date => date.getTime())
})

/** croner as its users write such rules: one pattern for each minute of the hour. */
export const byCroner: Calendar = (rule, zone, from, to) => collect(rule, zone, from, to, ({ later, second, minute, hours }, weekdays) => {
  const cron = new Cron(`${second} ${minute} ${hours.join()} * * ${weekdays.map(weekday => (weekday + later) % 7).join()}`, { timezone: zone, paused: true })
  const found: number[] = []
  for (let next = cron.nextRun(new Date(from - 1)); next && next.getTime() < to; next = cron.nextRun(next)) found.push(next.getTime())
  return found
})

/** What neither knows is done around them: the days of a rule, and what is excluded. */
function collect(rule: OccurrenceRule, zone: string, from: number, to: number, due: (series: Series, weekdays: number[]) => number[]): number[] {
  const found = new Set<number>()
  const clock = clockOf(zone)
  for (const series of seriesOf(rule)) {
    for (const instant of due(series, rule.kind === 'once' ? [1, 2, 3, 4, 5, 6, 7] : rule.weekdays)) {
      if (instant < from || instant >= to) continue
      const wall = clock(instant)
      const day = dayBefore(wall, series.later)
      const off = (rule.from_date && day < rule.from_date) || (rule.until_date && day > rule.until_date) || rule.exclude.some(excluded => excluded === day || isMoment(excluded, wall))
      if (!off && (rule.kind !== 'once' || (isMoment(rule.at!, wall) && rule.weekdays.includes(new Date(`${day}T00:00Z`).getUTCDay() || 7)))) found.add(instant)
    }
  }
  return [...found].sort((a, b) => a - b)
}

function seriesOf(rule: OccurrenceRule): Series[] {
  const found = new Map<string, Series>()
  for (const wall of wallsOf(rule)) {
    const [later, second, minute, hour] = [Math.floor(wall / DAY_MS), Math.floor(wall / 1000) % 60, Math.floor(wall / 60_000) % 60, Math.floor(wall / 3_600_000) % 24]
    const key = `${later} ${minute} ${second}`
    const series = found.get(key) ?? { later, second, minute, hours: [] }
    series.hours.push(hour)
    found.set(key, series)
  }
  return [...found.values()]
}

/** The wall times of a rule in ms since the midnight of its day. */
function wallsOf({ kind, times, at, window_start, window_end, interval_minutes }: OccurrenceRule): number[] {
  if (kind === 'times') return times!.map(wallMs)
  if (kind === 'once') return [wallMs(at!.split('T')[1]!)]
  const [first, end] = [wallMs(window_start!), wallMs(window_end!)]
  const walls: number[] = []
  for (let wall = first; wall <= (end < first ? end + DAY_MS : end); wall += interval_minutes! * 60_000) walls.push(wall)
  return walls
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** What a zone's clocks show: `2026-11-22T18:30:00`. */
function clockOf(timeZone: string): (instant: number) => string {
  const format = clocks.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  clocks.set(timeZone, format)
  return instant => format.format(instant).replace(' ', 'T')
}

const isMoment = (moment: string, wall: string) => moment.includes('T') && (moment.length < 19 ? `${moment}:00` : moment) === wall
const dayBefore = (wall: string, days: number) => new Date(Date.parse(`${wall.slice(0, 10)}T00:00Z`) - days * DAY_MS).toISOString().slice(0, 10)
