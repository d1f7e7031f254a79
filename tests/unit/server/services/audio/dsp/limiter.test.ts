import { describe, expect, it } from 'vitest'
import { createLimiter, limitingOf } from '../../../../../../server/services/audio/dsp/limiter'
import { samplesOf, soundOf } from '../../../../../../server/services/audio/dsp/sound'
import { fromDb, toDb } from '../../../../../../shared/utils/loudness'
import { truePeak } from '../../../../../../shared/utils/true-peak'
import { concat, noise, silence, tone } from '../../../../../fixtures/signals'

const RATE = 44_100
const sine = (dbfs: number, seconds: number) => tone({ hz: 300, dbfs, seconds, sample_rate: RATE })
const ceiling = fromDb(-1)
const limiter = (channels: Float32Array[]) => {
  const { curve, apply } = createLimiter(soundOf(channels), RATE)
  return (gain: number, at: number) => {
    const drawn = curve(gain, at)
    return { channels: samplesOf(apply(gain, drawn)), limiting_db: limitingOf(drawn) }
  }
}

describe('the limiter', () => {
  it.each([
    ['noise', noise(2, RATE, 0.5)],
    ['bursts', concat(...Array.from({ length: 20 }, (_, index) => concat(silence(0.03, RATE), noise(0.02, RATE, 1, index))))],
    ['a peak at the first and the last sample', new Float32Array(RATE).fill(1, 0, 1).fill(1, RATE - 1)],
    ['peaks that lie between samples', tone({ hz: RATE / 4, dbfs: 0, seconds: 1, sample_rate: RATE, phase_degrees: 45 })],
  ])('holds the true peak of %s under the ceiling at every gain', (_, samples) => {
    const limit = limiter([samples])
    for (const gain_db of [0, 6, 20]) {
      const { channels } = limit(fromDb(gain_db), ceiling)
      // Moving the gain moves the points between samples a little too.
      expect(truePeak(channels)).toBeLessThan(-1 + 0.1)
    }
  })

  it('leaves alone what needs no limiting', () => {
    const samples = sine(-10, 1)
    const { channels, limiting_db } = limiter([samples])(2, ceiling)
    expect(limiting_db).toBe(0)
    expect(channels[0]).toEqual(samples.map(value => value * 2))
  })

  it('comes down before a peak and back after it, without a jump', () => {
    const steady = new Float32Array(RATE).fill(0.5)
    steady[RATE / 2] = 1.9
    const { channels: [limited], limiting_db } = limiter([steady])(1, ceiling)
    const gain = limited!.map((value, at) => value / steady[at]!)
    const at = (milliseconds: number) => gain[Math.round(RATE / 2 + RATE * milliseconds / 1000)]!
    expect(limiting_db).toBeGreaterThan(6)
    expect(limiting_db).toBeLessThan(8)
    expect(at(-5)).toBe(1)
    expect(at(-2)).toBeLessThan(0.9)
    expect(at(60)).toBeGreaterThan(at(5))
    expect(at(60)).toBeLessThan(0.97)
    expect(at(400)).toBeGreaterThan(0.99)
    const steps = gain.slice(1).map((value, index) => Math.abs(value - gain[index]!))
    expect(Math.max(...steps)).toBeLessThan(0.02)
  })

  it('moves both channels together', () => {
    const left = sine(0, 1)
    const right = sine(-20, 1)
    const { channels } = limiter([left, right])(4, ceiling)
    const ratio = toDb(Math.abs(channels[1]![12_345]! / channels[0]![12_345]!))
    expect(ratio).toBeCloseTo(-20, 3)
    expect(Math.abs(channels[1]![12_345]!)).toBeLessThan(4 * Math.abs(right[12_345]!))
  })

  it('has no trouble with nothing', () => {
    expect(limiter([new Float32Array(0)])(10, ceiling)).toEqual({ channels: [new Float32Array(0)], limiting_db: 0 })
  })
})
