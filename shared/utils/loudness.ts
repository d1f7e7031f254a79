/** Coefficients of one second-order section, normalised to a0 = 1. */
interface Biquad {
  b0: number
  b1: number
  b2: number
  a1: number
  a2: number
}

/** Added to the power of a K-weighted signal: ITU-R BS.1770-4, formula 2. */
const OFFSET_LU = -0.691
/** Power of what the filters make of digital silence, and more. */
const NOTHING = 1e-20
const ABSOLUTE_GATE_LUFS = -70
const RELATIVE_GATE_LU = -10
/** A block of 400 ms is four hops of 100 ms: an overlap of 75 %. */
const HOPS_PER_BLOCK = 4

/** dB of an amplitude; −Infinity for 0. */
export const toDb = (amplitude: number): number => 20 * Math.log10(amplitude)
/** Amplitude of a level in dB. */
export const fromDb = (db: number): number => 10 ** (db / 20)

/**
 * Integrated loudness in LUFS by ITU-R BS.1770-4: K-weighting, blocks of 400 ms every 100 ms, gates at −70 LUFS and at
 * 10 LU below the mean of what passed. One channel is measured as dual mono (as a loudspeaker plays it: +3.01 LU), two as
 * left and right. Under 0.4 s, where no block fits, the power of all of it without gates. −Infinity for silence.
 *
 * Samples must be finite. Agrees with libebur128 on EBU Tech 3341's cases.
 */
export function integratedLoudness(channels: readonly Float32Array[], sampleRate: number): number {
  const hop = Math.round(sampleRate / 10)
  const frames = channels[0]?.length ?? 0
  const weight = channels.length === 1 ? 2 : 1
  const hops = Math.floor(frames / hop)

  if (hops < HOPS_PER_BLOCK) {
    let sum = 0
    for (const channel of channels) sum += weightedPower(channel, sampleRate, frames)[0] ?? 0
    return frames === 0 ? -Infinity : loudnessOfPower(weight * sum / frames)
  }

  const energy = new Float64Array(hops)
  for (const channel of channels) {
    const power = weightedPower(channel, sampleRate, hop)
    for (let index = 0; index < hops; index++) energy[index]! += weight * power[index]!
  }
  return gatedLoudness(energy, hop)
}

function gatedLoudness(energy: Float64Array, hop: number): number {
  const blocks: number[] = []
  for (let end = HOPS_PER_BLOCK; end <= energy.length; end++) {
    let sum = 0
    for (let index = end - HOPS_PER_BLOCK; index < end; index++) sum += energy[index]!
    blocks.push(sum / (HOPS_PER_BLOCK * hop))
  }
  const heard = blocks.filter(power => loudnessOfPower(power) > ABSOLUTE_GATE_LUFS)
  const gate = loudnessOfPower(mean(heard)) + RELATIVE_GATE_LU
  return loudnessOfPower(mean(heard.filter(power => loudnessOfPower(power) > gate)))
}

function mean(values: number[]): number {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0
}

function loudnessOfPower(power: number): number {
  return power > NOTHING ? OFFSET_LU + 10 * Math.log10(power) : -Infinity
}

/** Sum of squares of the K-weighted signal for each hop; a hop that is not full is left out. */
function weightedPower(samples: Float32Array, sampleRate: number, hop: number): Float64Array {
  const { shelf, highPass } = kWeighting(sampleRate)
  const { b0, b1, b2, a1, a2 } = shelf
  const { b0: c0, b1: c1, b2: c2, a1: d1, a2: d2 } = highPass
  const power = new Float64Array(hop > 0 ? Math.floor(samples.length / hop) : 0)
  let s1 = 0
  let s2 = 0
  let t1 = 0
  let t2 = 0
  for (let index = 0, at = 0; index < power.length; index++) {
    let sum = 0
    for (const end = at + hop; at < end; at++) {
      // Far below any sample: keeps the state out of denormal numbers, which are slow, during silence.
      const x = samples[at]! + 1e-30
      const y = b0 * x + s1
      s1 = b1 * x - a1 * y + s2
      s2 = b2 * x - a2 * y
      const z = c0 * y + t1
      t1 = c1 * y - d1 * z + t2
      t2 = c2 * y - d2 * z
      sum += z * z
    }
    power[index] = sum
  }
  return power
}

/**
 * The two filters of BS.1770 for any sample rate: the tables of the standard hold for 48 kHz only, so the analogue
 * prototypes behind them (corner, gain, Q, as libebur128 derived them) go through the bilinear transform.
 */
export function kWeighting(sampleRate: number): { shelf: Biquad, highPass: Biquad } {
  return { shelf: shelfFilter(sampleRate), highPass: highPassFilter(sampleRate, 38.13547087602444, 0.5003270373238773, false) }
}

function shelfFilter(sampleRate: number): Biquad {
  const k = Math.tan(Math.PI * 1681.974450955533 / sampleRate)
  const q = 0.7071752369554196
  const high = fromDb(3.999843853973347)
  const band = high ** 0.4996667741545416
  const a0 = 1 + k / q + k * k
  return {
    b0: (high + band * k / q + k * k) / a0,
    b1: 2 * (k * k - high) / a0,
    b2: (high - band * k / q + k * k) / a0,
    a1: 2 * (k * k - 1) / a0,
    a2: (1 - k / q + k * k) / a0,
  }
}

/** Second-order high-pass by the bilinear transform; BS.1770 leaves its numerator at 1, −2, 1, without unity gain. */
export function highPassFilter(sampleRate: number, corner_hz: number, q: number, unityGain = true): Biquad {
  const k = Math.tan(Math.PI * corner_hz / sampleRate)
  const a0 = 1 + k / q + k * k
  const gain = unityGain ? 1 / a0 : 1
  return { b0: gain, b1: -2 * gain, b2: gain, a1: 2 * (k * k - 1) / a0, a2: (1 - k / q + k * k) / a0 }
}
