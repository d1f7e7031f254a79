import { fromDb, gatedLoudness, KFilter, loudnessOfPower } from '../../../../shared/utils/loudness'
import { PEAK_BLOCK } from '../../../../shared/utils/true-peak'
import { createLimiter, limitingOf, type GainCurve } from './limiter'
import { slicesOf, type Sound } from './sound'

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
  sound: Sound
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
export function createLeveller(sound: Sound, sampleRate: number) {
  const limiter = createLimiter(sound, sampleRate)
  const loudnessUnder = createEstimate(sound, sampleRate)
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
    return { sound: limiter.apply(fromDb(gain_db), curve), gain_db, lufs, limiting_db: limitingOf(curve) }
  }
  return { original_lufs, level }
}

/**
 * The integrated loudness in LUFS of a sound under a curve of gain, without touching its samples: the curve is slow beside
 * the filters of the K-weighting, so it may be laid over the weighted energies of short blocks, which are measured once.
 * Without a curve it is what the meter says; under one within 0.003 LU of that for speech, 0.02 under heavy limiting.
 */
function createEstimate(sound: Sound, sampleRate: number) {
  const { blocks, hops, hop } = measureEnergies(sound, sampleRate)
  const blocksPerHop = Math.round(hop / PEAK_BLOCK)
  // Where no block of 400 ms fits, the power of all of it, as the meter does.
  const short = hops.length < HOPS_PER_BLOCK
  const width = short ? blocks.length : blocksPerHop
  const sums = new Float64Array(short ? 1 : Math.floor(blocks.length / blocksPerHop))

  function estimate(curve: GainCurve | undefined): number {
    for (let index = 0; index < sums.length; index++) {
      let sum = 0
      for (let block = index * width, end = block + width; block < end; block++) {
        const gain = curve ? (curve[block]! + curve[block + 1]!) / 2 : 1
        sum += blocks[block]! * gain * gain
      }
      sums[index] = sum
    }
    return short ? loudnessOfPower(sums[0]! / Math.max(1, sound.frames)) : gatedLoudness(sums, blocksPerHop * PEAK_BLOCK)
  }

  const uncurved = estimate(undefined)
  const original_lufs = short ? uncurved : gatedLoudness(hops, hop)
  return (curve: GainCurve | undefined) => curve ? original_lufs + estimate(curve) - uncurved : original_lufs
}

/** K-weighted energy, of all channels together, of each block of the peaks and of each hop of 100 ms; one channel counts twice, as dual mono. */
function measureEnergies(sound: Sound, sampleRate: number): { blocks: Float64Array, hops: Float64Array, hop: number } {
  const hop = Math.round(sampleRate / 10)
  const blocks = new Float64Array(Math.ceil(sound.frames / PEAK_BLOCK))
  const hops = new Float64Array(Math.floor(sound.frames / hop))
  const weight = sound.channels === 1 ? 2 : 1
  const filters = Array.from({ length: sound.channels }, () => new KFilter(sampleRate))
  for (const { at, channels } of slicesOf(sound)) {
    for (const [side, channel] of channels.entries()) {
      const last = at + channel.length
      for (let from = at, block = Math.floor(at / PEAK_BLOCK), index = Math.floor(at / hop); from < last;) {
        const to = Math.min(last, (block + 1) * PEAK_BLOCK, (index + 1) * hop)
        const energy = weight * filters[side]!.energy(channel, from - at, to - at)
        blocks[block]! += energy
        if (index < hops.length) hops[index]! += energy
        if (to === (block + 1) * PEAK_BLOCK) block++
        if (to === (index + 1) * hop) index++
        from = to
      }
    }
  }
  return { blocks, hops, hop }
}
