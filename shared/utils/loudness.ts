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
  const meter = new LoudnessMeter(sampleRate, channels.length)
  meter.push(channels)
  return meter.integrated()
}

/** The same for a sound that comes in pieces of any length; it keeps one number for every 100 ms. */
export class LoudnessMeter {
  readonly #hop: number
  readonly #weight: number
  readonly #filters: KFilter[]
  /** Weighted energy of each hop of 100 ms, all channels together. */
  readonly #energy: number[] = []
  /** Energy and samples of the hop that is not full yet. */
  #rest = 0
  #restSamples = 0

  constructor(sampleRate: number, channels: number) {
    this.#hop = Math.round(sampleRate / 10)
    this.#weight = channels === 1 ? 2 : 1
    this.#filters = Array.from({ length: channels }, () => new KFilter(sampleRate))
  }

  /** The next samples of every channel, equally many of each. */
  push(channels: readonly Float32Array[]): void {
    const frames = channels[0]?.length ?? 0
    for (let from = 0; from < frames;) {
      const to = Math.min(frames, from + this.#hop - this.#restSamples)
      for (const [index, channel] of channels.entries()) this.#rest += this.#weight * this.#filters[index]!.energy(channel, from, to)
      this.#restSamples += to - from
      from = to
      if (this.#restSamples < this.#hop) return
      this.#energy.push(this.#rest)
      this.#rest = 0
      this.#restSamples = 0
    }
  }

  /** Loudness in LUFS of everything so far. */
  integrated(): number {
    if (this.#energy.length < HOPS_PER_BLOCK) {
      const samples = this.#energy.length * this.#hop + this.#restSamples
      return samples === 0 ? -Infinity : loudnessOfPower((sumOf(this.#energy) + this.#rest) / samples)
    }
    return gatedLoudness(this.#energy, this.#hop)
  }
}

/**
 * Integrated loudness in LUFS of energies (sums of squares of the K-weighted signal, channels weighted and added) of
 * successive hops of `hop` samples, of which four make a block.
 */
export function gatedLoudness(energy: ArrayLike<number>, hop: number): number {
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

function sumOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function mean(values: number[]): number {
  return values.length ? sumOf(values) / values.length : 0
}

/** LUFS of a K-weighted mean power; −Infinity for silence. */
export function loudnessOfPower(power: number): number {
  return power > NOTHING ? OFFSET_LU + 10 * Math.log10(power) : -Infinity
}

/** The K-weighting of one channel, which goes on where it stopped. */
export class KFilter {
  readonly #shelf: Biquad
  readonly #highPass: Biquad
  #s1 = 0
  #s2 = 0
  #t1 = 0
  #t2 = 0

  constructor(sampleRate: number) {
    const { shelf, highPass } = kWeighting(sampleRate)
    this.#shelf = shelf
    this.#highPass = highPass
  }

  /** Sum of squares of the weighted signal from sample `from` up to `to`. */
  energy(samples: Float32Array, from: number, to: number): number {
    const { b0, b1, b2, a1, a2 } = this.#shelf
    const { b0: c0, b1: c1, b2: c2, a1: d1, a2: d2 } = this.#highPass
    let s1 = this.#s1
    let s2 = this.#s2
    let t1 = this.#t1
    let t2 = this.#t2
    let sum = 0
    for (let at = from; at < to; at++) {
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
    this.#s1 = s1
    this.#s2 = s2
    this.#t1 = t1
    this.#t2 = t2
    return sum
  }
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
