import type { Checker } from '../checker'
import { createSoundFile } from '../codec/sound-file'
import { OffsetFilter } from '../dsp/clean'
import { downmix } from '../dsp/gain'
import { createResampler, resampledLength } from '../dsp/resample-stream'
import { MOST_SAMPLES_IN_MEMORY, soundOf, type Sound } from '../dsp/sound'
import { masterSound, MINIMUM_MS, type Mastered, type MasterSettings, type MasterWarning } from '../mastering'
import { openSound, type SoundFile, type SourceWarning } from './sound-reader'

export type UploadRefusal = 'not_audio' | 'damaged' | 'silent' | 'too_short' | 'too_long' | 'storage_full'
export type UploadWarning = MasterWarning | SourceWarning
export type UploadedMessage = Omit<Mastered, 'warnings'> & { warnings: UploadWarning[] }
export type UploadOutcome = { mastered: UploadedMessage } | { refused: UploadRefusal }

export interface UploadSettings {
  /** One channel is shipped with `mono_kbps`, two with `bitrate_kbps`. */
  master: MasterSettings
  mono_kbps: MasterSettings['bitrate_kbps']
  min_s: number
  max_s: number
  /** Where the samples of a long sound may lie meanwhile; the caller removes it. */
  scratch: string
}

/** Power of the difference of two channels beside that of their sum: less is one voice on two tracks. */
const MONO_POWER = 1e-4

/**
 * An uploaded message as a store hears it: cleaned, levelled, encoded, measured. In the thread that calls it. The upload
 * is read twice, so that of a long one no more than a slice is ever in memory.
 */
export async function masterUploaded(source: SoundFile, settings: UploadSettings, checker: Checker): Promise<UploadOutcome> {
  const survey = await surveySound(source, settings)
  if ('refused' in survey) return survey
  const { sample_rate } = settings.master
  const channels = survey.offsets.length
  const frames = Math.max(resampledLength(survey.frames, survey.sample_rate, sample_rate), Math.ceil(sample_rate * MINIMUM_MS / 1000))
  const cleaned = channels * frames > MOST_SAMPLES_IN_MEMORY ? createSoundFile(settings.scratch, channels, frames) : inMemory(channels, frames)
  try {
    await readCleaned(source, survey, sample_rate, cleaned.write)
    const bitrate_kbps = channels === 1 ? settings.mono_kbps : settings.master.bitrate_kbps
    const outcome = await masterSound(cleaned.sound, { ...settings.master, bitrate_kbps }, checker, new Set())
    if ('refused' in outcome) return outcome
    return { mastered: { ...outcome.mastered, warnings: [...new Set<UploadWarning>([...survey.warnings, ...outcome.mastered.warnings])] } }
  }
  catch (error) {
    // An error loses its code on its way out of the thread.
    if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) return { refused: 'storage_full' }
    throw error
  }
  finally {
    cleaned.close()
  }
}

/** What must be known of the whole upload before its first sample can be cleaned. */
interface Survey {
  frames: number
  sample_rate: number
  /** The constant offset of each channel that is used: of one, where two say the same. */
  offsets: number[]
  warnings: Set<SourceWarning>
}

async function surveySound(source: SoundFile, { min_s, max_s }: UploadSettings): Promise<Survey | { refused: UploadRefusal }> {
  const reader = await openSound(source)
  if (!reader) return { refused: 'not_audio' }
  try {
    let frames = 0
    let channels = 0
    const sums = [0, 0]
    let sum = 0
    let power = 0
    let difference = 0
    for await (const piece of reader.pieces) {
      channels ||= piece.length
      const [left, right] = sides(piece)
      for (let at = 0; at < left.length; at++) {
        sums[0]! += left[at]!
        sums[1]! += right[at]!
        sum += Math.fround((left[at]! + right[at]!) / 2)
        power += (left[at]! + right[at]!) ** 2
        difference += (left[at]! - right[at]!) ** 2
      }
      frames += left.length
      if (frames > max_s * reader.sampleRate()) return { refused: 'too_long' }
    }
    if (!frames) return { refused: reader.warnings.has('damaged_frames') ? 'damaged' : source.kind === 'mp3' ? 'not_audio' : 'too_short' }
    if (frames < min_s * reader.sampleRate()) return { refused: 'too_short' }
    const is_mono = channels === 1 || difference <= power * MONO_POWER
    return { frames, sample_rate: reader.sampleRate(), offsets: (is_mono ? [sum] : sums).map(total => total / frames), warnings: reader.warnings }
  }
  finally {
    await reader.close()
  }
}

/** The samples that will be mastered, piece by piece and channel by channel, at the rate of the output. */
async function readCleaned(source: SoundFile, { offsets, sample_rate }: Survey, to_hz: number, write: (channel: number, at: number, samples: Float32Array) => void): Promise<void> {
  const chains = offsets.map((offset, channel) => {
    const filter = new OffsetFilter(sample_rate, offset)
    let at = 0
    const resampler = createResampler(sample_rate, to_hz, (samples) => {
      write(channel, at, samples)
      at += samples.length
    })
    return { push: (samples: Float32Array) => resampler.push(filter.apply(samples)), end: resampler.end }
  })
  const reader = await openSound(source)
  try {
    for await (const piece of reader!.pieces) {
      const [left, right] = sides(piece)
      if (chains.length === 1) chains[0]!.push(left === right ? left : downmix(left, right))
      else [left, right].forEach((side, channel) => chains[channel]!.push(side))
    }
    for (const chain of chains) chain.end()
  }
  finally {
    await reader?.close()
  }
}

/** Left and right; a channel that comes and goes is one that the other is copied to. */
const sides = (piece: readonly Float32Array[]): [Float32Array, Float32Array] => [piece[0]!, piece[1] ?? piece[0]!]

function inMemory(count: number, frames: number): { sound: Sound, write: (channel: number, at: number, samples: Float32Array) => void, close: () => void } {
  const channels = Array.from({ length: count }, () => new Float32Array(frames))
  return { sound: soundOf(channels), write: (channel, at, samples) => channels[channel]!.set(samples, at), close: () => {} }
}
