import { describe, expect, it } from 'vitest'
import { toBars, toPath } from '../../../../shared/utils/waveform'

describe('toBars', () => {
  it('keeps the loudest peak of each slice', () => {
    expect(toBars([1, 9, 2, 3, 0, 100], 3)).toEqual([9, 3, 100])
  })

  it('loses no click, whatever the number of bars', () => {
    const peaks = Array.from({ length: 800 }, (_, i) => i === 437 ? 100 : 0)
    for (const count of [1, 7, 60, 333, 799]) expect(Math.max(...toBars(peaks, count))).toBe(100)
  })

  it('stretches few peaks over many bars', () => {
    expect(toBars([10, 20], 4)).toEqual([10, 10, 20, 20])
  })

  it('has no bars without peaks or room', () => {
    expect(toBars([], 5)).toEqual([])
    expect(toBars([1], 0)).toEqual([])
  })
})

describe('toPath', () => {
  it('draws centred strokes, and a dot for silence', () => {
    expect(toPath([100, 0])).toBe('M0.5 4V96M1.5 49.1V50.9')
  })
})
