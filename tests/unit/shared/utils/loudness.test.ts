import { describe, expect, it } from 'vitest'
import { integratedLoudness, kWeighting, LoudnessMeter } from '../../../../shared/utils/loudness'
import { truePeak, TruePeakMeter } from '../../../../shared/utils/true-peak'
import { hasFfmpeg, measurePcmWithFfmpeg } from '../../../fixtures/reference-meter'
import { concat, noise, silence, tone } from '../../../fixtures/signals'

const sine = (dbfs: number, seconds: number, sample_rate = 48_000) => tone({ hz: 1000, dbfs, seconds, sample_rate })
const stereo = (samples: Float32Array) => [samples, samples]

describe('K-weighting', () => {
  it('has the coefficients of ITU-R BS.1770-4, tables 1 and 2, at 48 kHz', () => {
    const { shelf, highPass } = kWeighting(48_000)
    expect(shelf.b0).toBeCloseTo(1.53512485958697, 10)
    expect(shelf.b1).toBeCloseTo(-2.69169618940638, 10)
    expect(shelf.b2).toBeCloseTo(1.19839281085285, 10)
    expect(shelf.a1).toBeCloseTo(-1.69065929318241, 10)
    expect(shelf.a2).toBeCloseTo(0.73248077421585, 10)
    expect(highPass.a1).toBeCloseTo(-1.99004745483398, 10)
    expect(highPass.a2).toBeCloseTo(0.99007225036621, 10)
    expect([highPass.b0, highPass.b1, highPass.b2]).toEqual([1, -2, 1])
  })
})

describe('integrated loudness of the cases of EBU Tech 3341', () => {
  it.each([
    ['1: −23 dBFS', -23, [[-23, 20]]],
    ['2: −33 dBFS', -33, [[-33, 20]]],
    ['3: the relative gate', -23, [[-36, 10], [-23, 60], [-36, 10]]],
    ['4: both gates', -23, [[-72, 10], [-36, 10], [-23, 60], [-36, 10], [-72, 10]]],
    ['5: levels within the gate', -23, [[-26, 20], [-20, 20.1], [-26, 20]]],
  ] as const)('%s', (_, expected, parts) => {
    for (const rate of [44_100, 48_000]) {
      const samples = concat(...parts.map(([dbfs, seconds]) => sine(dbfs, seconds, rate)))
      expect(Math.abs(integratedLoudness(stereo(samples), rate) - expected), `${rate} Hz`).toBeLessThan(0.05)
    }
  })
})

describe('integrated loudness', () => {
  it('measures one channel as dual mono', () => {
    expect(integratedLoudness([sine(-23, 5)], 48_000)).toBeCloseTo(integratedLoudness(stereo(sine(-23, 5)), 48_000), 9)
  })

  it('adds up the power of two channels', () => {
    const one = integratedLoudness([sine(-20, 5), silence(5)], 48_000)
    expect(integratedLoudness(stereo(sine(-20, 5)), 48_000) - one).toBeCloseTo(3.01, 2)
  })

  it('is the same at every sample rate', () => {
    for (const rate of [8000, 16_000, 22_050, 24_000, 44_100, 96_000]) {
      expect(Math.abs(integratedLoudness([sine(-23, 5, rate)], rate) + 23), `${rate} Hz`).toBeLessThan(0.05)
    }
  })

  it('measures the power of what is shorter than one block', () => {
    expect(Math.abs(integratedLoudness([sine(-23, 0.3)], 48_000) + 23)).toBeLessThan(0.2)
  })

  it('is −Infinity for silence and for nothing', () => {
    expect(integratedLoudness([silence(3)], 48_000)).toBe(-Infinity)
    expect(integratedLoudness([silence(0.1)], 48_000)).toBe(-Infinity)
    expect(integratedLoudness([new Float32Array(0)], 48_000)).toBe(-Infinity)
    expect(integratedLoudness([], 48_000)).toBe(-Infinity)
  })

  it.runIf(hasFfmpeg)('agrees with the meter of ffmpeg', async () => {
    const pauses = concat(noise(2, 44_100, 0.5, 1), silence(1.5, 44_100), noise(1.3, 44_100, 0.02, 2), noise(3, 44_100, 0.2, 3))
    for (const channels of [[pauses], [pauses, noise(pauses.length / 44_100, 44_100, 0.1, 4)]]) {
      const { lufs } = await measurePcmWithFfmpeg(channels, 44_100)
      // ffmpeg's gates work on a histogram of 0.01 LU.
      expect(Math.abs(integratedLoudness(channels, 44_100) - lufs)).toBeLessThan(0.015)
    }
  })
})

describe('a sound that comes in pieces', () => {
  const sound = concat(noise(1.7, 44_100, 0.3), noise(1.1, 44_100, 0.02, 5))

  it.each([[7], [4410], [50_000]])('of %i samples has the loudness and the peak of the whole', (size) => {
    const loudness = new LoudnessMeter(44_100, 2)
    const peak = new TruePeakMeter(2)
    for (let at = 0; at < sound.length; at += size) {
      const piece = sound.subarray(at, at + size)
      loudness.push([piece, piece])
      peak.push([piece, piece])
    }
    expect(loudness.integrated()).toBeCloseTo(integratedLoudness([sound, sound], 44_100), 9)
    expect(peak.highest()).toBe(truePeak([sound, sound]))
  })
})
