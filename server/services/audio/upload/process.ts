import { createReadStream } from 'node:fs'
import { open, rm, writeFile } from 'node:fs/promises'
import type { FAILURES } from '../../../../shared/schemas/audio-words'
import { LONGEST_TRACK_S, type Track } from '../../../../shared/schemas/track'
import { MAX_MESSAGE_S, MIN_SOUND_S } from '../../../../shared/schemas/upload'
import { SNIFFED_BYTES, sniffAudio, type AudioContainer } from '../../../../shared/utils/sniff-audio'
import type { AudioSettings } from '../../../../shared/schemas/settings'
import type { Received } from '../../../providers/received'
import { ffmpegVersion, transcode, TranscodeFailed, type Transcoded, type TranscodeJob } from '../../../providers/transcode/ffmpeg'
import { useSettings } from '../../settings/env'
import { isLinearWav } from '../codec/wav-reader'
import { useFileStore } from '../files'
import { SPEECH_SETTINGS } from '../mastering'
import { locateWorker } from '../worker-files'
import { runInWorker, WorkerCrashed } from '../worker-pool'
import type { UploadedMessage, UploadOutcome, UploadSettings } from './master-upload'
import type { MeasuredMusic } from './measure-music'
import type { SoundFile } from './sound-reader'

export type Failure = typeof FAILURES[number]

/** An upload that is not to become a sound. `again`: it may go well the next time. */
export class UploadFailed extends Error {
  override name = 'UploadFailed'
  constructor(readonly failure: Failure, readonly again = false, options?: ErrorOptions) {
    super(failure, options)
  }
}

/** Longest that each step may take, ms. */
const MESSAGE_WITHIN_MS = 120_000
const MUSIC_WITHIN_MS = 900_000

/** Music as it is shipped: the original itself, or a file that is not kept yet. */
export interface ProcessedMusic extends Omit<MeasuredMusic, 'sample_rate' | 'warnings'> {
  shipped: 'original' | Received
  bytes: number
  gain_db: number
  warnings: string[]
}

/**
 * Makes a message out of its original.
 * @throws UploadFailed; AbortError when the signal was aborted
 */
export async function processMessage(original_sha256: string, settings: AudioSettings, signal: AbortSignal): Promise<UploadedMessage> {
  return asFailures(signal, () => withOriginal(original_sha256, async (path, container, scratch) => {
    const plain = await plainSound(path, container, scratch, { max_s: MAX_MESSAGE_S + 1, deadline_ms: MESSAGE_WITHIN_MS, signal })
    return masterPlain(plain, settings, scratch('samples'), signal)
  }))
}

interface PlainSound {
  source: SoundFile
  warnings: string[]
}

async function masterPlain({ source, warnings }: PlainSound, settings: AudioSettings, scratch: string, signal: AbortSignal): Promise<UploadedMessage> {
  const outcome: UploadOutcome = await withDeadline(MESSAGE_WITHIN_MS, signal, async within =>
    runInWorker('audio', 'masterUpload', { source, settings: { ...masterSettings(settings), scratch }, checker: await locateWorker('checker') }, { signal: within }))
  if ('refused' in outcome) throw new UploadFailed(outcome.refused)
  return { ...outcome.mastered, warnings: merged(outcome.mastered.warnings, warnings) as UploadedMessage['warnings'] }
}

function masterSettings({ target_lufs, ceiling_dbtp, sample_rate, mono_kbps, stereo_kbps }: AudioSettings): Omit<UploadSettings, 'scratch'> {
  return { master: { ...SPEECH_SETTINGS, target_lufs, ceiling_dbtp, sample_rate, bitrate_kbps: stereo_kbps }, mono_kbps, min_s: MIN_SOUND_S, max_s: MAX_MESSAGE_S }
}

/**
 * Makes a track out of its original. An mp3 that a television plays stays as it is; all else becomes one.
 * @throws UploadFailed; AbortError when the signal was aborted
 */
export async function processMusic(original_sha256: string, kind: Track['kind'], settings: AudioSettings, signal: AbortSignal): Promise<ProcessedMusic> {
  const max_s = LONGEST_TRACK_S[kind]
  return asFailures(signal, () => withOriginal(original_sha256, async (path, container, scratch) => {
    const ffmpeg = await ffmpegVersion(useSettings().FFMPEG_PATH)
    if (container === 'mp3') {
      const measured = await measure({ path, kind: 'mp3' }, max_s, signal)
      const sane = measured.sample_rate === 44_100 && !measured.warnings.includes('damaged_frames')
      if (sane || !ffmpeg) return shipMusic('original', measured, measured.warnings, settings, await sizeOf(path))
    }
    else if (!ffmpeg && container === 'wav' && await isLinearWav(path)) {
      return levelledMusic(await masterPlain({ source: { path, kind: 'wav' }, warnings: [] }, settings, scratch('samples'), signal))
    }
    const output = scratch('mp3')
    const transcoded = await transcode(useSettings().FFMPEG_PATH, { input: path, container, output, to: 'mp3', max_s: max_s + 1, deadline_ms: MUSIC_WITHIN_MS, signal })
    const measured = await measure({ path: output, kind: 'mp3' }, max_s, signal)
    const received = await useFileStore().receive(createReadStream(output))
    return shipMusic(received, measured, merged(measured.warnings, complaintsOf(transcoded)), settings, received.bytes)
  }))
}

function shipMusic(shipped: ProcessedMusic['shipped'], { sample_rate: _, ...measured }: MeasuredMusic, warnings: string[], settings: AudioSettings, bytes: number): ProcessedMusic {
  // No louder than its peaks allow: nobody limits it afterwards.
  const gain_db = Math.min(settings.target_lufs - measured.lufs, settings.ceiling_dbtp - measured.true_peak_dbtp)
  return { ...measured, shipped, bytes, warnings, gain_db: Math.round(gain_db * 100) / 100 }
}

/** Without ffmpeg, a WAV file is levelled as a message is. */
async function levelledMusic({ mp3, duration_ms, lufs, true_peak_dbtp, peaks, warnings }: UploadedMessage): Promise<ProcessedMusic> {
  const shipped = await useFileStore().receive(async function* () {
    yield mp3
  }())
  return { shipped, bytes: mp3.length, duration_ms, lufs, true_peak_dbtp, peaks, warnings, gain_db: 0 }
}

async function measure(source: SoundFile, max_s: number, signal: AbortSignal): Promise<MeasuredMusic> {
  const outcome = await withDeadline(MUSIC_WITHIN_MS, signal, within => runInWorker('audio', 'measureMusic', { source, limits: { min_s: MIN_SOUND_S, max_s } }, { signal: within }))
  if ('refused' in outcome) throw new UploadFailed(outcome.refused)
  return outcome.measured
}

/** mp3 and linear WAV are read by ourselves, in a worker thread; ffmpeg turns all else into WAV. */
async function plainSound(path: string, container: AudioContainer, scratch: (extension: string) => string, limits: Pick<TranscodeJob, 'max_s' | 'deadline_ms' | 'signal'>): Promise<PlainSound> {
  if (container === 'mp3') return { source: { path, kind: 'mp3' }, warnings: [] }
  if (container === 'wav' && await isLinearWav(path)) return { source: { path, kind: 'wav' }, warnings: [] }
  const output = scratch('wav')
  const transcoded = await transcode(useSettings().FFMPEG_PATH, { input: path, container, output, to: 'wav', ...limits })
  return { source: { path: output, kind: 'wav' }, warnings: complaintsOf(transcoded) }
}

const complaintsOf = ({ channels, complaints, video }: Transcoded): string[] =>
  [...(channels ?? 0) > 2 ? ['downmixed'] : [], ...video ? ['video_dropped'] : [], ...complaints ? ['damaged_frames'] : []]
const merged = (first: readonly string[], second: readonly string[]) => [...new Set([...first, ...second])]

/** The original as a file on this disk, what it is, and names for files that are removed afterwards. */
async function withOriginal<T>(sha256: string, work: (path: string, container: AudioContainer, scratch: (extension: string) => string) => Promise<T>): Promise<T> {
  const store = useFileStore()
  if (!await store.stat(sha256)) throw new UploadFailed('file_missing')
  const base = await store.scratch()
  const made: string[] = []
  const scratch = (extension: string) => {
    made.push(`${base}.${extension}`)
    return made.at(-1)!
  }
  try {
    const path = store.pathOf?.(sha256) ?? scratch('upload')
    if (!store.pathOf) await writeFile(path, await store.read(sha256) ?? '')
    const container = sniffAudio(await headOf(path))
    if (!container) throw new UploadFailed('not_audio')
    return await work(path, container, scratch)
  }
  finally {
    await Promise.all(made.map(path => rm(path, { force: true })))
  }
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  }
  finally {
    await file.close()
  }
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path)
  try {
    return (await file.stat()).size
  }
  finally {
    await file.close()
  }
}

async function withDeadline<T>(ms: number, signal: AbortSignal, work: (within: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(ms)
  try {
    return await work(AbortSignal.any([signal, deadline]))
  }
  catch (error) {
    if (deadline.aborted && !signal.aborted) throw new UploadFailed('timed_out')
    throw error
  }
}

/** Everything that can go wrong on the way, as a reason that the row can keep. */
async function asFailures<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  }
  catch (error) {
    signal.throwIfAborted()
    if (error instanceof UploadFailed) throw error
    if (error instanceof TranscodeFailed) throw new UploadFailed(error.reason === 'crashed' ? 'internal' : error.reason, error.reason === 'crashed', { cause: error })
    if (error instanceof WorkerCrashed) throw new UploadFailed('internal', true, { cause: error })
    if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw new UploadFailed('storage_full', false, { cause: error })
    throw new UploadFailed('internal', true, { cause: error })
  }
}
