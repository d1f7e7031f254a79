import { fromDb } from '../../../../shared/utils/loudness'
import { PEAK_BLOCK, PeakEnvelope } from '../../../../shared/utils/true-peak'
import { MOST_SAMPLES_IN_MEMORY, type Sound } from './sound'

/** Of a long sound so many frames are looked at together. */
const SEGMENT_FRAMES = 1 << 18
/** Of a long sound peaks so far under the threshold are computed too, so that it need not be read again at the next gain. */
const FURTHER_DB = 3

/**
 * Makes a function that gives the peak amplitudes of a sound, also those between samples, for each block of `PEAK_BLOCK`
 * samples of each channel: exact wherever they are over its threshold; elsewhere it may be the loudest sample alone. The
 * arrays change with its next call.
 */
export function peaksOf(sound: Sound): (threshold: number) => Float32Array[] {
  if (sound.channels * sound.frames > MOST_SAMPLES_IN_MEMORY) return peaksOfLong(sound)
  const envelopes = sound.read(0, sound.frames).map(channel => new PeakEnvelope(channel))
  return threshold => envelopes.map(envelope => envelope.above(threshold))
}

/** The same without a copy of the sound: it is read anew when a threshold is asked for that is lower than any before. */
function peaksOfLong(sound: Sound): (threshold: number) => Float32Array[] {
  const peaks = Array.from({ length: sound.channels }, () => new Float32Array(Math.ceil(sound.frames / PEAK_BLOCK)))
  let exactAbove = Infinity

  function measure() {
    const segment = new Float32Array(SEGMENT_FRAMES + 2 * PEAK_BLOCK)
    for (let at = 0; at < sound.frames; at += SEGMENT_FRAMES) {
      const end = Math.min(sound.frames, at + SEGMENT_FRAMES)
      // With what surrounds it, a block on either side; silence around the sound.
      const from = Math.max(0, at - PEAK_BLOCK)
      for (const [index, channel] of sound.read(from, Math.min(sound.frames, end + PEAK_BLOCK)).entries()) {
        segment.fill(0)
        segment.set(channel, from - at + PEAK_BLOCK)
        peaks[index]!.set(new PeakEnvelope(segment.subarray(0, end - at + 2 * PEAK_BLOCK), PEAK_BLOCK).above(exactAbove), at / PEAK_BLOCK)
      }
    }
  }

  return (threshold) => {
    if (threshold < exactAbove) {
      exactAbove = threshold * fromDb(-FURTHER_DB)
      measure()
    }
    return peaks
  }
}
