import { describe, expect, it } from 'vitest'
import { findVoice, padToLength, trimSilence } from '../../../../../../server/services/audio/dsp/trim'
import { concat, noise, silence, tone } from '../../../../../fixtures/signals'

const RATE = 44_100
const ms = (samples: number) => samples * 1000 / RATE
const voice = tone({ hz: 300, dbfs: -20, seconds: 1, sample_rate: RATE })

describe('trimming', () => {
  it('finds the voice to 10 ms, with 30 ms before and 80 ms after', () => {
    const found = findVoice(concat(silence(1, RATE), voice, silence(1, RATE)), RATE)!
    expect(ms(found.from)).toBeGreaterThanOrEqual(959)
    expect(ms(found.from)).toBeLessThanOrEqual(970)
    expect(ms(found.to)).toBeGreaterThanOrEqual(2080)
    expect(ms(found.to)).toBeLessThanOrEqual(2091)
  })

  it('takes hiss 35 dB under the voice for silence, and a whisper for voice', () => {
    const hiss = noise(1, RATE, 0.0015)
    const whisper = noise(1, RATE, 0.02)
    expect(ms(trimSilence(concat(hiss, voice, hiss), RATE).length)).toBeLessThan(1130)
    expect(ms(trimSilence(concat(whisper, voice), RATE).length)).toBeCloseTo(2000, -1)
  })

  it('keeps a pause within, and everything where there is nothing to cut', () => {
    expect(ms(trimSilence(concat(voice, silence(2, RATE), voice), RATE).length)).toBeCloseTo(4000, 0)
    expect(trimSilence(voice, RATE)).toEqual(voice)
  })

  it('fades what it cuts', () => {
    const hiss = noise(1, RATE, 0.0015)
    const trimmed = trimSilence(concat(hiss, voice, hiss), RATE)
    expect(Math.abs(trimmed[0]!)).toBeLessThan(1e-6)
    expect(Math.abs(trimmed.at(-1)!)).toBeLessThan(1e-6)
  })

  it('follows its settings', () => {
    const { from, to } = findVoice(concat(silence(1, RATE), voice, silence(1, RATE)), RATE, { threshold_db: -35, before_ms: 200, after_ms: 300 })!
    expect(ms(to - from)).toBeCloseTo(1500, -2)
  })

  it('leaves nothing of silence', () => {
    expect(findVoice(silence(1, RATE), RATE)).toBeUndefined()
    expect(trimSilence(silence(1, RATE), RATE)).toHaveLength(0)
    expect(trimSilence(new Float32Array(0), RATE)).toHaveLength(0)
  })
})

describe('padding', () => {
  it('adds silence up to the least length, and only then', () => {
    const padded = padToLength(voice, RATE, 1200)
    expect(ms(padded.length)).toBeCloseTo(1200, 1)
    expect(padded.subarray(0, voice.length)).toEqual(voice)
    expect(padded.subarray(voice.length).every(value => value === 0)).toBe(true)
    expect(padToLength(voice, RATE, 900)).toBe(voice)
  })
})
