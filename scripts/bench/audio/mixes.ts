import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decodeMp3 } from '../../../server/services/audio/codec/mp3-decoder'
import { encodeMp3 } from '../../../server/services/audio/codec/mp3-encoder'
import { loadJingleConfig } from '../../../server/services/audio/jingle-config'
import { masterMix } from '../../../server/services/audio/master'
import { closeWorkers, runInWorker } from '../../../server/services/audio/worker-pool'
import type { JingleRecipe } from '../../../shared/schemas/jingle'
import { integratedLoudness, toDb } from '../../../shared/utils/loudness'
import { measureMp3 } from '../../../tests/fixtures/reference-meter'
import { tone } from '../../../tests/fixtures/signals'
import { makeSpeech, type Clip } from '../../../tests/fixtures/speech-corpus'
import { median } from '../lib/median'

const run = promisify(execFile)
const RATE = 44_100
const MIXES = 12
const TARGET_LUFS = -16
const LIMITS = { error_lu: 0.1, distance_lu: 0.5, sd_db: 0.1, step_db: 0.05, peak_dbtp: -1, faster: 3 }
/** Above what the built-in voice speaks: in a finished mix its level tells what was done to the bed. */
const PILOT_HZ = 13_000
const PILOT_WINDOW = 882

interface Bed { file: string, mp3: Uint8Array, channels: Float32Array[] }
interface Job { clip: Clip, bed: Bed, recipe: JingleRecipe }
interface Result { wall_ms: number, mp3: Uint8Array }
type Method = (job: Job, folder: string) => Promise<Result>

/**
 * Voices laid over beds by us and by the textbook's way — sidechain compressor, then two passes of loudnorm — in turns in
 * one run. Measured on the decoded files that come out: what happened to the bed is heard in a tone that it carries.
 *
 * @returns whether loudness, distance, steadiness of the bed and time are within what is promised
 */
export async function bench(): Promise<boolean> {
  if (spawnSync('ffmpeg', ['-version']).status !== 0) throw new Error('This bench compares with ffmpeg, which is not installed.')
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    const beds = await Promise.all(loadJingleConfig().tracks.filter(({ kind }) => kind === 'bed').map(({ file }) => makeBed(file, folder)))
    const { recipe } = loadJingleConfig().presets[0]!
    const jobs: Job[] = []
    for (let index = 0; index < MIXES; index++) {
      jobs.push({ clip: await makeSpeech(5 + index), bed: beds[index % beds.length]!, recipe: { ...recipe, silence_after_ms: 0, with_bed: true, bed_track_id: null, chime_track_id: null } })
    }
    const methods: Record<string, Method> = { 'this product': ours(), 'sidechain and two-pass loudnorm': sidechain }
    const results = new Map<string, Result[]>(Object.keys(methods).map(name => [name, []]))
    const warm = ours()
    for (const job of jobs.slice(0, 4)) await warm(job, folder)
    for (const job of jobs) {
      for (const [name, method] of Object.entries(methods)) results.get(name)!.push(await method(job, folder))
    }
    return await report(jobs, results)
  }
  finally {
    await closeWorkers()
    await rm(folder, { recursive: true, force: true })
  }
}

async function makeBed(name: string, folder: string): Promise<Bed> {
  const { channels: [left, right] } = await decodeMp3(await readFile(join(import.meta.dirname, `../../../config/sounds/${name}.mp3`)))
  const pilot = tone({ hz: PILOT_HZ, dbfs: -14, seconds: left!.length / RATE, sample_rate: RATE })
  const mp3 = await encodeMp3([left!, right!].map(side => side.map((value, at) => value * 0.5 + pilot[at]!)), RATE, 320)
  const file = join(folder, `${name}.mp3`)
  await writeFile(file, mp3)
  return { file, mp3, channels: (await decodeMp3(mp3)).channels }
}

/** A bed is decoded when it is first used, and kept, as the server does. */
function ours(): Method {
  const decoded = new Map<Bed, ReturnType<typeof decode>>()
  const decode = (bed: Bed) => runInWorker('audio', 'decodeTrack', { mp3: bed.mp3, sample_rate: RATE })
  return async ({ clip, bed, recipe }) => {
    const started = performance.now()
    const music = decoded.get(bed) ?? decode(bed)
    decoded.set(bed, music)
    const { mp3 } = await masterMix({ voice: clip, recipe, bed: { music: (await music)!, cue_in_ms: 0, cue_out_ms: null }, chime: null })
    return { wall_ms: performance.now() - started, mp3 }
  }
}

/** As tutorials have it: the voice keys a compressor on the bed, both are added, and loudnorm is run twice over the file. */
async function sidechain({ clip: { pcm, sample_rate }, bed, recipe: { intro_ms, outro_ms, fade_in_ms, fade_out_ms } }: Job, folder: string): Promise<Result> {
  const [voice, mixed, output] = ['voice.f32', 'mixed.mp3', 'out.mp3'].map(name => join(folder, name)) as [string, string, string]
  await writeFile(voice, new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength))
  const seconds = pcm.length / sample_rate + (intro_ms + outro_ms) / 1000
  const filter = [
    `[0]aresample=${RATE},pan=stereo|c0=c0|c1=c0,adelay=${intro_ms}:all=1,apad=whole_dur=${seconds},asplit[voice][key]`,
    `[1]volume=0.5,atrim=0:${seconds},afade=t=in:d=${fade_in_ms / 1000},afade=t=out:st=${seconds - fade_out_ms / 1000}:d=${fade_out_ms / 1000}[bed]`,
    '[bed][key]sidechaincompress=threshold=0.03:ratio=8:attack=20:release=500[ducked]',
    '[voice][ducked]amix=inputs=2:duration=first:normalize=0',
  ].join(';')
  const started = performance.now()
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'f32le', '-ar', `${sample_rate}`, '-ac', '1', '-i', voice, '-stream_loop', '-1', '-i', bed.file, '-filter_complex', filter, '-b:a', '192k', mixed])
  const target = `loudnorm=I=${TARGET_LUFS}:TP=-1:LRA=11`
  const { stderr } = await run('ffmpeg', ['-hide_banner', '-nostats', '-i', mixed, '-af', `${target}:print_format=json`, '-f', 'null', '-'])
  const figures = JSON.parse(/\{[^{}]*"input_i"[^{}]*\}/.exec(stderr)![0]) as Record<string, string>
  const known = `measured_I=${figures.input_i}:measured_TP=${figures.input_tp}:measured_LRA=${figures.input_lra}:measured_thresh=${figures.input_thresh}:offset=${figures.target_offset}:linear=true`
  await run('ffmpeg', ['-v', 'error', '-y', '-i', mixed, '-af', `${target}:${known}`, '-ar', `${RATE}`, '-b:a', '192k', output])
  return { wall_ms: performance.now() - started, mp3: await readFile(output) }
}

interface Figures { error_lu: number, peak_dbtp: number, distance_lu: number, sd_db: number, step_db: number }

/** What a finished mix is like: its loudness, and what was done to its bed under the voice and around it. */
async function figuresOf({ clip, bed, recipe }: Job, mp3: Uint8Array): Promise<Figures> {
  const { channels } = await decodeMp3(mp3)
  const { lufs, true_peak_dbtp } = await measureMp3(mp3)
  const gains = pilotGains(channels[0]!, bed.channels[0]!)
  const window = (ms: number) => Math.round(ms * RATE / 1000 / PILOT_WINDOW)
  const from_ms = recipe.intro_ms
  const to_ms = from_ms + clip.pcm.length * 1000 / clip.sample_rate
  // The built-in voice ends in silence that we cut off: stay clear of the end.
  const talking = gains.slice(window(from_ms) + 5, window(to_ms) - 30)
  const mean = talking.reduce((sum, gain) => sum + gain, 0) / talking.length
  const part = (of: Float32Array[]) => of.map(channel => channel.subarray((window(from_ms) + 5) * PILOT_WINDOW, (window(to_ms) - 30) * PILOT_WINDOW))
  const under = part(bed.channels)
  const power = (db: number) => 10 ** (db / 10)
  const voice = 10 * Math.log10(power(integratedLoudness(part(channels), RATE)) - power(integratedLoudness(under, RATE) + mean))
  return {
    error_lu: Math.abs(lufs - TARGET_LUFS),
    peak_dbtp: true_peak_dbtp,
    distance_lu: voice - mean - loudestShortTerm(under),
    sd_db: Math.sqrt(talking.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / talking.length),
    step_db: gains.slice(window(recipe.fade_in_ms) + 1, window(to_ms) - 30).reduce((most, gain, at, all) => at ? Math.max(most, Math.abs(gain - all[at - 1]!) / PILOT_WINDOW) : most, 0),
  }
}

/** Gain of the bed in dB for each 20 ms: the level of its tone in the mix, over that in the bed. */
function pilotGains(mixed: Float32Array, bed: Float32Array): number[] {
  const level = (samples: Float32Array, from: number) => {
    let re = 0
    let im = 0
    for (let at = 0; at < PILOT_WINDOW; at++) {
      const angle = 2 * Math.PI * PILOT_HZ * (from + at) / RATE
      re += samples[from + at]! * Math.cos(angle)
      im += samples[from + at]! * Math.sin(angle)
    }
    return Math.hypot(re, im)
  }
  const gains: number[] = []
  for (let from = 0; from + PILOT_WINDOW <= Math.min(mixed.length, bed.length); from += PILOT_WINDOW) gains.push(toDb(level(mixed, from) / level(bed, from)))
  return gains
}

function loudestShortTerm(channels: Float32Array[]): number {
  let loudest = -Infinity
  for (let from = 0; from + 3 * RATE <= channels[0]!.length; from += RATE / 10) loudest = Math.max(loudest, integratedLoudness(channels.map(channel => channel.subarray(from, from + 3 * RATE)), RATE))
  return loudest
}

async function report(jobs: Job[], results: Map<string, Result[]>): Promise<boolean> {
  const wanted = jobs[0]!.recipe.voice_over_bed_lu
  console.log(`${jobs.length} mixes to ${TARGET_LUFS} LUFS with the voice ${wanted} LU over the bed; measured on the decoded files:`)
  let within = true
  for (const [name, made] of results) {
    const figures = await Promise.all(made.map(({ mp3 }, index) => figuresOf(jobs[index]!, mp3)))
    const most = (key: keyof Figures) => Math.max(...figures.map(figure => figure[key]))
    const distances = figures.map(({ distance_lu }) => distance_lu)
    console.log(`  ${name}: error max ${most('error_lu').toFixed(3)} LU; true peak max ${most('peak_dbtp').toFixed(2)} dBTP; voice over bed ${Math.min(...distances).toFixed(2)}–${Math.max(...distances).toFixed(2)} LU; bed while talking sd max ${most('sd_db').toFixed(3)} dB; step max ${most('step_db').toFixed(4)} dB a sample; ${made.reduce((sum, { wall_ms }) => sum + wall_ms, 0).toFixed(0)} ms in all`)
    if (name !== 'this product') continue
    within = most('error_lu') <= LIMITS.error_lu && most('peak_dbtp') <= LIMITS.peak_dbtp && most('sd_db') <= LIMITS.sd_db && most('step_db') <= LIMITS.step_db
      && distances.every(distance => Math.abs(distance - wanted) <= LIMITS.distance_lu)
  }
  const [product, textbook] = [...results.values()]
  const faster = median(product!.map(({ wall_ms }, index) => textbook![index]!.wall_ms / wall_ms))
  console.log(`  ${faster.toFixed(1)} times as fast a mix (median)`)
  return within && faster >= LIMITS.faster
}
