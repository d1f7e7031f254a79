import { describe, expect, it } from 'vitest'
import { createLeveller } from '../../../../../../server/services/audio/dsp/level'
import { samplesOf, soundOf } from '../../../../../../server/services/audio/dsp/sound'
import { integratedLoudness } from '../../../../../../shared/utils/loudness'
import { truePeak } from '../../../../../../shared/utils/true-peak'
import { concat, noise, silence, tone } from '../../../../../fixtures/signals'

const RATE = 44_100
const target = { lufs: -16, ceiling_dbtp: -1.8, max_gain_db: 30 }

describe('levelling', () => {
  const sounds = {
    'a steady tone': tone({ hz: 500, dbfs: -30, seconds: 3, sample_rate: RATE }),
    'a tone that is too loud': tone({ hz: 500, dbfs: 3, seconds: 3, sample_rate: RATE }),
    'whisper and shout': concat(noise(2, RATE, 0.01), noise(0.5, RATE, 1), noise(2, RATE, 0.02)),
    'bursts in silence': concat(...Array.from({ length: 30 }, (_, index) => concat(noise(0.02, RATE, 0.3, index), silence(0.08, RATE)))),
    'noise at full scale': noise(2, RATE, 1),
  }

  it.each(Object.entries(sounds))('brings %s to the target and under the ceiling', (_, samples) => {
    const { sound, lufs } = createLeveller(soundOf([samples]), RATE).level(target)
    const channels = samplesOf(sound)
    expect(Math.abs(integratedLoudness(channels, RATE) + 16)).toBeLessThanOrEqual(0.03)
    expect(Math.abs(lufs - integratedLoudness(channels, RATE))).toBeLessThanOrEqual(0.03)
    expect(truePeak(channels)).toBeLessThan(-1.7)
  })

  it('levels two channels as one sound', () => {
    const left = noise(2, RATE, 0.3)
    const { sound } = createLeveller(soundOf([left, left.map(value => value / 4)]), RATE).level(target)
    expect(Math.abs(integratedLoudness(samplesOf(sound), RATE) + 16)).toBeLessThanOrEqual(0.02)
  })

  it('stops at the cap of the gain', () => {
    const quiet = createLeveller(soundOf([tone({ hz: 500, dbfs: -60, seconds: 2, sample_rate: RATE })]), RATE).level(target)
    expect(quiet.gain_db).toBe(30)
    // One click cannot be as loud as speech, whatever the gain.
    const click = createLeveller(soundOf([concat(new Float32Array(4).fill(0.9), silence(3, RATE))]), RATE).level(target)
    expect(click.gain_db).toBe(30)
    expect(click.lufs).toBeLessThan(-16)
  })

  it('can be asked again for something else', () => {
    const { level } = createLeveller(soundOf([noise(2, RATE, 0.5)]), RATE)
    const first = level(target)
    expect(level({ ...target, lufs: -20 }).lufs).toBeCloseTo(-20, 1)
    const again = level(target)
    expect([again.gain_db, again.lufs, samplesOf(again.sound)]).toEqual([first.gain_db, first.lufs, samplesOf(first.sound)])
  })
})
