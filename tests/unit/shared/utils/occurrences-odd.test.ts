import { describe, expect, it } from 'vitest'
import { NewScheduleSchema } from '../../../../shared/schemas/schedule'
import { momentsOf, occurrencesOf, type OccurrencePlace, type OccurrenceRule } from '../../../../shared/utils/occurrences'
import { ruleProblems } from '../../../../shared/utils/rule-problems'

const rule = (about: Partial<OccurrenceRule>): OccurrenceRule => ({
  kind: 'times', interval_minutes: null, window_start: null, window_end: null, times: ['12:00'], at: null, weekdays: [1, 2, 3, 4, 5, 6, 7], from_date: null, until_date: null, exclude: [], ...about,
})
const due = (about: Partial<OccurrenceRule>, place: OccurrencePlace, from: string, to: string) =>
  occurrencesOf(rule(about), place, Date.parse(from), Date.parse(to)).map(ms => new Date(ms).toISOString().replace(':00.000Z', 'Z'))
const codes = (about: Partial<OccurrenceRule>) => ruleProblems(rule(about)).map(({ code, path }) => [code, path])
const asked = (about: object) => NewScheduleSchema.safeParse({ audio_id: '0190b2c4-0000-7000-8000-000000000001', kind: 'times', times: ['12:00'], ...about })
/** The fields that are refused. */
const refused = (about: object) => [...new Set(asked(about).error?.issues.map(({ path }) => path.join('.')))]

describe('by opening hours', () => {
  const shop: OccurrencePlace = {
    time_zone: 'Europe/Madrid',
    opening_hours: { 1: [['09:00', '14:00'], ['17:00', '21:00']], 5: [['20:00', '02:00']], 7: [['01:00', '04:00']] },
    opening_exceptions: [{ date: '2026-11-30', name: 'Inventario', hours: [['10:00', '12:00']] }],
  }
  const closing = { kind: 'opening', times: null, opening_edge: 'closes', opening_offset_minutes: -15 } as const
  const opening = { ...closing, opening_edge: 'opens', opening_offset_minutes: 5 } as const

  it('it is due at each opening or closing of a day, and on exceptions by theirs', () => {
    expect(due(closing, shop, '2026-11-23T00:00Z', '2026-11-24T00:00Z')).toEqual(['2026-11-23T12:45Z', '2026-11-23T19:45Z'])
    expect(due(opening, shop, '2026-11-23T00:00Z', '2026-11-24T00:00Z')).toEqual(['2026-11-23T08:05Z', '2026-11-23T16:05Z'])
    expect(due(closing, shop, '2026-11-30T00:00Z', '2026-12-01T00:00Z')).toEqual(['2026-11-30T10:45Z'])
  })

  it('a night belongs to the day on which it opens', () => {
    expect(due({ ...closing, weekdays: [5] }, shop, '2026-11-27T00:00Z', '2026-11-29T00:00Z')).toEqual(['2026-11-28T00:45Z'])
    expect(due({ ...closing, weekdays: [6] }, shop, '2026-11-27T00:00Z', '2026-11-29T00:00Z')).toEqual([])
    expect(due({ ...closing, exclude: ['2026-11-27'] }, shop, '2026-11-27T00:00Z', '2026-11-29T00:00Z')).toEqual([])
  })

  it('the offset is of real minutes, also in the night on which clocks change', () => {
    // Open from 01:00 to 04:00, of which an hour is missing, or comes twice.
    expect(due({ ...opening, opening_offset_minutes: 90 }, shop, '2026-03-29T00:00Z', '2026-03-29T12:00Z')).toEqual(['2026-03-29T01:30Z'])
    expect(due({ ...closing, opening_offset_minutes: -150 }, shop, '2026-10-24T22:00Z', '2026-10-25T12:00Z')).toEqual(['2026-10-25T00:30Z'])
  })

  it('it is found however far the offset takes it from its day', () => {
    expect(due({ ...closing, opening_offset_minutes: 720 }, shop, '2026-11-24T00:00Z', '2026-11-25T00:00Z')).toEqual(['2026-11-24T01:00Z', '2026-11-24T08:00Z'])
    expect(due({ ...opening, opening_offset_minutes: -720 }, shop, '2026-11-22T20:00Z', '2026-11-23T00:00Z')).toEqual(['2026-11-22T20:00Z'])
  })

  it('it is never due where nobody has said when it is open, nor where it never is', () => {
    expect(due(closing, { time_zone: 'UTC' }, '2026-01-01T00:00Z', '2027-01-01T00:00Z')).toEqual([])
    expect(due(closing, { time_zone: 'UTC', opening_hours: {} }, '2026-01-01T00:00Z', '2027-01-01T00:00Z')).toEqual([])
  })
})

describe('holidays', () => {
  const place: OccurrencePlace = { time_zone: 'UTC', holidays: new Map([['2026-12-25', ['ES 12-25']], ['2026-12-26', ['ES 12-26', 'own Fiesta']]]) }
  const days = (skip_holidays: string[]) => due({ skip_holidays }, place, '2026-12-24T00:00Z', '2026-12-28T00:00Z').map(instant => instant.slice(8, 10))

  it('are skipped by name, all of them, or not at all', () => {
    expect(days(['ES 12-25'])).toEqual(['24', '26', '27'])
    expect(days(['own Fiesta', 'nothing that is known'])).toEqual(['24', '25', '27'])
    expect(days(['*'])).toEqual(['24', '27'])
    expect(days([])).toEqual(['24', '25', '26', '27'])
  })

  it('a window that goes on after midnight is of the day on which it began', () => {
    const night: Partial<OccurrenceRule> = { kind: 'interval', times: null, interval_minutes: 60, window_start: '23:00', window_end: '01:00', skip_holidays: ['ES 12-25'] }
    expect(due(night, place, '2026-12-24T12:00Z', '2026-12-26T12:00Z')).toEqual(['2026-12-24T23:00Z', '2026-12-25T00:00Z', '2026-12-25T01:00Z'])
  })
})

describe('what is odd', () => {
  it('is refused where it is no rule: an interval of nothing, days and times that no calendar has, zones that do not exist', () => {
    for (const interval_minutes of [0, -5, 1.5, 1441, NaN]) expect(refused({ kind: 'interval', times: null, interval_minutes, window_start: '09:00', window_end: '21:00' })).toEqual(['interval_minutes'])
    for (const day of ['2026-02-30', '2026-02-29', '2100-02-29', '2026-13-01', '2026-00-10', '1969-12-31', '9999-12-31', '10000-01-01', '']) expect(refused({ from_date: day })).toEqual(['from_date'])
    for (const at of ['2026-02-30T12:00', '2026-06-01T24:00', '2026-06-01', '2026-06-01T12:00Z', '2026-06-01T12:60']) expect(refused({ kind: 'once', times: null, at })).toEqual(['at'])
    for (const time of ['24:00', '9:00', '12:60', '12:00:60', 'noon']) expect(refused({ times: [time] })).toEqual(['times.0'])
    for (const time_zone of ['Mars/Olympus', 'Europe/Madridd', '', 'Europe/']) expect(refused({ time_zone })).toEqual(['time_zone'])
    expect(refused({ weekdays: [] })).toEqual(['weekdays'])
    expect(refused({ weekdays: [0] })).toEqual(['weekdays.0'])
    for (const day of ['1970-01-01', '2024-02-29', '9999-12-30']) expect(refused({ from_date: day, until_date: day })).toEqual([])
  })

  it('is named where it can never be due', () => {
    expect(codes({ kind: 'interval', interval_minutes: 30, window_start: '09:00', window_end: '09:00' })).toEqual([['window_empty', 'window_end']])
    expect(codes({ kind: 'interval', interval_minutes: 30 })).toEqual([['rule_incomplete', 'window_start'], ['rule_incomplete', 'window_end']])
    expect(codes({ from_date: '2026-06-02', until_date: '2026-06-01' })).toEqual([['dates_reversed', 'until_date']])
    expect(codes({ from_date: '2026-06-01', until_date: '2026-06-01', weekdays: [2] })).toEqual([['never_due', 'weekdays']])
    expect(codes({ from_date: '9999-12-30', until_date: '9999-12-30', exclude: ['9999-12-30'] })).toEqual([['never_due', 'weekdays']])
    // What lies in the past is a rule all the same.
    expect(codes({ from_date: '1970-01-01', until_date: '1970-01-02' })).toEqual([])
  })

  it('a window that ends before it starts goes on after midnight; one that is longer than its interval is due once', () => {
    expect(due({ kind: 'interval', interval_minutes: 120, window_start: '21:00', window_end: '02:59' }, { time_zone: 'UTC' }, '2026-06-01T12:00Z', '2026-06-02T12:00Z')).toEqual(['2026-06-01T21:00Z', '2026-06-01T23:00Z', '2026-06-02T01:00Z'])
    expect(due({ kind: 'interval', interval_minutes: 1440, window_start: '09:00', window_end: '21:00' }, { time_zone: 'UTC' }, '2026-06-01T00:00Z', '2026-06-03T00:00Z')).toEqual(['2026-06-01T09:00Z', '2026-06-02T09:00Z'])
  })

  it('1,440 times a day is every minute, by an interval as by times, and on a day of 23 or 25 hours none is due twice', () => {
    const minutes = Array.from({ length: 1440 }, (_, minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`)
    expect(asked({ times: minutes }).success).toBe(true)
    expect(refused({ times: [...minutes, '00:00:30'] })).toEqual(['times'])
    const by_interval = { kind: 'interval', interval_minutes: 1, window_start: '00:00', window_end: '23:59' } as const
    const place = { time_zone: 'Europe/Madrid' }
    for (const [from, to, most] of [['2026-06-01T22:00Z', '2026-06-02T22:00Z', 1440], ['2026-03-28T23:00Z', '2026-03-29T22:00Z', 1380], ['2026-10-24T22:00Z', '2026-10-25T23:00Z', 1440]] as const) {
      const all = due({ times: minutes }, place, from, to)
      expect(all).toHaveLength(most)
      expect(new Set(all).size).toBe(most)
      expect(due(by_interval, place, from, to)).toEqual(all)
    }
  })

  it.each([['Europe/Kiev', 'Europe/Kyiv'], ['US/Pacific', 'America/Los_Angeles'], ['Asia/Calcutta', 'Asia/Kolkata'], ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'], ['Asia/Saigon', 'Asia/Ho_Chi_Minh']])('a zone that was renamed is the same under both names: %s, %s', (old, name) => {
    expect([refused({ time_zone: old }), refused({ time_zone: name })]).toEqual([[], []])
    const times = { times: ['00:30', '02:30', '12:00'] }
    const all = due(times, { time_zone: name }, '2026-01-01T00:00Z', '2027-01-01T00:00Z')
    expect(due(times, { time_zone: old }, '2026-01-01T00:00Z', '2027-01-01T00:00Z')).toEqual(all)
    expect(all.length).toBeGreaterThan(1090)
  })

  it('February 29 comes when the year has one', () => {
    const leap = { kind: 'once', times: null, at: '2028-02-29T12:00' } as const
    expect(due(leap, { time_zone: 'UTC' }, '2028-01-01T00:00Z', '2029-01-01T00:00Z')).toEqual(['2028-02-29T12:00Z'])
    expect(due({ from_date: '2028-02-28', until_date: '2028-03-01' }, { time_zone: 'UTC' }, '2028-02-01T00:00Z', '2028-04-01T00:00Z')).toHaveLength(3)
    expect(due({ from_date: '2100-02-28', until_date: '2100-03-01' }, { time_zone: 'UTC' }, '2100-02-01T00:00Z', '2100-04-01T00:00Z')).toHaveLength(2)
  })

  it('a span that is empty, reversed or beyond all calendars holds nothing, and costs nothing', () => {
    const now = Date.parse('2026-06-01T00:00Z')
    for (const [from, to] of [[now, now], [now, now - 1], [Date.parse('9999-12-31T12:00Z'), 8.64e15]] as const) expect(momentsOf(rule({}), { time_zone: 'UTC' }, from, to)).toEqual([])
  })
})
