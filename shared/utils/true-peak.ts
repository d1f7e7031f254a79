import { toDb } from './loudness'

const PHASES = 3
/** Taps of each phase; half of them on either side of the point between two samples. */
const TAPS = 24
const HALF = TAPS / 2
const BLOCK = 32

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
  readonly #padded: Float32Array
  readonly #blockPeaks: Float32Array
  readonly #peaks: Float32Array
  readonly #computed: Uint8Array

  constructor(samples: Float32Array) {
    const blocks = Math.ceil(samples.length / BLOCK)
    this.#padded = new Float32Array(blocks * BLOCK + 2 * HALF)
    this.#padded.set(samples, HALF)
    this.#peaks = new Float32Array(blocks * BLOCK)
    this.#blockPeaks = new Float32Array(blocks + 2)
    this.#computed = new Uint8Array(blocks)
    for (let at = 0; at < samples.length; at++) {
      const peak = this.#peaks[at] = Math.abs(samples[at]!)
      const block = (at >>> 5) + 1
      if (peak > this.#blockPeaks[block]!) this.#blockPeaks[block] = peak
    }
  }

  /**
   * Peak amplitude at each sample and up to the next one. Exact wherever it is over `threshold`; elsewhere it may be the
   * sample alone. The array belongs to the envelope and changes with the next call.
   */
  above(threshold: number): Float32Array {
    for (let block = 0; block < this.#computed.length; block++) {
      if (this.#reach(block) > threshold) this.#compute(block)
    }
    return this.#peaks
  }

  /** The highest peak of all, as an amplitude. */
  highest(): number {
    let highest = this.#blockPeaks.reduce((max, peak) => Math.max(max, peak), 0)
    for (let block = 0; block < this.#computed.length; block++) {
      if (this.#reach(block) <= highest) continue
      this.#compute(block)
      for (let at = block * BLOCK; at < (block + 1) * BLOCK; at++) {
        if (this.#peaks[at]! > highest) highest = this.#peaks[at]!
      }
    }
    return highest
  }

  #reach(block: number): number {
    return OVERSHOOT * Math.max(this.#blockPeaks[block]!, this.#blockPeaks[block + 1]!, this.#blockPeaks[block + 2]!)
  }

  #compute(block: number) {
    if (this.#computed[block]) return
    this.#computed[block] = 1
    const padded = this.#padded
    for (let at = block * BLOCK, end = at + BLOCK; at < end; at++) {
      let peak = this.#peaks[at]!
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
        const between = Math.abs(a + b + c + d)
        if (between > peak) peak = between
      }
      this.#peaks[at] = peak
    }
  }
}

/** True peak over all channels in dBTP; −Infinity for silence. */
export function truePeak(channels: readonly Float32Array[]): number {
  return toDb(Math.max(0, ...channels.map(channel => new PeakEnvelope(channel).highest())))
}
