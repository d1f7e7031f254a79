import { describe, expect, it } from 'vitest'
import { removeOffset, replaceInvalid } from '../../../../../../server/services/audio/dsp/clean'
import { toDb } from '../../../../../../shared/utils/loudness'
import { rms, tone } from '../../../../../fixtures/signals'

const RATE = 44_100
const level = (samples: Float32Array) => toDb(rms(samples.subarray(RATE)))

describe('cleaning', () => {
  it('puts silence where there are no numbers, in a copy, and counts them', () => {
    const samples = new Float32Array([0.1, NaN, Infinity, -Infinity, 1e20, -0.2])
    const { samples: clean, invalid } = replaceInvalid(samples)
    expect([...clean]).toEqual([Math.fround(0.1), 0, 0, 0, 0, Math.fround(-0.2)])
    expect(invalid).toBe(4)
    expect(samples[1]).toBeNaN()
  })

  it('takes away a constant offset without a thump', () => {
    const samples = removeOffset(new Float32Array(RATE).fill(0.5), RATE)
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(1e-6)
  })

  it('takes away rumble and leaves voices', () => {
    const wave = (hz: number) => tone({ hz, dbfs: 0, seconds: 3, sample_rate: RATE })
    const change = (hz: number) => level(removeOffset(wave(hz), RATE)) - level(wave(hz))
    expect(change(5)).toBeLessThan(-20)
    expect(change(20)).toBeCloseTo(-3, 1)
    expect(Math.abs(change(80))).toBeLessThan(0.05)
    expect(Math.abs(change(1000))).toBeLessThan(0.01)
  })

  it('has no trouble with nothing', () => {
    expect(removeOffset(new Float32Array(0), RATE)).toHaveLength(0)
  })
})
