import { fromDb, integratedLoudness } from '../../../../shared/utils/loudness'
import { createLimiter, type Limited } from './limiter'

const TOLERANCE_LU = 0.02
const MAX_STEPS = 12
const USUAL_SLOPE = 0.8

export interface LevelTarget {
  lufs: number
  ceiling_dbtp: number
  /** More than this is not gained: what is that quiet is noise. */
  max_gain_db: number
}

export interface Levelled extends Limited {
  gain_db: number
  lufs: number
}

export type Leveller = ReturnType<typeof createLeveller>

/**
 * Makes a levelling function for one sound: it finds the gain at which the limited sound has the loudness asked for (to
 * 0.02 LU, by the secant method, in a bracket) or reaches `max_gain_db`. Made once and called again with another target,
 * it keeps what it knows of the sound's peaks.
 */
export function createLeveller(channels: readonly Float32Array[], sampleRate: number) {
  const original_lufs = integratedLoudness(channels, sampleRate)
  const limit = createLimiter(channels, sampleRate)

  function attempt(gain_db: number, ceiling_dbtp: number): Levelled {
    const limited = limit(fromDb(gain_db), fromDb(ceiling_dbtp))
    const lufs = limited.limiting_db === 0 ? original_lufs + gain_db : integratedLoudness(limited.channels, sampleRate)
    return { ...limited, gain_db, lufs }
  }

  function level({ lufs, ceiling_dbtp, max_gain_db }: LevelTarget): Levelled {
    let low = { gain_db: -Infinity, error: -Infinity }
    let high = { gain_db: max_gain_db, error: Infinity }
    let gain_db = Math.min(lufs - original_lufs, max_gain_db)
    let best = attempt(gain_db, ceiling_dbtp)
    let previous = { gain_db: NaN, error: NaN }

    for (let step = 0; step < MAX_STEPS; step++) {
      const error = best.lufs - lufs
      if (Math.abs(error) <= TOLERANCE_LU || (error < 0 && gain_db >= max_gain_db)) break
      if (error < 0) low = { gain_db, error }
      else high = { gain_db, error }

      // The limiter takes away some of what is gained: with two tries the slope is known, with one it is guessed.
      const slope = (error - previous.error) / (gain_db - previous.gain_db)
      let next = gain_db - error / (slope > 0.05 ? Math.min(1, slope) : USUAL_SLOPE)
      previous = { gain_db, error }
      if (next <= low.gain_db || next > high.gain_db) next = Number.isFinite(high.error) ? (low.gain_db + high.gain_db) / 2 : high.gain_db
      gain_db = next
      best = attempt(gain_db, ceiling_dbtp)
    }
    return best
  }
  return { original_lufs, level }
}
