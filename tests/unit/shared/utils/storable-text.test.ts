import { expect, it } from 'vitest'
import { storable } from '../../../../shared/utils/storable-text'

it('takes out what no database keeps, and nothing else', () => {
  expect(storable('a\u0000b\uD83Dc\uDE00')).toBe('abc')
  expect(storable('niño 🎉 \u0007\n�')).toBe('niño 🎉 \u0007\n�')
  expect([storable(5), storable(null), storable(true)]).toEqual([5, null, true])
})
