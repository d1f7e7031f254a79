import { describe, expect, it } from 'vitest'
import { toDb } from '../../../../shared/utils/loudness'
import { PeakEnvelope, truePeak } from '../../../../shared/utils/true-peak'
import { hasFfmpeg, measurePcmWithFfmpeg } from '../../../fixtures/reference-meter'
import { concat, noise, silence, tone } from '../../../fixtures/signals'

describe('true peak of the cases of EBU Tech 3341', () => {
  // Frequency as a part of the sample rate, phase, peak level of the wave.
  it.each([
    ['15', 4, 0, -6.02],
    ['16', 4, 45, -6.02],
    ['17', 6, 60, -6.02],
    ['18', 8, 67.5, -6.02],
    ['19', 4, 45, 3],
  ])('%s', (_, part, phase_degrees, dbfs) => {
    const wave = tone({ hz: 48_000 / part, dbfs, seconds: 1, phase_degrees })
    // Faded in and out, as the standard's own files are: an abrupt start has a peak of its own.
    wave.forEach((value, at) => wave[at] = value * Math.min(1, at / 2000, (wave.length - 1 - at) / 2000))
    const measured = truePeak([wave])
    expect(measured).toBeLessThan(dbfs + 0.2)
    expect(measured).toBeGreaterThan(dbfs - 0.4)
  })
})

describe('true peak', () => {
  it('is that of the loudest channel, and −Infinity for silence', () => {
    expect(truePeak([silence(1), tone({ hz: 100, dbfs: -12, seconds: 1 })])).toBeCloseTo(-12, 1)
    expect(truePeak([silence(1)])).toBe(-Infinity)
    expect(truePeak([])).toBe(-Infinity)
  })

  it('finds a peak between the last sample and what follows', () => {
    expect(truePeak([concat(silence(0.1), new Float32Array([0.5, 0.5]))])).toBeGreaterThan(toDb(0.55))
  })

  it.runIf(hasFfmpeg)('agrees with the meter of ffmpeg', async () => {
    const soft = noise(2, 44_100, 0.7)
    soft.forEach((value, at) => soft[at] = (value + (soft[at - 1] ?? 0)) / 2)
    for (const channels of [[soft], [tone({ hz: 7000, dbfs: -3, seconds: 2, sample_rate: 44_100, phase_degrees: 45 })]]) {
      const { true_peak_dbtp } = await measurePcmWithFfmpeg(channels, 44_100)
      expect(Math.abs(truePeak(channels) - true_peak_dbtp)).toBeLessThan(0.2)
    }
  })
})

describe('the envelope of peaks', () => {
  const samples = concat(noise(0.5, 44_100, 0.1), noise(0.1, 44_100, 0.9, 2), noise(0.5, 44_100, 0.05, 3))

  it('is the same over the threshold, whatever the threshold', () => {
    const exact = new PeakEnvelope(samples).above(0).slice()
    for (const threshold of [0.08, 0.3, 0.8, 1]) {
      const peaks = new PeakEnvelope(samples).above(threshold)
      const differing = exact.filter((peak, at) => peak > threshold && peak !== peaks[at])
      expect(differing).toHaveLength(0)
    }
  })

  it('has its highest point where the whole envelope has it', () => {
    expect(new PeakEnvelope(samples).highest()).toBe(Math.max(...new PeakEnvelope(samples).above(0)))
  })
})
