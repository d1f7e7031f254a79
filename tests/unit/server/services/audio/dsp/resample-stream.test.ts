import { describe, expect, it } from 'vitest'
import { resample } from '../../../../../../server/services/audio/dsp/resample'
import { createResampler, resampledLength } from '../../../../../../server/services/audio/dsp/resample-stream'
import { firstDifference, noise } from '../../../../../fixtures/signals'

function inPieces(samples: Float32Array, from_hz: number, to_hz: number, piece: number): Float32Array {
  const output = new Float32Array(resampledLength(samples.length, from_hz, to_hz))
  let at = 0
  const { push, end } = createResampler(from_hz, to_hz, (finished) => {
    output.set(finished, at)
    at += finished.length
  }, 4000)
  for (let from = 0; from < samples.length; from += piece) push(samples.subarray(from, from + piece))
  end()
  expect(at).toBe(output.length)
  return output
}

describe('a sound that is resampled in pieces', () => {
  it.each([[48_000, 44_100], [44_100, 48_000], [22_050, 44_100], [8000, 44_100], [96_000, 44_100], [44_100, 44_100]])('has the samples that it has as a whole, from %i to %i Hz', (from_hz, to_hz) => {
    for (const length of [1, 3999, 4000, 30_011]) {
      const samples = noise(1, length, 0.5)
      for (const piece of [700, 16_384]) expect(firstDifference(inPieces(samples, from_hz, to_hz, piece), resample(samples, from_hz, to_hz))).toBe(-1)
    }
  })
})
