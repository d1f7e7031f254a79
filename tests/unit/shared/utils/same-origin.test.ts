import { describe, expect, it } from 'vitest'
import { safeRedirect } from '../../../../shared/utils/same-origin'

describe('safeRedirect', () => {
  it.each(['/', '/library', '/settings/keys?new', '/library?q=a%20b#x'])('follows %s', (path) => {
    expect(safeRedirect(path)).toBe(path)
  })

  it.each([
    'https://evil.example/', '//evil.example', '/\\evil.example', '\\\\evil.example', '/\t/evil.example', '/\n/evil.example',
    'javascript:alert(1)', 'library', '', null, undefined, 7, ['/library'],
  ])('goes home instead of %j', (value) => {
    expect(safeRedirect(value)).toBe('/')
  })
})
