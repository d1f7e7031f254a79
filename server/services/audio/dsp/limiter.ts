import { toDb } from '../../../../shared/utils/loudness'
import { PEAK_BLOCK } from '../../../../shared/utils/true-peak'
import { amplify } from './gain'
import { peaksOf } from './peaks'
import type { Sound } from './sound'

const LOOK_AHEAD_MS = 4
const RELEASE_MS = 60

/** The gain at the edges of the blocks of `PEAK_BLOCK` samples, from 0 to 1: one before each, and one after the last. */
export type GainCurve = Float64Array

/**
 * A look-ahead true-peak limiter for one sound that is tried at several gains. All channels share one gain, so a stereo
 * image stays where it is. The gain comes down over the 4 ms before a peak, holds, and goes back up with a time constant
 * of 60 ms. It is worked out at the edges of the blocks of the envelope (every 0.36 ms) and drawn straight between them.
 */
export function createLimiter(sound: Sound, sampleRate: number) {
  const peaksAbove = peaksOf(sound)
  const blocks = Math.ceil(sound.frames / PEAK_BLOCK)
  const half = Math.max(1, Math.round(sampleRate * LOOK_AHEAD_MS / 2000 / PEAK_BLOCK))
  const release = 1 - Math.exp(-1000 * PEAK_BLOCK / (RELEASE_MS * sampleRate))

  /**
   * What the limiter does to the sound at `gain` (an amplitude) to hold its peaks, also those between samples, at
   * `ceiling` (an amplitude); undefined when it has nothing to do.
   */
  function curve(gain: number, ceiling: number): GainCurve | undefined {
    const threshold = ceiling / gain
    const needed = neededGain(peaksAbove(threshold), blocks, threshold)
    if (!needed) return undefined
    const held = holdAndRelease(needed, 2 * half, release)
    // Two short averages instead of one long: the same 4 ms, with no corner in the curve.
    return average(average(held, half), half)
  }

  /** The sound at `gain` (an amplitude) under that curve; it is shaped as it is read. */
  function apply(gain: number, under: GainCurve | undefined): Sound {
    let kept: Float32Array<ArrayBuffer>[] = []
    return {
      channels: sound.channels,
      frames: sound.frames,
      read: (from, to) => {
        const slice = sound.read(from, to)
        if (kept[0]?.length !== to - from) kept = slice.map(channel => new Float32Array(channel.length))
        return slice.map((channel, index) => under ? applyCurve(channel, from, under, gain, kept[index]!) : amplify(channel, gain, kept[index]))
      },
    }
  }
  return { curve, apply }
}

/** The deepest that the limiter pulls, in dB ≥ 0; exactly 0 when it does nothing. */
export function limitingOf(curve: GainCurve | undefined): number {
  return curve ? -toDb(curve.reduce((least, value) => Math.min(least, value), 1)) : 0
}

/** The factor that each block needs to stay under the threshold; undefined when none needs any. */
function neededGain(channels: Float32Array[], blocks: number, threshold: number): Float64Array | undefined {
  const needed = new Float64Array(blocks).fill(1)
  let any = false
  for (const peaks of channels) {
    for (let block = 0; block < blocks; block++) {
      if (peaks[block]! <= threshold) continue
      any = true
      needed[block] = Math.min(needed[block]!, threshold / peaks[block]!)
    }
  }
  return any ? needed : undefined
}

/**
 * For each edge (one before each block, and one after the last) the least that the block before it and the `width` + 1
 * blocks after it need, and from there no faster up than the release.
 */
function holdAndRelease(needed: Float64Array, width: number, release: number): Float64Array {
  const held = new Float64Array(needed.length + 1)
  let level = 1
  /** From this edge on no block seen so far is within reach that needs anything; most of a sound is that quiet. */
  let quietFrom = width + 1
  for (let edge = 0; edge < held.length; edge++) {
    level += (1 - level) * release
    const last = edge + width
    if (last < needed.length && needed[last]! < 1) quietFrom = last + 2
    if (edge < quietFrom) {
      const end = Math.min(needed.length, last + 1)
      for (let block = Math.max(0, edge - 1); block < end; block++) level = Math.min(level, needed[block]!)
    }
    held[edge] = level
  }
  return held
}

/** Mean of each value and the `width` before it; what is before the start counts as the first. */
function average(values: Float64Array, width: number): Float64Array {
  const first = values[0]!
  const means = new Float64Array(values.length)
  let sum = first * (width + 1)
  for (let at = 0; at < values.length; at++) {
    sum += values[at]! - (at > width ? values[at - width - 1]! : first)
    means[at] = sum / (width + 1)
  }
  return means
}

/** @param from where in the sound these samples begin */
function applyCurve(samples: Float32Array, from: number, curve: GainCurve, gain: number, shaped: Float32Array): Float32Array {
  for (let at = 0; at < samples.length;) {
    const block = Math.floor((from + at) / PEAK_BLOCK)
    const start = curve[block]! * gain
    const step = (curve[block + 1]! - curve[block]!) * gain / PEAK_BLOCK
    const end = Math.min(samples.length, (block + 1) * PEAK_BLOCK - from)
    for (let within = from + at - block * PEAK_BLOCK; at < end; at++, within++) shaped[at] = samples[at]! * (start + step * within)
  }
  return shaped
}
