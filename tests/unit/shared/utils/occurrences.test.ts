import { describe, expect, it } from 'vitest'
import { occurrencesOf, type OccurrenceRule } from '../../../../shared/utils/occurrences'

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const NOTHING = { interval_minutes: null, window_start: null, window_end: null, times: null, at: null, weekdays: EVERY_DAY, from_date: null, until_date: null, exclude: [] }
const every = (interval_minutes: number, window_start: string, window_end: string, more: Partial<OccurrenceRule> = {}): OccurrenceRule =>
  ({ ...NOTHING, kind: 'interval', interval_minutes, window_start, window_end, ...more })
const times = (list: string[], more: Partial<OccurrenceRule> = {}): OccurrenceRule => ({ ...NOTHING, kind: 'times', times: list, ...more })
const once = (at: string, more: Partial<OccurrenceRule> = {}): OccurrenceRule => ({ ...NOTHING, kind: 'once', at, ...more })

/** Due instants between two, as ISO 8601 without what is always zero. */
const due = (rule: OccurrenceRule, zone: string, from: string, to: string) =>
  occurrencesOf(rule, { time_zone: zone }, Date.parse(from), Date.parse(to)).map(ms => new Date(ms).toISOString().replace(':00.000Z', 'Z'))

describe('an interval', () => {
  it('is anchored to the start of its window, and includes the end', () => {
    expect(due(every(30, '09:00', '10:30'), 'UTC', '2026-06-01T00:00Z', '2026-06-02T00:00Z')).toEqual(['2026-06-01T09:00Z', '2026-06-01T09:30Z', '2026-06-01T10:00Z', '2026-06-01T10:30Z'])
  })

  it('begins anew every day, whatever is left over', () => {
    expect(due(every(50, '09:00', '10:30'), 'UTC', '2026-06-01T00:00Z', '2026-06-03T00:00Z')).toEqual(['2026-06-01T09:00Z', '2026-06-01T09:50Z', '2026-06-02T09:00Z', '2026-06-02T09:50Z'])
  })

  it('has no drift over a year of changing clocks', () => {
    const zone = 'Europe/Madrid'
    const all = occurrencesOf(every(30, '09:00', '21:00'), { time_zone: zone }, Date.parse('2025-12-31T23:00Z'), Date.parse('2026-12-31T23:00Z'))
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
    expect(all).toHaveLength(365 * 25)
    expect(new Set(all.map(ms => clock.format(ms))).size).toBe(25)
  })

  it('belongs to the day on which its window starts, when that goes on after midnight', () => {
    const friday = every(60, '22:00', '01:00', { weekdays: [5] })
    expect(due(friday, 'Europe/Madrid', '2026-06-04T00:00Z', '2026-06-08T00:00Z')).toEqual(['2026-06-05T20:00Z', '2026-06-05T21:00Z', '2026-06-05T22:00Z', '2026-06-05T23:00Z'])
    expect(due({ ...friday, exclude: ['2026-06-06'] }, 'Europe/Madrid', '2026-06-04T00:00Z', '2026-06-08T00:00Z')).toHaveLength(4)
    expect(due({ ...friday, exclude: ['2026-06-05'] }, 'Europe/Madrid', '2026-06-04T00:00Z', '2026-06-08T00:00Z')).toEqual([])
    expect(due({ ...friday, until_date: '2026-06-05' }, 'Europe/Madrid', '2026-06-05T22:00Z', '2026-06-08T00:00Z')).toEqual(['2026-06-05T22:00Z', '2026-06-05T23:00Z'])
  })
})

describe('a rule', () => {
  it('includes the beginning of what is asked for, and not the end', () => {
    expect(due(times(['09:00', '10:00']), 'UTC', '2026-06-01T09:00Z', '2026-06-01T10:00Z')).toEqual(['2026-06-01T09:00Z'])
    expect(due(times(['09:00']), 'UTC', '2026-06-01T10:00Z', '2026-06-01T09:00Z')).toEqual([])
  })

  it('holds on its weekdays from its first day to its last', () => {
    const rule = times(['12:00'], { weekdays: [1, 7], from_date: '2026-06-07', until_date: '2026-06-14' })
    expect(due(rule, 'UTC', '2026-05-01T00:00Z', '2026-08-01T00:00Z')).toEqual(['2026-06-07T12:00Z', '2026-06-08T12:00Z', '2026-06-14T12:00Z'])
  })

  it('leaves out days, and single occurrences by their local time', () => {
    const rule = times(['09:00', '18:30:20'], { exclude: ['2026-06-02', '2026-06-03T09:00', '2026-06-04T18:30:20'] })
    expect(occurrencesOf(rule, { time_zone: 'Asia/Tokyo' }, Date.parse('2026-06-01T15:00Z'), Date.parse('2026-06-04T15:00Z')).map(ms => new Date(ms).toISOString()))
      .toEqual(['2026-06-03T09:30:20.000Z', '2026-06-04T00:00:00.000Z'])
  })

  it('of one occurrence is due on its day, to the second', () => {
    expect(occurrencesOf(once('2026-06-01T18:30:07'), { time_zone: 'America/Bogota' }, 0, Date.parse('2030-01-01T00:00Z'))).toEqual([Date.parse('2026-06-01T23:30:07Z')])
    expect(due(once('2026-06-01T18:30', { exclude: ['2026-06-01'] }), 'UTC', '2026-01-01T00:00Z', '2027-01-01T00:00Z')).toEqual([])
    expect(due(once('2026-06-01T18:30', { exclude: ['2026-06-01T18:30'] }), 'UTC', '2026-01-01T00:00Z', '2027-01-01T00:00Z')).toEqual([])
  })

  it.each(['1970-01-01', '9999-12-30'])('is due on %s too', (day) => {
    expect(due(once(`${day}T12:00`), 'UTC', `${day}T00:00Z`, `${day}T23:59Z`)).toEqual([`${day}T12:00Z`])
  })

  it.each([['0001-01-01T00:00:00Z', '0001-02-01T00:00:00Z'], ['9999-12-29T12:00:00Z', '9999-12-31T23:59:59Z']])('is asked for from %s to %s, and no harm is done', (from, to) => {
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      expect(() => due(every(60, '22:00', '02:00'), zone, from, to)).not.toThrow()
    }
    expect(due(times(['12:00']), 'UTC', '9999-12-29T12:00:00Z', '9999-12-30T23:00:00Z')).toHaveLength(2)
    expect(due(times(['12:00'], { weekdays: [1] }), 'UTC', '1969-12-22T00:00:00Z', '1969-12-29T00:00:00Z')).toEqual(['1969-12-22T12:00Z'])
  })

  it('knows a zone by its older name, and refuses one that does not exist', () => {
    expect(due(times(['12:00']), 'Asia/Calcutta', '2026-06-01T00:00Z', '2026-06-02T00:00Z')).toEqual(['2026-06-01T06:30Z'])
    expect(() => due(times(['12:00']), 'Mars/Olympus', '2026-06-01T00:00Z', '2026-06-02T00:00Z')).toThrow(RangeError)
  })
})

// Wall times that do not exist: the first instant after the gap; that come twice: the first; two on one instant: one.
describe('a night on which the clocks change', () => {
  const nights: [name: string, zone: string, rule: OccurrenceRule, from: string, to: string, due: string[]][] = [
    ['forward in Madrid', 'Europe/Madrid', times(['01:59', '02:00', '02:30', '03:15']), '2026-03-29T00:00Z', '2026-03-29T12:00Z', ['2026-03-29T00:59Z', '2026-03-29T01:00Z', '2026-03-29T01:15Z']],
    ['back in Madrid', 'Europe/Madrid', times(['01:30', '02:00', '02:30', '03:00']), '2026-10-24T22:00Z', '2026-10-25T12:00Z', ['2026-10-24T23:30Z', '2026-10-25T00:00Z', '2026-10-25T00:30Z', '2026-10-25T02:00Z']],
    ['an interval, forward in New York', 'America/New_York', every(30, '01:00', '04:00'), '2026-03-08T05:00Z', '2026-03-08T20:00Z', ['2026-03-08T06:00Z', '2026-03-08T06:30Z', '2026-03-08T07:00Z', '2026-03-08T07:30Z', '2026-03-08T08:00Z']],
    ['an interval, back in New York', 'America/New_York', every(30, '01:00', '02:00'), '2026-11-01T04:00Z', '2026-11-01T20:00Z', ['2026-11-01T05:00Z', '2026-11-01T05:30Z', '2026-11-01T07:00Z']],
    ['half an hour, forward on Lord Howe', 'Australia/Lord_Howe', times(['02:00', '02:15', '02:30']), '2026-10-03T10:00Z', '2026-10-04T10:00Z', ['2026-10-03T15:30Z']],
    ['half an hour, back on Lord Howe', 'Australia/Lord_Howe', times(['01:30', '01:45', '02:00']), '2026-04-04T10:00Z', '2026-04-05T10:00Z', ['2026-04-04T14:30Z', '2026-04-04T14:45Z', '2026-04-04T15:30Z']],
    ['at midnight, forward in Santiago', 'America/Santiago', times(['00:00', '00:30', '01:00', '23:30']), '2026-09-05T12:00Z', '2026-09-06T12:00Z', ['2026-09-06T03:30Z', '2026-09-06T04:00Z']],
    ['at midnight, back in Santiago', 'America/Santiago', times(['23:30', '00:00']), '2026-04-04T12:00Z', '2026-04-05T12:00Z', ['2026-04-05T02:30Z', '2026-04-05T04:00Z']],
    ['at midnight, forward in Cairo', 'Africa/Cairo', times(['00:00', '01:00']), '2026-04-23T12:00Z', '2026-04-24T12:00Z', ['2026-04-23T22:00Z']],
    ['a day that Samoa left out', 'Pacific/Apia', times(['10:00']), '2011-12-29T00:00Z', '2011-12-31T00:00Z', ['2011-12-29T20:00Z', '2011-12-30T10:00Z', '2011-12-30T20:00Z']],
    ['an exclusion inside the gap', 'Europe/Madrid', times(['02:30', '04:00'], { exclude: ['2026-03-29T02:30'] }), '2026-03-29T00:00Z', '2026-03-29T12:00Z', ['2026-03-29T02:00Z']],
    ['an exclusion of what comes twice', 'Europe/Madrid', times(['02:30'], { exclude: ['2026-10-25T02:30'] }), '2026-10-24T12:00Z', '2026-10-25T12:00Z', []],
    ['once, inside the gap', 'Europe/London', once('2026-03-29T01:20'), '2026-03-29T00:00Z', '2026-03-30T00:00Z', ['2026-03-29T01:00Z']],
    ['a window over the midnight before', 'Europe/Madrid', every(60, '23:00', '03:00', { weekdays: [6] }), '2026-03-28T12:00Z', '2026-03-29T12:00Z', ['2026-03-28T22:00Z', '2026-03-28T23:00Z', '2026-03-29T00:00Z', '2026-03-29T01:00Z']],
  ]
  it.each(nights)('%s', (_, zone, rule, from, to, expected) => {
    expect(due(rule, zone, from, to)).toEqual(expected)
  })
})
