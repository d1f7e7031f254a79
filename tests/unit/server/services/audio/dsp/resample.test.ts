import { describe, expect, it } from 'vitest'
import { resample } from '../../../../../../server/services/audio/dsp/resample'
import { toDb } from '../../../../../../shared/utils/loudness'
import { rms, tone } from '../../../../../fixtures/signals'

const middle = (samples: Float32Array) => samples.subarray(samples.length >> 2, 3 * samples.length >> 2)
/** How far two sounds are apart, in dB under the second. */
const errorDb = (actual: Float32Array, expected: Float32Array) =>
  toDb(rms(middle(actual.map((value, at) => value - expected[at]!))) / rms(middle(expected)))

describe('resample', () => {
  it.each([[8000, 44_100], [22_050, 44_100], [24_000, 44_100], [48_000, 44_100], [96_000, 44_100], [44_100, 48_000]])('keeps a wave as it is from %i to %i Hz, in time and level', (from, to) => {
    for (const hz of [100, 1000, Math.round(0.3 * Math.min(from, to))]) {
      const wave = { hz, dbfs: -6, seconds: 1 }
      const actual = resample(tone({ ...wave, sample_rate: from }), from, to)
      expect(actual).toHaveLength(to)
      expect(errorDb(actual, tone({ ...wave, sample_rate: to })), `${hz} Hz`).toBeLessThan(-60)
    }
  })

  it('lets nothing fold back when the rate goes down', () => {
    const beyond = tone({ hz: 30_000, dbfs: 0, seconds: 1, sample_rate: 96_000 })
    expect(toDb(rms(middle(resample(beyond, 96_000, 44_100))))).toBeLessThan(-60)
  })

  it('makes no images when the rate goes up', () => {
    const wave = { hz: 7000, dbfs: 0, seconds: 1 }
    expect(errorDb(resample(tone({ ...wave, sample_rate: 22_050 }), 22_050, 44_100), tone({ ...wave, sample_rate: 44_100 }))).toBeLessThan(-60)
  })

  it('gives back what has the right rate already, and nothing for nothing', () => {
    const samples = tone({ hz: 100, dbfs: 0, seconds: 0.1 })
    expect(resample(samples, 48_000, 48_000)).toBe(samples)
    expect(resample(new Float32Array(0), 22_050, 44_100)).toHaveLength(0)
  })
})
