import { highPassFilter } from '../../../../shared/utils/loudness'

const CORNER_HZ = 20

/** A copy with zeros in place of NaN and infinities, and how many there were. */
export function replaceInvalid(samples: Float32Array): { samples: Float32Array, invalid: number } {
  const copy = new Float32Array(samples.length)
  let invalid = 0
  for (let at = 0; at < samples.length; at++) {
    const value = samples[at]!
    // Beyond any sound; squares of such numbers would overflow.
    if (Math.abs(value) < 1e6) copy[at] = value
    else invalid++
  }
  return { samples: copy, invalid }
}

/**
 * Takes away what nobody hears but what eats headroom: the constant offset, and everything under 20 Hz (Butterworth,
 * second order). In place.
 */
export function removeOffset(samples: Float32Array, sampleRate: number): Float32Array {
  let sum = 0
  for (let at = 0; at < samples.length; at++) sum += samples[at]!
  return new OffsetFilter(sampleRate, sum / Math.max(1, samples.length)).apply(samples)
}

/** {@link removeOffset} for one channel that comes in pieces, and whose mean is known. */
export class OffsetFilter {
  readonly #coefficients
  readonly #offset: number
  #s1 = 0
  #s2 = 0

  constructor(sampleRate: number, offset: number) {
    this.#coefficients = highPassFilter(sampleRate, CORNER_HZ, Math.SQRT1_2)
    // The filter alone would answer a constant offset with a thump at the start.
    this.#offset = offset
  }

  /** The next samples. In place. */
  apply(samples: Float32Array): Float32Array {
    const { b0, b1, b2, a1, a2 } = this.#coefficients
    const offset = this.#offset
    let s1 = this.#s1
    let s2 = this.#s2
    for (let at = 0; at < samples.length; at++) {
      const x = samples[at]! - offset + 1e-30
      const y = b0 * x + s1
      s1 = b1 * x - a1 * y + s2
      s2 = b2 * x - a2 * y
      samples[at] = y
    }
    this.#s1 = s1
    this.#s2 = s2
    return samples
  }
}
