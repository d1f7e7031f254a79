import { describe, expect, it } from 'vitest'
import { wallClockOf } from '../../../../shared/utils/utc-offset'

const at = (text: string) => Date.parse(text)

describe('the offset of a zone from UTC', () => {
  it.each([
    ['Europe/Madrid', '2026-11-22T12:00:00Z', 60, '2027-03-28T01:00:00.000Z', 120],
    ['Europe/Madrid', '2026-07-01T12:00:00Z', 120, '2026-10-25T01:00:00.000Z', 60],
    ['America/New_York', '2026-03-08T06:59:30Z', -300, '2026-03-08T07:00:00.000Z', -240],
    ['America/New_York', '2026-03-08T07:00:00Z', -240, '2026-11-01T06:00:00.000Z', -300],
    ['Australia/Lord_Howe', '2026-06-15T00:00:00Z', 630, '2026-10-03T15:30:00.000Z', 660],
    ['America/St_Johns', '2026-12-15T00:00:00Z', -210, '2027-03-14T05:30:00.000Z', -150],
  ])('%s at %s is %i, until %s', (zone, now, utc_offset_minutes, changes_at, next_utc_offset_minutes) => {
    expect(wallClockOf(zone, at(now))).toEqual({ utc_offset_minutes, changes_at, next_utc_offset_minutes })
  })

  it.each([
    ['UTC', 0], ['America/Mexico_City', -360], ['Asia/Kolkata', 330], ['Asia/Kathmandu', 345], ['Pacific/Kiritimati', 840], ['America/Argentina/Buenos_Aires', -180],
  ])('%s is %i and stays', (zone, utc_offset_minutes) => {
    expect(wallClockOf(zone, at('2026-11-22T12:00:00Z'))).toEqual({ utc_offset_minutes, changes_at: null, next_utc_offset_minutes: null })
  })

  it('does not overlook a summer time that pauses for a month', () => {
    // Morocco went back to UTC for Ramadan: in 2025 from 23 February to 6 April.
    const first = wallClockOf('Africa/Casablanca', at('2025-01-01T00:00:00Z'))
    expect(first).toMatchObject({ utc_offset_minutes: 60, next_utc_offset_minutes: 0 })
    expect(wallClockOf('Africa/Casablanca', at(first.changes_at!))).toMatchObject({ utc_offset_minutes: 0, next_utc_offset_minutes: 60 })
  })

  it('is refused for a zone that there is not', () => {
    expect(() => wallClockOf('Mars/Olympus', 0)).toThrow(RangeError)
  })
})
