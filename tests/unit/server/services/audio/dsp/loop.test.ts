import { describe, expect, it } from 'vitest'
import { loopMusic } from '../../../../../../server/services/audio/dsp/loop'
import { noise, tone } from '../../../../../fixtures/signals'

const RATE = 44_100
const rms = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)

describe('looping', () => {
  it('plays what is long enough as it is, from where it is told to', () => {
    const channel = noise(4, RATE, 0.5)
    const [played] = loopMusic([channel], { from: 1000, to: 4 * RATE, start: 5000 }, 2 * RATE, RATE)
    expect(played).toEqual(channel.slice(5000, 5000 + 2 * RATE))
  })

  it.each([
    ['noise, whose end and beginning have nothing in common', noise(3, RATE, 0.5)],
    ['a tone that ends as it begins', tone({ hz: 441, dbfs: -6, seconds: 3, sample_rate: RATE })],
  ])('keeps the level over its seams: %s', (_, channel) => {
    const [looped] = loopMusic([channel, channel], { from: 0, to: channel.length, start: 0 }, 11 * RATE, RATE)
    const level = rms(channel)
    for (let at = 0; at + 4410 <= looped!.length; at += 2205) expect(Math.abs(20 * Math.log10(rms(looped!.subarray(at, at + 4410)) / level))).toBeLessThan(0.4)
  })

  it('has no click at a seam', () => {
    const channel = tone({ hz: 100, dbfs: -6, seconds: 2.505, sample_rate: RATE })
    const [looped] = loopMusic([channel], { from: 0, to: channel.length, start: 0 }, 9 * RATE, RATE / 2)
    const steepest = 0.5 * 2 * Math.PI * 100 / RATE
    let step = 0
    for (let at = 1; at < looped!.length; at++) step = Math.max(step, Math.abs(looped![at]! - looped![at - 1]!))
    expect(step).toBeLessThan(steepest * 1.5)
  })

  it('repeats only what lies between the cues, and begins anywhere in it', () => {
    const channel = Float32Array.from({ length: 1000 }, (_, index) => index)
    const [looped] = loopMusic([channel], { from: 100, to: 200, start: 350 }, 500, 20)
    expect(looped![0]).toBe(150)
    expect(Math.min(...looped!)).toBeGreaterThanOrEqual(100)
    expect(Math.max(...looped!)).toBeLessThan(220)
  })
})
