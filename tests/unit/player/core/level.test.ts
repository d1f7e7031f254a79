import { describe, expect, it } from 'vitest'
import { levelHeard, profileOf } from '../../../../player/core/level'

const RATE = 44_100
const tone = (amplitude: number, seconds: number) => Float32Array.from({ length: RATE * seconds }, (_, i) => amplitude * Math.sin(2 * Math.PI * 997 * i / RATE))

describe('the level of what was heard', () => {
  it('of a full-scale sine is −3 dBFS, whatever the number of channels', () => {
    expect(levelHeard(profileOf([tone(1, 1)], RATE), 1_000, 1)).toBeCloseTo(-3, 0)
    expect(levelHeard(profileOf([tone(1, 1), tone(1, 1)], RATE), 1_000, 1)).toBeCloseTo(-3, 0)
  })

  it('counts the volume of the element', () => {
    expect(levelHeard(profileOf([tone(1, 1)], RATE), 1_000, 0.1)).toBeCloseTo(-23, 0)
  })

  it('ends where the element ended', () => {
    const samples = tone(1, 2)
    samples.fill(0, RATE)
    const profile = profileOf([samples], RATE)
    expect(levelHeard(profile, 1_000, 1)).toBeCloseTo(-3, 0)
    expect(levelHeard(profile, 2_000, 1)).toBeCloseTo(-6, 0)
  })

  it('of silence, and of nothing, is none', () => {
    expect(levelHeard(profileOf([new Float32Array(RATE)], RATE), 1_000, 1)).toBeNull()
    expect(levelHeard(profileOf([], RATE), 1_000, 1)).toBeNull()
    expect(levelHeard(profileOf([tone(1, 1)], RATE), 0, 1)).toBeNull()
  })
})
