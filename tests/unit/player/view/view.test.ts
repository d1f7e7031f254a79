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
  const noon = Date.parse('2026-07-01T12:05:00Z')
  it('is the store\'s', () => {
    expect(wallClock(noon, 'Europe/Madrid')).toBe('14:05')
    expect(wallClock(noon, 'America/Mexico_City')).toBe('06:05')
    expect(wallClock(Date.parse('2026-07-01T00:07:00Z'), 'UTC')).toBe('00:07')
  })

  it('is the device\'s where the zone is not known', () => {
    expect(wallClock(noon, 'Mars/Olympus')).toMatch(/^\d\d:05$/)
    expect(wallClock(noon, null)).toMatch(/^\d\d:05$/)
  })
})
