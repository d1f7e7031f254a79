import { describe, expect, it } from 'vitest'
import { TEXTS, languageOf } from '../../../../player/texts'
import { wallClock } from '../../../../player/view/wall-clock'

describe('the screen\'s language', () => {
  it.each([
    ['en', 'en'], ['en-GB,es;q=0.8', 'en'], ['EN-us', 'en'], ['es-MX,en;q=0.9', 'es'], ['de', 'es'], ['', 'es'], [undefined, 'es'],
  ])('%s → %s', (preferred, language) => expect(languageOf(preferred)).toBe(language))

  it('has every word in both', () => {
    expect(Object.keys(TEXTS.en)).toEqual(Object.keys(TEXTS.es))
    for (const texts of Object.values(TEXTS)) expect(Object.values(texts).every(text => text.trim())).toBe(true)
  })
})

describe('the clock on the wall', () => {
  const madrid = { utc_offset_minutes: 60, changes_at: '2027-03-28T01:00:00.000Z', next_utc_offset_minutes: 120 }

  it.each([
    ['2026-11-22T12:05:00Z', '13:05'],
    ['2026-11-22T23:30:00Z', '00:30'],
    ['2027-03-28T00:59:59Z', '01:59'],
    ['2027-03-28T01:00:00Z', '03:00'],
  ])('is the store\'s, through the change of the clocks: %s is %s', (at, expected) => {
    expect(wallClock(Date.parse(at), madrid)).toBe(expected)
  })

  it('knows zones behind UTC, with half hours, and without changes', () => {
    expect(wallClock(Date.parse('2026-11-22T02:15:00Z'), { utc_offset_minutes: -210, changes_at: null, next_utc_offset_minutes: null })).toBe('22:45')
  })

  it('is the device\'s until the server has told', () => {
    const noon = new Date(2026, 6, 1, 12, 5)
    expect(wallClock(noon.getTime(), null)).toBe('12:05')
  })
})
