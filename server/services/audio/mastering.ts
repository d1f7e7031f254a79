import { createHash } from 'node:crypto'
import type { Checker } from './checker'
import type { Checked } from './checking'
import { decodeMp3 } from './codec/mp3-decoder'
import { encodeSound, type Bitrate } from './codec/mp3-encoder'
import { removeOffset, replaceInvalid } from './dsp/clean'
import { downmix } from './dsp/gain'
import { createLeveller, type Levelled, type Leveller } from './dsp/level'
import { resample } from './dsp/resample'
import { soundOf, type Sound } from './dsp/sound'
import { cutSilence, findVoice, padToLength, TRIM_DEFAULTS, type TrimSettings } from './dsp/trim'

export type SpeechInput
  = | { pcm: Float32Array, sample_rate: number }
    | { encoded: Uint8Array, content_type: 'audio/mpeg' }

export interface MasterSettings {
  target_lufs: number
  /** True peak that the shipped bytes stay under. */
  ceiling_dbtp: number
  bitrate_kbps: Bitrate
  max_gain_db: number
  sample_rate: OutputRate
  trim: TrimSettings
}

/** Sample rates that we ship, Hz. */
export type OutputRate = 44_100 | 48_000

export const SPEECH_SETTINGS: MasterSettings = {
  target_lufs: -16,
  ceiling_dbtp: -1,
  // Transparent for one voice, at two thirds of the bytes of 192.
  bitrate_kbps: 128,
  max_gain_db: 30,
  sample_rate: 44_100,
  trim: TRIM_DEFAULTS,
}

/** With music: two channels. */
export const MIX_SETTINGS: MasterSettings = { ...SPEECH_SETTINGS, bitrate_kbps: 192 }

export type MasterWarning
  /** The limiter had to take away more than 6 dB. */
  = | 'heavy_limiting'
  /** Quieter than the target: more gain than the cap would only raise noise. */
    | 'gain_capped'
  /** NaN or infinite samples were replaced by silence. */
    | 'invalid_samples'
  /** Some frames of the mp3 that came in could not be read. */
    | 'damaged_frames'
  /** Not within the tolerances after every attempt. */
    | 'off_target'

/** A finished sound with the figures of its shipped bytes, measured after decoding them. */
export interface Mastered extends Checked {
  mp3: Uint8Array
  sha256: string
  bytes: number
  duration_ms: number
  /** The deepest that the limiter pulled. */
  limiting_db: number
  gain_db: number
  warnings: MasterWarning[]
}

export type MasterRefusal = 'silent' | 'not_audio'
export type MasterOutcome = { mastered: Mastered } | { refused: MasterRefusal }

/** A finished sound made of a provider's speech. */
export interface MasteredSpeech extends Mastered {
  /** Where that speech begins in it, ms: less than 0 where silence was cut from its start. */
  speech_at_ms: number
}
export type SpeechOutcome = { mastered: MasteredSpeech } | { refused: MasterRefusal }

/** The shortest file that every television plays. */
export const MINIMUM_MS = 1200
/** What is quieter is silence. */
export const SILENT_LUFS = -60
const HEAVY_LIMITING_DB = 6
const ATTEMPTS = 6
/** Stricter than promised, so that another meter finds the promise kept. */
const TOLERANCE_LU = 0.02
const PEAK_MARGIN_DB = 0.05

/**
 * The whole chain for one voice, in the thread that calls it: clean, trim, resample, level, encode, while the checker
 * decodes what was encoded and measures that, until loudness and peak are right. Mono; `master.ts` runs it in a worker
 * thread.
 */
export async function masterVoice(input: SpeechInput, settings: MasterSettings, checker: Checker): Promise<SpeechOutcome> {
  const warnings = new Set<MasterWarning>()
  const voice = await readVoice(input, settings, warnings)
  return voice ? withSpeechAt(await masterChannels([voice.samples], settings, checker, warnings), -voice.cut_ms) : { refused: 'not_audio' }
}

/** An outcome that says where the provider's speech begins in it. */
export function withSpeechAt(outcome: MasterOutcome, speech_at_ms: number): SpeechOutcome {
  return 'refused' in outcome ? outcome : { mastered: { ...outcome.mastered, speech_at_ms } }
}

/**
 * A provider's speech, cleaned, without the silence around it and at the rate of the output, and which of its samples
 * are voice, and how much was cut from its start, ms; undefined when it cannot be read.
 */
export async function readVoice(input: SpeechInput, { trim, sample_rate }: MasterSettings, warnings: Set<MasterWarning>): Promise<{ samples: Float32Array, onset: number, end: number, cut_ms: number } | undefined> {
  const source = await readInput(input, warnings)
  if (!source) return undefined
  const { samples: cleaned, invalid } = replaceInvalid(source.samples)
  if (invalid) warnings.add('invalid_samples')
  const cut = cutSilence(removeOffset(cleaned, source.sample_rate), source.sample_rate, trim)
  const samples = resample(cut.voice, source.sample_rate, sample_rate)
  const found = findVoice(samples, sample_rate, { ...trim, before_ms: 0, after_ms: 0 })
  return { samples, onset: found?.from ?? 0, end: found?.to ?? samples.length, cut_ms: cut.before * 1000 / source.sample_rate }
}

/**
 * Levels, encodes and checks a sound of one or two channels, at least 1.2 s of it.
 * @param limited_db what a limiter took away before, in dB
 */
export function masterChannels(channels: Float32Array[], settings: MasterSettings, checker: Checker, warnings: Set<MasterWarning>, limited_db = 0): Promise<MasterOutcome> {
  return masterSound(soundOf(channels.map(channel => padToLength(channel, settings.sample_rate, MINIMUM_MS))), settings, checker, warnings, limited_db)
}

/** {@link masterChannels} for a sound that is long enough, in memory or not. */
export async function masterSound(sound: Sound, settings: MasterSettings, checker: Checker, warnings: Set<MasterWarning>, limited_db = 0): Promise<MasterOutcome> {
  const { sample_rate } = settings
  const leveller = createLeveller(sound, sample_rate)
  if (leveller.original_lufs < SILENT_LUFS) return { refused: 'silent' }

  const shipped = await ship(leveller, settings, checker)
  const limiting_db = limited_db + shipped.limiting_db
  if (limiting_db > HEAVY_LIMITING_DB) warnings.add('heavy_limiting')
  if (shipped.capped) warnings.add('gain_capped')
  if (!shipped.on_target) warnings.add('off_target')

  const { mp3, peaks } = shipped
  return {
    mastered: {
      mp3,
      sha256: createHash('sha256').update(mp3).digest('hex'),
      bytes: mp3.length,
      duration_ms: Math.round(sound.frames * 1000 / sample_rate),
      lufs: round(shipped.lufs),
      true_peak_dbtp: round(shipped.true_peak_dbtp),
      limiting_db: round(limiting_db),
      gain_db: round(shipped.gain_db),
      peaks,
      warnings: [...warnings],
    },
  }
}

async function readInput(input: SpeechInput, warnings: Set<MasterWarning>): Promise<{ samples: Float32Array, sample_rate: number } | undefined> {
  if ('pcm' in input) return { samples: input.pcm, sample_rate: input.sample_rate }
  const { channels: [left, right], sample_rate, errors } = await decodeMp3(input.encoded)
  if (!left?.length || !right) return undefined
  if (errors) warnings.add('damaged_frames')
  return { samples: downmix(left, right), sample_rate }
}

interface Shipped extends Levelled, Checked {
  mp3: Uint8Array
  capped: boolean
  on_target: boolean
}

/** Encoding moves both figures a little: the loudness by some 0.01 LU, the peak by up to 1 dB. So look, and correct. */
async function ship({ level }: Leveller, { target_lufs, ceiling_dbtp, bitrate_kbps, max_gain_db, sample_rate }: MasterSettings, checker: Checker): Promise<Shipped> {
  let aim_lufs = target_lufs
  let headroom_db = bitrate_kbps < 192 ? 0.8 : 0.3

  for (let attempt = 1; ; attempt++) {
    const levelled = level({ lufs: aim_lufs, ceiling_dbtp: ceiling_dbtp - headroom_db, max_gain_db })
    const { channels, frames } = levelled.sound
    const check = checker({ channels, frames, sample_rate })
    const mp3 = await encodeSound(levelled.sound, sample_rate, bitrate_kbps, check.push)
    const checked = await check.end()

    const over_db = checked.true_peak_dbtp - (ceiling_dbtp - PEAK_MARGIN_DB)
    const error = checked.lufs - target_lufs
    const capped = error < -TOLERANCE_LU && levelled.gain_db >= max_gain_db
    const on_target = over_db <= 0 && (capped || Math.abs(error) <= TOLERANCE_LU)
    if (on_target || attempt === ATTEMPTS) return { ...levelled, ...checked, mp3, capped, on_target }

    if (over_db > 0) headroom_db += over_db + 0.1
    if (!capped) aim_lufs -= error
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
