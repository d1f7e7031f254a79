import { fromDb } from '../../../../shared/utils/loudness'

export interface TrimSettings {
  /** How far below the loudest 10 ms something still counts as voice. */
  threshold_db: number
  /** Kept before the first and after the last of the voice. */
  before_ms: number
  after_ms: number
}

export const TRIM_DEFAULTS: TrimSettings = { threshold_db: -35, before_ms: 30, after_ms: 80 }

const WINDOW_MS = 10
const FADE_MS = 5

/** Where the voice begins and ends, in samples, margins included; undefined when there is only silence. */
export function findVoice(samples: Float32Array, sampleRate: number, settings: TrimSettings = TRIM_DEFAULTS): { from: number, to: number } | undefined {
  const window = Math.max(1, Math.round(sampleRate * WINDOW_MS / 1000))
  const power = new Float64Array(Math.ceil(samples.length / window))
  for (let index = 0; index < power.length; index++) {
    const end = Math.min(samples.length, (index + 1) * window)
    let sum = 0
    for (let at = index * window; at < end; at++) sum += samples[at]! ** 2
    power[index] = sum / window
  }
  const loudest = power.reduce((max, value) => Math.max(max, value), 0)
  if (loudest === 0) return undefined

  const threshold = loudest * fromDb(settings.threshold_db) ** 2
  const first = power.findIndex(value => value >= threshold)
  const last = power.findLastIndex(value => value >= threshold)
  return {
    from: Math.max(0, first * window - Math.round(sampleRate * settings.before_ms / 1000)),
    to: Math.min(samples.length, (last + 1) * window + Math.round(sampleRate * settings.after_ms / 1000)),
  }
}

/** The voice without the silence around it, with 5 ms of fade where it was cut so that no cut clicks. In place. */
export function trimSilence(samples: Float32Array, sampleRate: number, settings: TrimSettings = TRIM_DEFAULTS): Float32Array {
  return cutSilence(samples, sampleRate, settings).voice
}

/** {@link trimSilence}, and how many samples were cut before the voice. */
export function cutSilence(samples: Float32Array, sampleRate: number, settings: TrimSettings = TRIM_DEFAULTS): { voice: Float32Array, before: number } {
  const voice = findVoice(samples, sampleRate, settings)
  if (!voice) return { voice: new Float32Array(0), before: 0 }
  const trimmed = samples.subarray(voice.from, voice.to)
  const fade = Math.min(Math.round(sampleRate * FADE_MS / 1000), Math.floor(trimmed.length / 2))
  for (let at = 0; at < fade; at++) {
    const gain = 0.5 - 0.5 * Math.cos(Math.PI * (at + 0.5) / fade)
    if (voice.from > 0) trimmed[at]! *= gain
    if (voice.to < samples.length) trimmed[trimmed.length - 1 - at]! *= gain
  }
  return { voice: trimmed, before: voice.from }
}

/** Silence after the sound until it lasts `minimum_ms`: LG's televisions refuse files of under a second. */
export function padToLength(samples: Float32Array, sampleRate: number, minimum_ms: number): Float32Array {
  const length = Math.ceil(sampleRate * minimum_ms / 1000)
  if (samples.length >= length) return samples
  const padded = new Float32Array(length)
  padded.set(samples)
  return padded
}
