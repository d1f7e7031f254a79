import { toDb } from '../../../../shared/utils/loudness'
import { PeakEnvelope } from '../../../../shared/utils/true-peak'
import { amplify, applyCurve } from './gain'

const LOOK_AHEAD_MS = 4
const RELEASE_MS = 60

export interface Limited {
  channels: Float32Array[]
  /** The deepest that the limiter had to pull, ≥ 0; exactly 0 when it did nothing. */
  limiting_db: number
}

/**
 * A look-ahead true-peak limiter for one sound that is tried at several gains. All channels share one gain, so a stereo
 * image stays where it is. The gain comes down over the 4 ms before a peak, holds, and goes back up with a time constant
 * of 60 ms.
 */
export function createLimiter(channels: readonly Float32Array[], sampleRate: number) {
  const frames = channels[0]?.length ?? 0
  const envelopes = channels.map(channel => new PeakEnvelope(channel))
  const half = Math.max(1, Math.round(sampleRate * LOOK_AHEAD_MS / 2000))
  const release = 1 - Math.exp(-1000 / (RELEASE_MS * sampleRate))
  // Used again by every try.
  const needed = new Float64Array(frames)
  const curve = new Float64Array(frames)

  /** The sound at `gain` (an amplitude) with its peaks, also those between samples, held at `ceiling` (an amplitude). */
  return function limit(gain: number, ceiling: number): Limited {
    if (!fillNeededGain(needed, envelopes, ceiling / gain)) {
      return { channels: channels.map(channel => amplify(channel, gain)), limiting_db: 0 }
    }
    holdAndRelease(needed, curve, 2 * half, release)
    // Two short averages instead of one long: the same 4 ms, with no corner in the curve.
    average(curve, needed, half)
    average(needed, curve, half)
    let deepest = 1
    for (let at = 0; at < frames; at++) {
      if (curve[at]! < deepest) deepest = curve[at]!
      curve[at]! *= gain
    }
    return { channels: channels.map(channel => applyCurve(channel, curve)), limiting_db: -toDb(deepest) }
  }
}

/** The factor that each sample needs to stay under the threshold; false when none needs any. */
function fillNeededGain(needed: Float64Array, envelopes: PeakEnvelope[], threshold: number): boolean {
  needed.fill(1)
  let any = false
  for (const envelope of envelopes) {
    const peaks = envelope.above(threshold)
    for (let at = 0; at < needed.length; at++) {
      if (peaks[at]! <= threshold) continue
      any = true
      const gain = threshold / peaks[at]!
      if (gain < needed[at]!) needed[at] = gain
      // The peak may lie just before the next sample.
      if (at + 1 < needed.length && gain < needed[at + 1]!) needed[at + 1] = gain
    }
  }
  return any
}

/** For each sample the least of it and the `width` samples after it, and from there no faster up than the release. */
function holdAndRelease(needed: Float64Array, curve: Float64Array, width: number, release: number) {
  // Positions whose gains rise: the first is the least of the window.
  const rising = new Int32Array(needed.length)
  let head = 0
  let tail = 0
  let level = 1
  for (let at = -width, ahead = 0; at < needed.length; at++, ahead++) {
    if (ahead < needed.length) {
      const gain = needed[ahead]!
      while (tail > head && needed[rising[tail - 1]!]! >= gain) tail--
      rising[tail++] = ahead
    }
    if (at < 0) continue
    if (rising[head]! < at) head++
    level += (1 - level) * release
    const least = needed[rising[head]!]!
    if (least < level) level = least
    curve[at] = level
  }
}

/** Mean of each sample and the `width` before it; what is before the start counts as the first. */
function average(values: Float64Array, means: Float64Array, width: number) {
  const before = values[0] ?? 1
  let sum = before * (width + 1)
  for (let at = 0; at < values.length; at++) {
    sum += values[at]! - (at > width ? values[at - width - 1]! : before)
    means[at] = sum / (width + 1)
  }
}
