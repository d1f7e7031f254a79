import { toDb } from './loudness'

const PHASES = 3
/** Taps of each phase; half of them on either side of the point between two samples. */
const TAPS = 24
const HALF = TAPS / 2
/** Peaks are kept for blocks of this many samples: 0.36 ms at 44.1 kHz. Not fewer than `HALF`. */
export const PEAK_BLOCK = 16

const KERNEL = makeKernel()
/** No point between samples can exceed the samples around it by more than this factor. */
const OVERSHOOT = Math.max(...Array.from({ length: PHASES }, (_, phase) =>
  KERNEL.subarray(phase * TAPS, (phase + 1) * TAPS).reduce((sum, tap) => sum + Math.abs(tap), 0)))

/** Windowed sinc at ¼, ½ and ¾ of the way between two samples. */
function makeKernel(): Float64Array {
  const kernel = new Float64Array(PHASES * TAPS)
  for (let phase = 0; phase < PHASES; phase++) {
    let sum = 0
    for (let tap = 0; tap < TAPS; tap++) {
      const t = tap - HALF + 1 - (phase + 1) / (PHASES + 1)
      const window = 0.5 + 0.5 * Math.cos(Math.PI * t / HALF)
      sum += kernel[phase * TAPS + tap] = Math.sin(Math.PI * t) / (Math.PI * t) * window
    }
    for (let tap = 0; tap < TAPS; tap++) kernel[phase * TAPS + tap]! /= sum
  }
  return kernel
}

/**
 * The peaks of a sound as a converter would play it: oversampled four times (ITU-R BS.1770-4, annex 2, with 24 taps a
 * phase instead of 12). Blocks that cannot reach the level asked for are not computed, which makes this cheap.
 */
export class PeakEnvelope {
  /** The sound between zeros, so that no point needs to look where it ends. */
  readonly #padded: Float32Array
  /** Loudest sample of each block, between two zeros. */
  readonly #samplePeaks: Float32Array
  /** The same until a block is computed, then its true peak. */
  readonly #peaks: Float32Array
  readonly #computed: Uint8Array

  constructor(samples: Float32Array) {
    const blocks = Math.ceil(samples.length / PEAK_BLOCK)
    const padded = new Float32Array(blocks * PEAK_BLOCK + 2 * HALF)
    padded.set(samples, HALF)
    const peaks = new Float32Array(blocks + 2)
    for (let block = 0, at = HALF; block < blocks; block++) {
      let peak = 0
      for (const end = at + PEAK_BLOCK; at < end; at++) peak = Math.max(peak, Math.abs(padded[at]!))
      peaks[block + 1] = peak
    }
    this.#padded = padded
    this.#samplePeaks = peaks
    this.#peaks = peaks.slice(1, -1)
    this.#computed = new Uint8Array(blocks)
  }

  /**
   * Peak amplitude of each block, up to the first sample of the next. Exact wherever it is over `threshold`; elsewhere it
   * may be the loudest sample alone. The array belongs to the envelope and changes with the next call.
   */
  above(threshold: number): Float32Array {
    for (let block = 0; block < this.#computed.length; block++) {
      if (!this.#computed[block] && this.#reach(block) > threshold) this.#compute(block)
    }
    return this.#peaks
  }

  /** The highest peak of all, as an amplitude. */
  highest(): number {
    let highest = this.#peaks.reduce((max, peak) => Math.max(max, peak), 0)
    for (let block = 0; block < this.#computed.length; block++) {
      if (this.#reach(block) <= highest) continue
      if (!this.#computed[block]) this.#compute(block)
      highest = Math.max(highest, this.#peaks[block]!)
    }
    return highest
  }

  /** What the block cannot exceed: the window reaches into the blocks beside it. */
  #reach(block: number): number {
    const peaks = this.#samplePeaks
    return OVERSHOOT * Math.max(peaks[block]!, peaks[block + 1]!, peaks[block + 2]!)
  }

  #compute(block: number) {
    const padded = this.#padded
    let peak = this.#peaks[block]!
    for (let at = block * PEAK_BLOCK, end = at + PEAK_BLOCK; at < end; at++) {
      for (let phase = 0, tap = 0; phase < PHASES; phase++) {
        // Four sums side by side: one alone would wait for each addition.
        let a = 0
        let b = 0
        let c = 0
        let d = 0
        for (let from = at + 1, to = from + TAPS; from < to; from += 4, tap += 4) {
          a += padded[from]! * KERNEL[tap]!
          b += padded[from + 1]! * KERNEL[tap + 1]!
          c += padded[from + 2]! * KERNEL[tap + 2]!
          d += padded[from + 3]! * KERNEL[tap + 3]!
        }
        peak = Math.max(peak, Math.abs(a + b + c + d))
      }
    }
    this.#peaks[block] = peak
    this.#computed[block] = 1
  }
}

/** True peak over all channels in dBTP; −Infinity for silence. */
export function truePeak(channels: readonly Float32Array[]): number {
  return toDb(Math.max(0, ...channels.map(channel => new PeakEnvelope(channel).highest())))
}
