import { describe, expect, it } from 'vitest'
import { daypartStretches, openingAt, openMs, openStretches, type OpeningTimes } from '../../../../shared/utils/opening'

const HOUR = 3_600_000
const DAILY: OpeningTimes['opening_hours'] = { 1: [['09:00', '21:00']], 2: [['09:00', '21:00']], 3: [['09:00', '21:00']], 4: [['09:00', '21:00']], 5: [['09:00', '21:00']], 6: [['09:00', '21:00']], 7: [['09:00', '21:00']] }
const store = (time_zone: string, opening_hours: OpeningTimes['opening_hours'] = DAILY, opening_exceptions: OpeningTimes['opening_exceptions'] = []): OpeningTimes => ({ time_zone, opening_hours, opening_exceptions })
const at = (instant: string) => Date.parse(instant)
const shown = (stretches: { from: number, to: number }[] | null) => stretches?.map(({ from, to }) => `${new Date(from).toISOString().slice(0, 16)}/${new Date(to).toISOString().slice(0, 16)}`)
const open = (times: OpeningTimes, from: string, to: string) => shown(openStretches(times, at(from), at(to)))

describe('opening hours as stretches of time', () => {
  it('are the zone\'s own, in summer and in winter', () => {
    expect(open(store('Europe/Madrid'), '2026-07-01T00:00Z', '2026-07-01T22:00Z')).toEqual(['2026-07-01T07:00/2026-07-01T19:00'])
    expect(open(store('Europe/Madrid'), '2026-12-01T00:00Z', '2026-12-01T22:00Z')).toEqual(['2026-12-01T08:00/2026-12-01T20:00'])
    expect(open(store('Asia/Kolkata'), '2026-12-01T00:00Z', '2026-12-01T12:00Z')).toEqual(['2026-12-01T03:30/2026-12-01T15:30'])
    expect(open(store('America/Mexico_City'), '2026-12-01T14:00Z', '2026-12-02T02:00Z')).toEqual(['2026-12-01T15:00/2026-12-02T03:00'])
    expect(open(store('Pacific/Kiritimati'), '2026-12-01T00:00Z', '2026-12-01T12:00Z')).toEqual(['2026-11-30T19:00/2026-12-01T07:00'])
  })

  it('last as long as the night does when clocks change', () => {
    const nightly = { 6: [['22:00', '24:00']], 7: [['00:00', '06:00']] } satisfies OpeningTimes['opening_hours']
    expect(open(store('Europe/Madrid', nightly), '2026-10-24T12:00Z', '2026-10-25T12:00Z')).toEqual(['2026-10-24T20:00/2026-10-25T05:00'])
    expect(open(store('Europe/Madrid', nightly), '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toEqual(['2026-03-28T21:00/2026-03-29T04:00'])
    // Half an hour only.
    expect(open(store('Australia/Lord_Howe', nightly), '2026-10-03T06:00Z', '2026-10-04T00:00Z')).toEqual(['2026-10-03T11:30/2026-10-03T19:00'])
  })

  it('that begin in a gap begin after it, and those that it swallows are none', () => {
    expect(open(store('Europe/Madrid', { 7: [['02:30', '04:00']] }), '2026-03-29T00:00Z', '2026-03-29T12:00Z')).toEqual(['2026-03-29T01:00/2026-03-29T02:00'])
    expect(open(store('Europe/Madrid', { 7: [['02:10', '02:50']] }), '2026-03-29T00:00Z', '2026-03-29T12:00Z')).toEqual([])
    // A midnight that does not exist.
    expect(open(store('America/Santiago', { 7: [['00:00', '02:00']] }), '2026-09-05T12:00Z', '2026-09-06T12:00Z')).toEqual(['2026-09-06T04:00/2026-09-06T05:00'])
  })

  it('are others on a day with an exception, also with none at all', () => {
    const closed = store('Europe/Madrid', DAILY, [{ date: '2026-12-25', name: 'Navidad', hours: [] }, { date: '2026-12-24', name: '', hours: [['09:00', '14:00'], ['16:00', '18:00']] }])
    expect(open(closed, '2026-12-24T00:00Z', '2026-12-26T12:00Z')).toEqual(['2026-12-24T08:00/2026-12-24T13:00', '2026-12-24T15:00/2026-12-24T17:00', '2026-12-26T08:00/2026-12-26T20:00'])
  })

  it('are null where nobody has said, and whole where the window ends within', () => {
    expect(openStretches(store('Europe/Madrid', null), 0, HOUR)).toBeNull()
    expect(open(store('UTC'), '2026-12-01T12:00Z', '2026-12-01T13:00Z')).toEqual(['2026-12-01T09:00/2026-12-01T21:00'])
  })
})

describe('the open time between two instants', () => {
  it('leaves out what a store is closed', () => {
    const shop = store('Europe/Madrid')
    expect(openMs(shop, at('2026-12-01T19:30Z'), at('2026-12-02T08:10Z'))).toBe(40 * 60_000)
    expect(openMs(shop, at('2026-12-01T20:30Z'), at('2026-12-02T07:59Z'))).toBe(0)
    expect(openMs(store('Europe/Madrid', null), 0, HOUR)).toBe(HOUR)
    expect(openMs(shop, HOUR, 0)).toBe(0)
  })
})

describe('whether a store is open', () => {
  it('is told with when that changes', () => {
    const shop = store('Europe/Madrid', { 1: [['09:00', '14:00'], ['17:00', '21:00']] })
    expect(openingAt(shop, at('2026-11-23T09:00Z'))).toEqual({ open: true, changes_at: at('2026-11-23T13:00Z') })
    expect(openingAt(shop, at('2026-11-23T13:00Z'))).toEqual({ open: false, changes_at: at('2026-11-23T16:00Z') })
    expect(openingAt(shop, at('2026-11-23T21:00Z'))).toEqual({ open: false, changes_at: at('2026-11-30T08:00Z') })
    expect(openingAt(store('Europe/Madrid', {}), 0)).toEqual({ open: false, changes_at: null })
    expect(openingAt(store('Europe/Madrid', null), 0)).toBeNull()
    const always = Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map(day => [day, [['00:00', '24:00']]]))
    expect(openingAt(store('Europe/Madrid', always as never), at('2026-11-23T21:00Z'))).toEqual({ open: true, changes_at: null })
  })
})

describe('parts of the day', () => {
  const part = (from: string, to: string, volume: number, weekdays = [1, 2, 3, 4, 5, 6, 7]) => ({ from, to, volume, weekdays })
  const told = (parts: ReturnType<typeof part>[], zone: string, from: string, to: string) =>
    daypartStretches(parts, zone, at(from), at(to)).map(stretch => `${shown([stretch])!.join()} ${stretch.part.volume}`)

  it('go on after midnight, of the day on which they begin', () => {
    expect(told([part('22:00', '07:00', 0.4, [6])], 'Europe/Madrid', '2026-11-21T12:00Z', '2026-11-23T12:00Z')).toEqual(['2026-11-21T21:00/2026-11-22T06:00 0.4'])
    // Begun before the window.
    expect(told([part('22:00', '07:00', 0.4, [6])], 'Europe/Madrid', '2026-11-22T02:00Z', '2026-11-23T12:00Z')).toHaveLength(1)
    expect(told([part('22:00', '07:00', 0.4, [6])], 'Europe/Madrid', '2026-10-24T12:00Z', '2026-10-25T12:00Z')).toEqual(['2026-10-24T20:00/2026-10-25T06:00 0.4'])
  })

  it('do not overlap: the one that is named first holds', () => {
    expect(told([part('12:00', '14:00', 0.2), part('10:00', '20:00', 0.8)], 'UTC', '2026-11-23T00:00Z', '2026-11-23T23:00Z'))
      .toEqual(['2026-11-23T10:00/2026-11-23T12:00 0.8', '2026-11-23T12:00/2026-11-23T14:00 0.2', '2026-11-23T14:00/2026-11-23T20:00 0.8'])
    expect(told([part('10:00', '20:00', 0.8), part('12:00', '14:00', 0.2)], 'UTC', '2026-11-23T00:00Z', '2026-11-23T23:00Z')).toHaveLength(1)
  })

  it('of a whole day are a whole day', () => {
    expect(told([part('06:00', '06:00', 0.5, [1])], 'UTC', '2026-11-23T00:00Z', '2026-11-24T00:00Z')).toEqual(['2026-11-23T06:00/2026-11-24T06:00 0.5'])
  })
})
