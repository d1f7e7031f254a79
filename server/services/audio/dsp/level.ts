import { fromDb, gatedLoudness, KFilter, loudnessOfPower } from '../../../../shared/utils/loudness'
import { PEAK_BLOCK } from '../../../../shared/utils/true-peak'
import { createLimiter, limitingOf, type GainCurve } from './limiter'

const TOLERANCE_LU = 0.01
const MAX_STEPS = 12
const USUAL_SLOPE = 0.8
const HOPS_PER_BLOCK = 4

export interface LevelTarget {
  lufs: number
  ceiling_dbtp: number
  /** More than this is not gained: what is that quiet is noise. */
  max_gain_db: number
}

export interface Levelled {
  channels: Float32Array[]
  gain_db: number
  /** What the loudness comes to, to 0.03 LU; who ships the sound measures that. */
  lufs: number
  /** The deepest that the limiter had to pull, ≥ 0; exactly 0 when it did nothing. */
  limiting_db: number
}

interface Attempt {
  gain_db: number
  curve: GainCurve | undefined
  lufs: number
}

export type Leveller = ReturnType<typeof createLeveller>

/**
 * Makes a levelling function for one sound: it finds the gain at which the limited sound has the loudness asked for (by
 * the secant method, in a bracket) or reaches `max_gain_db`. Made once and called again with another target, it keeps
 * what it knows of the sound's peaks and energy.
 */
export function createLeveller(channels: readonly Float32Array[], sampleRate: number) {
  const limiter = createLimiter(channels, sampleRate)
  const loudnessUnder = createEstimate(channels, sampleRate)
  const original_lufs = loudnessUnder(undefined)

  function attempt(gain_db: number, ceiling_dbtp: number): Attempt {
    const curve = limiter.curve(fromDb(gain_db), fromDb(ceiling_dbtp))
    return { gain_db, curve, lufs: gain_db + (curve ? loudnessUnder(curve) : original_lufs) }
  }

  function solve({ lufs, ceiling_dbtp, max_gain_db }: LevelTarget): Attempt {
    let low = { gain_db: -Infinity, error: -Infinity }
    let high = { gain_db: max_gain_db, error: Infinity }
    let best = attempt(Math.min(lufs - original_lufs, max_gain_db), ceiling_dbtp)
    let previous = { gain_db: NaN, error: NaN }

    for (let step = 0; step < MAX_STEPS; step++) {
      const { gain_db } = best
      const error = best.lufs - lufs
      if (Math.abs(error) <= TOLERANCE_LU || (error < 0 && gain_db >= max_gain_db)) break
      if (error < 0) low = { gain_db, error }
      else high = { gain_db, error }

      // The limiter takes away some of what is gained: with two tries the slope is known, with one it is guessed.
      const slope = (error - previous.error) / (gain_db - previous.gain_db)
      let next = gain_db - error / (slope > 0.05 ? Math.min(1, slope) : USUAL_SLOPE)
      previous = { gain_db, error }
      if (next <= low.gain_db || next > high.gain_db) next = Number.isFinite(high.error) ? (low.gain_db + high.gain_db) / 2 : high.gain_db
      best = attempt(next, ceiling_dbtp)
    }
    return best
  }

  function level(target: LevelTarget): Levelled {
    const { gain_db, curve, lufs } = solve(target)
    return { channels: limiter.apply(fromDb(gain_db), curve), gain_db, lufs, limiting_db: limitingOf(curve) }
  }
  return { original_lufs, level }
}

/**
 * The integrated loudness in LUFS of a sound under a curve of gain, without touching its samples: the curve is slow beside
 * the filters of the K-weighting, so it may be laid over the weighted energies of short blocks, which are measured once.
 * Within 0.002 LU of the meter for speech; 0.03 for bursts of noise under heavy limiting.
 */
function createEstimate(channels: readonly Float32Array[], sampleRate: number): (curve: GainCurve | undefined) => number {
  const frames = channels[0]?.length ?? 0
  const energy = blockEnergies(channels, sampleRate, Math.ceil(frames / PEAK_BLOCK))
  const blocksPerHop = Math.round(sampleRate / 10 / PEAK_BLOCK)
  // Where no block of 400 ms fits, the power of all of it, as the meter does.
  const short = energy.length < HOPS_PER_BLOCK * blocksPerHop
  const hops = new Float64Array(short ? 1 : Math.floor(energy.length / blocksPerHop))
  const width = short ? energy.length : blocksPerHop

  return function loudnessUnder(curve) {
    for (let hop = 0; hop < hops.length; hop++) {
      let sum = 0
      for (let block = hop * width, end = block + width; block < end; block++) {
        const gain = curve ? (curve[block]! + curve[block + 1]!) / 2 : 1
        sum += energy[block]! * gain * gain
      }
      hops[hop] = sum
    }
    return short ? loudnessOfPower(hops[0]! / Math.max(1, frames)) : gatedLoudness(hops, blocksPerHop * PEAK_BLOCK)
  }
}

/** K-weighted energy of each block, of all channels together; one channel counts twice, as dual mono. */
function blockEnergies(channels: readonly Float32Array[], sampleRate: number, blocks: number): Float64Array {
  const energy = new Float64Array(blocks)
  const weight = channels.length === 1 ? 2 : 1
  for (const channel of channels) {
    const filter = new KFilter(sampleRate)
    for (let block = 0; block < blocks; block++) {
      energy[block]! += weight * filter.energy(channel, block * PEAK_BLOCK, Math.min(channel.length, (block + 1) * PEAK_BLOCK))
    }
  }
  return energy
}
