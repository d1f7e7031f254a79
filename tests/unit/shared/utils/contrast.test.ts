import { expect, it } from 'vitest'
import { contrast } from '../../../../shared/utils/contrast'

it('tells how far colours stand apart, whichever comes first', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#ffffff', '#767676')).toBeCloseTo(4.54, 2)
  expect(contrast('#ff0000', '#ffffff')).toBeCloseTo(contrast('#ffffff', '#ff0000'))
  expect(contrast('#123456', '#123456')).toBe(1)
})
