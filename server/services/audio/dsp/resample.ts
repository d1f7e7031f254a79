/** Zero crossings of the sinc on either side at the lower of the two rates. */
const HALF_WIDTH = 20
/** Going down, what of the lower rate's bandwidth is kept; the rest is the slope of the filter. */
const PASSBAND = 0.94
/** Kaiser window: about 70 dB down outside of the band. */
const BETA = 7

/**
 * The same sound at another sample rate, by windowed-sinc polyphase filtering (linear phase, no delay, ~70 dB). Both rates
 * in whole Hz.
 */
export function resample(samples: Float32Array, from_hz: number, to_hz: number): Float32Array {
  if (from_hz === to_hz) return samples
  const divisor = greatestCommonDivisor(from_hz, to_hz)
  const up = to_hz / divisor
  const down = from_hz / divisor
  if (up === 2 && down === 1) return double(samples)

  const scale = Math.min(1, to_hz / from_hz)
  // Even: `product` takes four taps at a time.
  const reach = 2 * Math.ceil(HALF_WIDTH / scale / 2)
  const taps = 2 * reach
  // Going up there is nothing beyond the band to fold back, and at its full width every sample that exists stays as it is.
  const kernel = makeKernel(up, taps, scale < 1 ? scale * PASSBAND : 1)

  const padded = new Float64Array(samples.length + 2 * taps)
  padded.set(samples, taps)
  const output = new Float32Array(Math.ceil(samples.length * up / down))
  for (let at = 0, whole = 0, phase = 0; at < output.length; at++) {
    const from = whole + taps - reach + 1
    if (phase === 0 && scale === 1) output[at] = samples[whole]!
    else output[at] = product(padded, from, kernel, phase * taps, taps)
    phase += down
    while (phase >= up) {
      phase -= up
      whole++
    }
  }
  return output
}

/** Sum of products of `length` values; four sums side by side, because one alone would wait for each addition. */
function product(x: Float64Array, from: number, y: Float64Array, start: number, length: number): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let i = from, k = start, end = from + length; i < end; i += 4, k += 4) {
    a += x[i]! * y[k]!
    b += x[i + 1]! * y[k + 1]!
    c += x[i + 2]! * y[k + 2]!
    d += x[i + 3]! * y[k + 3]!
  }
  return a + b + c + d
}

/**
 * Twice as many samples: those that exist, and one in the middle of each two. There the kernel is its own mirror, which
 * halves the multiplications; and four neighbours at a time share most of what they read.
 */
function double(samples: Float32Array): Float32Array {
  const half = makeKernel(2, 2 * HALF_WIDTH, 1).subarray(2 * HALF_WIDTH, 3 * HALF_WIDTH).toReversed()
  const padded = new Float32Array(samples.length + 2 * HALF_WIDTH + 4)
  padded.set(samples, HALF_WIDTH)
  const output = new Float32Array(2 * samples.length + 8)
  for (let at = 0; at < samples.length; at += 4) {
    let left = at + HALF_WIDTH
    let right = left + 4
    let l0 = padded[left]!
    let l1 = padded[left + 1]!
    let l2 = padded[left + 2]!
    let l3 = padded[left + 3]!
    let r0 = l1
    let r1 = l2
    let r2 = l3
    let r3 = padded[right]!
    const out = 2 * at
    output[out] = l0
    output[out + 2] = l1
    output[out + 4] = l2
    output[out + 6] = l3
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    for (let tap = 0; tap < HALF_WIDTH; tap++) {
      const weight = half[tap]!
      a += (l0 + r0) * weight
      b += (l1 + r1) * weight
      c += (l2 + r2) * weight
      d += (l3 + r3) * weight
      l3 = l2
      l2 = l1
      l1 = l0
      l0 = padded[--left]!
      r0 = r1
      r1 = r2
      r2 = r3
      r3 = padded[++right]!
    }
    output[out + 1] = a
    output[out + 3] = b
    output[out + 5] = c
    output[out + 7] = d
  }
  return output.subarray(0, 2 * samples.length)
}

/** For each of the `phases` positions between two input samples, the taps of the low-pass around it, of unity gain. */
function makeKernel(phases: number, taps: number, cutoff: number): Float64Array {
  const kernel = new Float64Array(phases * taps)
  const reach = taps / 2
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0
    for (let tap = 0; tap < taps; tap++) {
      const t = tap - reach + 1 - phase / phases
      const x = Math.PI * t * cutoff
      const sinc = x === 0 ? 1 : Math.sin(x) / x
      const window = bessel(BETA * Math.sqrt(Math.max(0, 1 - (t / reach) ** 2)))
      sum += kernel[phase * taps + tap] = sinc * window
    }
    for (let tap = 0; tap < taps; tap++) kernel[phase * taps + tap]! /= sum
  }
  return kernel
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
