import { describe, expect, it } from 'vitest'
import { dayOf, endOfDay, startOfDay } from '../../../../shared/utils/zoned-day'

describe('a day on a zone\'s clocks', () => {
  it.each([
    ['2026-01-15', 'UTC', '2026-01-15T00:00:00.000Z', '2026-01-15T23:59:59.999Z'],
    ['2026-01-15', 'Europe/Madrid', '2026-01-14T23:00:00.000Z', '2026-01-15T22:59:59.999Z'],
    ['2026-07-15', 'Europe/Madrid', '2026-07-14T22:00:00.000Z', '2026-07-15T21:59:59.999Z'],
    // 23 and 25 hours long.
    ['2026-03-29', 'Europe/Madrid', '2026-03-28T23:00:00.000Z', '2026-03-29T21:59:59.999Z'],
    ['2026-10-25', 'Europe/Madrid', '2026-10-24T22:00:00.000Z', '2026-10-25T22:59:59.999Z'],
    ['2026-11-22', 'America/Santiago', '2026-11-22T03:00:00.000Z', '2026-11-23T02:59:59.999Z'],
    ['2026-11-22', 'Asia/Kathmandu', '2026-11-21T18:15:00.000Z', '2026-11-22T18:14:59.999Z'],
  ])('%s in %s', (day, zone, first, last) => {
    expect(startOfDay(day, zone).toISOString()).toBe(first)
    expect(endOfDay(day, zone).toISOString()).toBe(last)
    expect(dayOf(first, zone)).toBe(day)
    expect(dayOf(last, zone)).toBe(day)
  })
})
