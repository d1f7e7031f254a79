import { RRuleTemporal } from 'rrule-temporal'
import { Temporal } from 'temporal-polyfill'
import { expect, it } from 'vitest'
import { occurrencesOf, type OccurrenceRule } from '../../../../shared/utils/occurrences'
import { DAY_MS, wallMs } from '../../../../shared/utils/wall-clock'
import { occurrenceVectors, type OccurrenceVector } from '../../../fixtures/occurrence-vectors'

const ours = ({ rule, zone, from, to }: OccurrenceVector) => occurrencesOf(rule, { time_zone: zone }, from, to)
const told = (instants: number[]) => instants.map(instant => new Date(instant).toISOString())

it('agrees with Python\'s zoneinfo on 2,500 random rules over 26 zones', () => {
  expect(occurrenceVectors).toHaveLength(2500)
  expect(occurrenceVectors.filter(({ due }) => due.length > 0).length).toBeGreaterThan(2250)
  expect(new Set(occurrenceVectors.map(({ zone }) => zone)).size).toBe(26)
  for (const year of ['1970', '1972', '2400', '9999']) expect(occurrenceVectors.some(({ due }) => due.some(instant => new Date(instant).toISOString().startsWith(year)))).toBe(true)
  expect(occurrenceVectors.some(({ due }) => due.some(instant => new Date(instant).toISOString().includes('-02-29')))).toBe(true)
  expect(occurrenceVectors.filter(({ rule }) => rule.kind === 'interval' && rule.window_end! < rule.window_start!).length).toBeGreaterThan(200)
  const wrong = occurrenceVectors.filter(vector => JSON.stringify(ours(vector)) !== JSON.stringify(vector.due))
  expect(wrong.map(vector => ({ ...vector, got: told(ours(vector)), due: told(vector.due) }))).toEqual([])
})

// It leaves out what does not exist (RFC 5545), where we air after the gap: that is looked at by itself. It is an hour off where
// clocks were changed for Ramadan, and zoneinfo agrees with us.
it('agrees with rrule-temporal, but for what falls into a gap: that is due at its end', () => {
  let compared = 0
  let after_a_gap = 0
  const otherwise = new Map<string, number>()
  for (const vector of occurrenceVectors.filter(({ rule, from }) => rule.kind !== 'once' && wallsOf(rule).length <= 14 && from > 0 && from < Date.parse('2100-01-01'))) {
    const walls = new Set(wallsOf(vector.rule).map(wall => wall % DAY_MS))
    const [exact, moved] = [[] as number[], [] as number[]]
    for (const instant of ours(vector)) (walls.has(clockOf(instant, vector.zone)) ? exact : moved).push(instant)
    if (told(exact).join() !== told(byRRule(vector)).join()) otherwise.set(vector.zone, (otherwise.get(vector.zone) ?? 0) + 1)
    for (const instant of moved) expect(Temporal.Instant.fromEpochMilliseconds(instant - 1).toZonedDateTimeISO(vector.zone).getTimeZoneTransition('next')!.epochMilliseconds).toBe(instant)
    compared += exact.length
    after_a_gap += moved.length
  }
  expect([...otherwise.keys()].filter(zone => zone !== 'Africa/Casablanca' && zone !== 'Africa/Cairo')).toEqual([])
  expect(compared).toBeGreaterThan(2000)
  expect(after_a_gap).toBeGreaterThan(20)
}, 120_000)

/** The wall times of a rule in ms since the midnight of its day. */
function wallsOf({ kind, times, window_start, window_end, interval_minutes }: OccurrenceRule): number[] {
  if (kind === 'times') return times!.map(wallMs)
  const [first, end] = [wallMs(window_start!), wallMs(window_end!)]
  const walls: number[] = []
  for (let wall = first; wall <= (end < first ? end + DAY_MS : end); wall += interval_minutes! * 60_000) walls.push(wall)
  return walls
}

function clockOf(instant: number, zone: string): number {
  const { hour, minute, second } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
  return ((hour * 60 + minute) * 60 + second) * 1000
}

/** The same by recurrence rules: one for each time of the day. */
function byRRule({ rule, zone, from, to }: OccurrenceVector): number[] {
  const found = new Set<number>()
  for (const wall of wallsOf(rule)) {
    // What is after midnight is of the day before.
    const later = Math.floor(wall / DAY_MS)
    const moment = wall % DAY_MS
    const [byHour, byMinute, bySecond] = [Math.floor(moment / 3_600_000), Math.floor(moment / 60_000) % 60, Math.floor(moment / 1000) % 60]
    const dtstart = Temporal.Instant.fromEpochMilliseconds(from - 5 * DAY_MS).toZonedDateTimeISO(zone).with({ hour: 12, minute: 0, second: 0, millisecond: 0 }).with({ hour: byHour!, minute: byMinute!, second: bySecond! })
    const days = rule.weekdays.map(weekday => (['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const)[(weekday - 1 + later) % 7]!)
    const series = new RRuleTemporal({ freq: 'DAILY', byDay: days, byHour: [byHour!], byMinute: [byMinute!], bySecond: [bySecond!], dtstart: dtstart as never, tzid: zone })
    for (const due of series.between(new Date(from - 1000), new Date(to), true)) {
      const { epochMilliseconds } = due
      const day = due.toPlainDate().subtract({ days: later }).toString()
      const off = (rule.from_date && day < rule.from_date) || (rule.until_date && day > rule.until_date) || rule.exclude.includes(day)
        || rule.exclude.some(excluded => excluded.includes('T') && Temporal.PlainDateTime.from(excluded).equals(due.toPlainDateTime().toString()))
      if (!off && epochMilliseconds >= from && epochMilliseconds < to) found.add(epochMilliseconds)
    }
  }
  return [...found].sort((a, b) => a - b)
}
