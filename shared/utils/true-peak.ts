import { toDb } from './loudness'

/** Taps of each phase; half of them on either side of the point between two samples. */
const TAPS = 24
const HALF = TAPS / 2
/** Peaks are kept for blocks of this many samples: 0.36 ms at 44.1 kHz. Not fewer than `HALF`. */
export const PEAK_BLOCK = 16

const QUARTER = makeKernel(1 / 4)
/** Half way between two samples the kernel is its own mirror: one tap for each two samples, from the middle outwards. */
const MIDDLE = makeKernel(1 / 2).subarray(0, HALF).toReversed()
/** At ¾ it is the mirror of that at ¼, so both come from the halves that they share: their mean and half their difference. */
const EVEN = MIDDLE.map((_, tap) => (QUARTER[HALF - 1 - tap]! + QUARTER[HALF + tap]!) / 2)
const ODD = MIDDLE.map((_, tap) => (QUARTER[HALF - 1 - tap]! - QUARTER[HALF + tap]!) / 2)
/** No point between samples can exceed the samples around it by more than this factor. */
const OVERSHOOT = Math.max(sumOfSizes(QUARTER), 2 * sumOfSizes(MIDDLE))

/** Windowed sinc, of unity gain, for a point `phase` of the way between two samples. */
function makeKernel(phase: number): Float64Array {
  const kernel = new Float64Array(TAPS).map((_, tap) => {
    const t = tap - HALF + 1 - phase
    return Math.sin(Math.PI * t) / (Math.PI * t) * (0.5 + 0.5 * Math.cos(Math.PI * t / HALF))
  })
  const sum = kernel.reduce((total, tap) => total + tap, 0)
  return kernel.map(tap => tap / sum)
}

function sumOfSizes(taps: Float64Array): number {
  return taps.reduce((sum, tap) => sum + Math.abs(tap), 0)
}

/**
 * The peaks of a sound as a converter would play it: oversampled four times (ITU-R BS.1770-4, annex 2, with 24 taps a
 * phase instead of 12). Blocks that cannot reach the level asked for are not computed, which makes this cheap.
 */
export class PeakEnvelope {
  /** The sound between what surrounds it, a block on either side, so that no point needs to look where it ends. */
  readonly #padded: Float32Array
  /** Loudest sample of each block, and of those around the sound. */
  readonly #samplePeaks: Float32Array
  /** The same until a block is computed, then its true peak. */
  readonly #peaks: Float32Array
  readonly #computed: Uint8Array
  readonly #length: number

  /**
   * @param samples of one channel
   * @param edges how many of them, on either side, only stand there for the points within to look at; without any, the
   * sound has silence around it
   */
  constructor(samples: Float32Array, edges = 0) {
    const length = samples.length - 2 * edges
    const blocks = Math.ceil(length / PEAK_BLOCK)
    const padded = new Float32Array((blocks + 2) * PEAK_BLOCK)
    padded.set(samples, PEAK_BLOCK - edges)
    const peaks = new Float32Array(blocks + 2)
    for (let block = 0, at = 0; block < peaks.length; block++) {
      let peak = 0
      for (const end = at + PEAK_BLOCK; at < end; at++) {
        const level = Math.abs(padded[at]!)
        if (level > peak) peak = level
      }
      peaks[block] = peak
    }
    this.#length = length
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

  /** The highest peak of all, as an amplitude, or `least` when none is higher. */
  highest(least = 0): number {
    let highest = this.#peaks.reduce((max, peak) => Math.max(max, peak), least)
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
    for (let at = block * PEAK_BLOCK, end = Math.min(this.#length, at + PEAK_BLOCK); at < end; at++) {
      let middle = 0
      let even = 0
      let odd = 0
      // From the two samples around the point outwards.
      for (let tap = 0, left = at + PEAK_BLOCK, right = left + 1; tap < HALF; tap++, left--, right++) {
        const sum = padded[left]! + padded[right]!
        middle += MIDDLE[tap]! * sum
        even += EVEN[tap]! * sum
        odd += ODD[tap]! * (padded[left]! - padded[right]!)
      }
      // The points at ¼ and ¾ are even ± odd.
      peak = Math.max(peak, Math.abs(middle), Math.abs(even) + Math.abs(odd))
    }
    this.#peaks[block] = peak
    this.#computed[block] = 1
  }
}

/** True peak over all channels in dBTP; −Infinity for silence. */
export function truePeak(channels: readonly Float32Array[]): number {
  const meter = new TruePeakMeter(channels.length)
  meter.push(channels)
  return meter.highest()
}

/** The same for a sound that comes in pieces of any length. */
export class TruePeakMeter {
  /** Of each channel the last samples: what was looked at already, and what waits until it is known what follows. */
  #carried: Float32Array[]
  #peak = 0

  constructor(channels: number) {
    this.#carried = Array.from({ length: channels }, () => new Float32Array(HALF))
  }

  /** The next samples of every channel. */
  push(channels: readonly Float32Array[]): void {
    this.#carried = this.#carried.map((carried, index) => {
      const joined = join(carried, channels[index]!)
      this.#peak = highestWithin(joined, this.#peak)
      return joined.slice(-2 * HALF)
    })
  }

  /** The highest peak so far in dBTP, with silence after what came. */
  highest(): number {
    return toDb(this.#carried.reduce((peak, carried) => highestWithin(join(carried, new Float32Array(HALF)), peak), this.#peak))
  }
}

/** The highest peak between the first and the last samples, or `least`. */
function highestWithin(samples: Float32Array, least: number): number {
  return samples.length > 2 * HALF ? new PeakEnvelope(samples, HALF).highest(least) : least
}

function join(first: Float32Array, second: Float32Array): Float32Array {
  const joined = new Float32Array(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}
