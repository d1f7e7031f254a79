import { resample } from './resample'

/** Input samples that are resampled at a time, besides what the filter reaches over. */
const BLOCK_SAMPLES = 65_536
const MARGIN_S = 0.05

/** How many samples a sound has at another rate. */
export const resampledLength = (frames: number, from_hz: number, to_hz: number) => Math.ceil(frames * (to_hz / from_hz))

/**
 * {@link resample} for one channel that comes in pieces: the same samples, worked out in blocks that begin on whole
 * samples of both rates.
 * @param onSamples gets what is finished; it may be overwritten afterwards
 * @param block_samples at least so many are taken together
 */
export function createResampler(from_hz: number, to_hz: number, onSamples: (samples: Float32Array) => void, block_samples = BLOCK_SAMPLES) {
  if (from_hz === to_hz) return { push: onSamples, end: () => {} }
  const ratio = to_hz / from_hz
  const unit = from_hz / greatestCommonDivisor(from_hz, to_hz)
  const margin = Math.ceil(from_hz * MARGIN_S / unit) * unit
  const step = Math.ceil(block_samples / unit) * unit
  const held = new Float32Array(step + 2 * margin)
  /** Samples in `held`; how many of those were given out already, and only stand there for the filter; all samples so far. */
  let filled = 0
  let before = 0
  let total = 0

  function giveOut(samples: number, wanted: number) {
    const skipped = Math.round(before * ratio)
    onSamples(resample(held.subarray(0, samples), from_hz, to_hz).subarray(skipped, skipped + wanted))
  }

  function push(samples: Float32Array) {
    total += samples.length
    for (let at = 0; at < samples.length;) {
      const part = samples.subarray(at, at + held.length - filled)
      held.set(part, filled)
      filled += part.length
      at += part.length
      if (filled < before + step + margin) continue
      giveOut(before + step + margin, Math.round(step * ratio))
      const from = Math.max(0, before + step - margin)
      held.copyWithin(0, from, filled)
      filled -= from
      before += step - from
    }
  }

  function end() {
    const given = Math.round((total - (filled - before)) * ratio)
    giveOut(filled, resampledLength(total, from_hz, to_hz) - given)
  }
  return { push, end }
}

const greatestCommonDivisor = (a: number, b: number): number => b === 0 ? a : greatestCommonDivisor(b, a % b)
