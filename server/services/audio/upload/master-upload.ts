import type { Checker } from '../checker'
import { removeOffset } from '../dsp/clean'
import { downmix } from '../dsp/gain'
import { resample } from '../dsp/resample'
import { masterChannels, type Mastered, type MasterSettings, type MasterWarning } from '../mastering'
import { openSound, type SoundFile, type SourceWarning } from './sound-reader'

export type UploadRefusal = 'not_audio' | 'damaged' | 'silent' | 'too_short' | 'too_long'
export type UploadWarning = MasterWarning | SourceWarning
export type UploadedMessage = Omit<Mastered, 'warnings'> & { warnings: UploadWarning[] }
export type UploadOutcome = { mastered: UploadedMessage } | { refused: UploadRefusal }

export interface UploadSettings {
  /** One channel is shipped with `mono_kbps`, two with `bitrate_kbps`. */
  master: MasterSettings
  mono_kbps: MasterSettings['bitrate_kbps']
  min_s: number
  max_s: number
}

/** Power of the difference of two channels beside that of their sum: less is one voice on two tracks. */
const MONO_POWER = 1e-4
/** Input samples that are resampled at a time, besides what the filter reaches over. */
const RESAMPLED_AT_ONCE = 2_000_000
const RESAMPLE_MARGIN_S = 0.05

/** An uploaded message as a store hears it: cleaned, levelled, encoded, measured. In the thread that calls it. */
export async function masterUploaded(source: SoundFile, settings: UploadSettings, checker: Checker): Promise<UploadOutcome> {
  const read = await readWhole(source, settings)
  if ('refused' in read) return read
  const { sample_rate } = settings.master
  const channels = withoutCopy(read.channels).map(channel => resampleInBlocks(removeOffset(channel, read.sample_rate), read.sample_rate, sample_rate))
  const bitrate_kbps = channels.length === 1 ? settings.mono_kbps : settings.master.bitrate_kbps
  const outcome = await masterChannels(channels, { ...settings.master, bitrate_kbps }, checker, new Set())
  if ('refused' in outcome) return outcome
  return { mastered: { ...outcome.mastered, warnings: [...new Set<UploadWarning>([...read.warnings, ...outcome.mastered.warnings])] } }
}

type Read = { channels: Float32Array[], sample_rate: number, warnings: Set<SourceWarning> } | { refused: UploadRefusal }

async function readWhole(source: SoundFile, { min_s, max_s }: UploadSettings): Promise<Read> {
  const reader = await openSound(source)
  if (!reader) return { refused: 'not_audio' }
  try {
    const pieces: Float32Array[][] = []
    let frames = 0
    for await (const piece of reader.pieces) {
      pieces.push(piece)
      frames += piece[0]!.length
      if (frames > max_s * reader.sampleRate()) return { refused: 'too_long' }
    }
    if (!frames) return { refused: reader.warnings.has('damaged_frames') ? 'damaged' : source.kind === 'mp3' ? 'not_audio' : 'too_short' }
    if (frames < min_s * reader.sampleRate()) return { refused: 'too_short' }
    return { channels: joined(pieces, frames), sample_rate: reader.sampleRate(), warnings: reader.warnings }
  }
  finally {
    await reader.close()
  }
}

/** Each channel in one; the pieces are let go on the way. */
function joined(pieces: Float32Array[][], frames: number): Float32Array[] {
  return pieces[0]!.map((_, channel) => {
    const whole = new Float32Array(frames)
    let at = 0
    for (const piece of pieces) {
      // A channel that comes and goes is one that others are copied to.
      const part = piece[channel] ?? piece[0]!
      whole.set(part, at)
      at += part.length
      piece[channel] = part.subarray(0, 0)
    }
    return whole
  })
}

/** One channel where both say the same. */
function withoutCopy(channels: Float32Array[]): Float32Array[] {
  const [left, right] = channels
  if (!left || !right) return channels
  let sum = 0
  let difference = 0
  for (let at = 0; at < left.length; at++) {
    sum += (left[at]! + right[at]!) ** 2
    difference += (left[at]! - right[at]!) ** 2
  }
  return difference <= sum * MONO_POWER ? [downmix(left, right)] : channels
}

/** {@link resample} without its copy of the whole sound: in blocks that begin on whole samples of both rates. */
export function resampleInBlocks(samples: Float32Array, from_hz: number, to_hz: number, block_samples = RESAMPLED_AT_ONCE): Float32Array {
  if (from_hz === to_hz || samples.length <= block_samples) return resample(samples, from_hz, to_hz)
  const ratio = to_hz / from_hz
  const unit = from_hz / greatestCommonDivisor(from_hz, to_hz)
  const margin = Math.ceil(from_hz * RESAMPLE_MARGIN_S / unit) * unit
  const step = Math.ceil(block_samples / unit) * unit
  const output = new Float32Array(Math.ceil(samples.length * ratio))
  for (let from = 0; from < samples.length; from += step) {
    const start = Math.max(0, from - margin)
    const block = resample(samples.subarray(start, Math.min(samples.length, from + step + margin)), from_hz, to_hz)
    const at = Math.round(from * ratio)
    const skipped = Math.round((from - start) * ratio)
    const wanted = Math.min(output.length - at, Math.round(step * ratio))
    output.set(block.subarray(skipped, skipped + wanted), at)
  }
  return output
}

const greatestCommonDivisor = (a: number, b: number): number => b === 0 ? a : greatestCommonDivisor(b, a % b)
