// The package brings no types. Named here, so that every project that reads this file finds them.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./espeak-ng.d.ts" />
import type { EspeakInstance } from '@echogarden/espeak-ng-emscripten'

export interface EspeakJob {
  text: string
  /** Language and variant, e.g. `es-419+f2`. */
  voice: string
  words_per_minute: number
  /** 0–99, 50 is the variant's own. */
  pitch: number
  /** How much the pitch moves: 0–99, 50 is the variant's own. */
  pitch_range: number
}

/** An outcome and not an exception, because exceptions lose their class on the way out of a thread. */
export type EspeakOutcome
  = | { ok: true, pcm: Float32Array, sample_rate: number }
    | { ok: false, reason: 'engine_missing' | 'voice_unknown' | 'silent' }

/** Kept at either end of the trimmed speech. */
const KEPT_BEFORE_S = 0.03
const KEPT_AFTER_S = 0.08
/** −50 dBFS of the engine's 16-bit samples. */
const SILENCE = 32_768 * 10 ** (-50 / 20)

let engine: Promise<EspeakInstance> | undefined

/** Speaks plain text with eSpeak NG: mono samples −1…1, silence at both ends trimmed. Runs in a worker thread. */
export async function synthesize(job: EspeakJob): Promise<EspeakOutcome> {
  const speaker = await loadEngine()
  if (!speaker) return { ok: false, reason: 'engine_missing' }
  try {
    // The engine keeps what the last caller set: set everything, every time.
    if (speaker.set_voice(job.voice) !== 0) return { ok: false, reason: 'voice_unknown' }
    speaker.set_rate(clamp(job.words_per_minute, 80, 450))
    speaker.set_pitch(clamp(job.pitch, 0, 99))
    speaker.set_range(clamp(job.pitch_range, 0, 99))
    const chunks: Int16Array[] = []
    speaker.synthesize(escapeForEspeak(job.text), (samples) => {
      if (samples?.length) chunks.push(samples)
      return false
    })
    const sample_rate = speaker.get_samplerate()
    const pcm = trimmed(chunks, sample_rate)
    return pcm ? { ok: true, pcm, sample_rate } : { ok: false, reason: 'silent' }
  }
  catch (error) {
    // An aborted wasm instance answers nothing any more.
    engine = undefined
    throw error
  }
}

/** Whether the optional engine is installed and starts. */
export async function probe(_payload: Record<string, never>): Promise<boolean> {
  return await loadEngine() !== undefined
}

/** The engine reads SSML, `[[phonemes]]` and control codes (`^A…`): the text may contain none of them. */
export function escapeForEspeak(text: string): string {
  return text
    .replace(/[^\P{C}\n]/gu, ' ')
    .replace(/[[\]]/gu, ' ')
    .replace(/&/gu, '&amp;')
    .replace(/</gu, '&lt;')
    .replace(/>/gu, '&gt;')
}

async function loadEngine(): Promise<EspeakInstance | undefined> {
  engine ??= startEngine()
  try {
    return await engine
  }
  catch (error) {
    engine = undefined
    if (isMissing(error)) return undefined
    throw error
  }
}

async function startEngine(): Promise<EspeakInstance> {
  const { default: load } = await import('@echogarden/espeak-ng-emscripten')
  const { eSpeakNGWorker } = await load()
  return new eSpeakNGWorker()
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'ENOENT')
}

function trimmed(chunks: Int16Array[], sample_rate: number): Float32Array | undefined {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const samples = new Int16Array(length)
  let offset = 0
  for (const chunk of chunks) {
    samples.set(chunk, offset)
    offset += chunk.length
  }
  // Plain loops: these run over millions of samples.
  let first = 0
  while (first < length && Math.abs(samples[first]!) <= SILENCE) first++
  if (first === length) return undefined
  let last = length - 1
  while (Math.abs(samples[last]!) <= SILENCE) last--
  const from = Math.max(0, first - Math.round(KEPT_BEFORE_S * sample_rate))
  const to = Math.min(length, last + 1 + Math.round(KEPT_AFTER_S * sample_rate))
  const pcm = new Float32Array(to - from)
  for (let i = 0; i < pcm.length; i++) pcm[i] = samples[from + i]! / 32_768
  return pcm
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.round(value)))
}
