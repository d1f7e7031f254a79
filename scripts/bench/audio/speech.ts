import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { masterSpeech } from '../../../server/services/audio/master'
import { closeWorkers } from '../../../server/services/audio/worker-pool'
import { measureMp3 } from '../../../tests/fixtures/reference-meter'
import { makeSpeechCorpus, type Clip } from '../../../tests/fixtures/speech-corpus'
import { median } from '../lib/median'

const run = promisify(execFile)
const WARM_UP = 20
const TARGET_LUFS = -16
const LIMITS = { max_lu: 0.1, p95_lu: 0.02, peak_dbtp: -1, faster: 3, cpu: 1 / 3 }

/** One clip by one method: time on the wall and CPU of all threads, in ms, and the file that came out. */
interface Result { wall_ms: number, cpu_ms: number, mp3: Uint8Array }
type Method = (clip: Clip, folder: string) => Promise<Result>

/**
 * Clips of speech brought to −16 LUFS by us and by the two ways that people use ffmpeg for it, in turns in one run. What
 * was shipped is decoded and measured by ffmpeg's own EBU R128 meter; our time includes our own check of it.
 *
 * @returns whether loudness, peaks, time and CPU are within what is promised
 */
export async function bench(): Promise<boolean> {
  if (spawnSync('ffmpeg', ['-version']).status !== 0) throw new Error('This bench compares with ffmpeg, which is not installed.')
  const methods: Record<string, Method> = { 'this product': master, 'two-pass loudnorm': twoPassLoudnorm, 'ffmpeg-normalize\'s chain': ffmpegNormalize }
  const corpus = await makeSpeechCorpus()
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const results = new Map<string, Result[]>(Object.keys(methods).map(name => [name, []]))
  try {
    // As a server that runs all day: ffmpeg begins anew with each clip, which is its way.
    for (const clip of corpus.slice(0, WARM_UP)) await master(clip)
    for (const clip of corpus) {
      for (const [name, method] of Object.entries(methods)) results.get(name)!.push(await method(clip, folder))
    }
    return await report(corpus, results)
  }
  finally {
    await closeWorkers()
    await rm(folder, { recursive: true, force: true })
  }
}

const master: Method = async ({ pcm, sample_rate }) => {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const { mp3 } = await masterSpeech({ pcm, sample_rate })
  const wall_ms = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  return { wall_ms, cpu_ms: (user + system) / 1000, mp3 }
}

const twoPassLoudnorm: Method = (clip, folder) => loudnorm(clip, folder, `I=${TARGET_LUFS}:TP=-1:LRA=11:dual_mono=true`)

/** The filters of ffmpeg-normalize 1.x with its defaults (LRA 7), but for the target. */
const ffmpegNormalize: Method = (clip, folder) => loudnorm(clip, folder, `i=${TARGET_LUFS}:lra=7.0:tp=-1.0:offset=0.0:dual_mono=true`)

async function loudnorm({ pcm, sample_rate }: Clip, folder: string, target: string): Promise<Result> {
  const source = join(folder, 'source.f32')
  const output = join(folder, 'out.mp3')
  await writeFile(source, new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength))
  const input = ['-hide_banner', '-y', '-f', 'f32le', '-ar', `${sample_rate}`, '-ac', '1', '-i', source]
  const started = performance.now()
  const first = await timed('ffmpeg', [...input, '-af', `loudnorm=${target}:print_format=json`, '-f', 'null', '-'])
  const figures = JSON.parse(/\{[^{}]*"input_i"[^{}]*\}/.exec(first.stderr)![0]) as Record<string, string>
  const known = `measured_I=${figures.input_i}:measured_TP=${figures.input_tp}:measured_LRA=${figures.input_lra}:measured_thresh=${figures.input_thresh}:offset=${figures.target_offset}:linear=true`
  // Silence has no loudness: the second pass refuses it, and who follows the recipe has no file.
  const second = await timed('ffmpeg', [...input, '-af', `loudnorm=${target}:${known}`, '-ar', '44100', '-b:a', '128k', output])
  return { wall_ms: performance.now() - started, cpu_ms: first.cpu_ms + second.cpu_ms, mp3: second.failed ? new Uint8Array() : await readFile(output) }
}

/** Runs a program, and says what CPU it took, in ms, as the system counts it: its start belongs to the method. */
async function timed(program: string, args: string[]): Promise<{ stderr: string, failed: boolean, cpu_ms: number }> {
  const { stderr, failed } = await run('sh', ['-c', '"$@"; code=$?; times >&2; exit $code', 'sh', program, ...args])
    .then(({ stderr }) => ({ stderr, failed: false }), (error: { stderr: string }) => ({ stderr: error.stderr, failed: true }))
  // The last line is that of the children: minutes and seconds in user and in system mode.
  const times = [...stderr.trimEnd().split('\n').at(-1)!.matchAll(/(\d+)m([\d.]+)s/g)]
  return { stderr, failed, cpu_ms: times.reduce((sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000, 0) }
}

async function report(corpus: Clip[], results: Map<string, Result[]>): Promise<boolean> {
  const seconds = corpus.reduce((sum, { pcm, sample_rate }) => sum + pcm.length / sample_rate, 0)
  console.log(`${corpus.length} clips of speech, ${seconds.toFixed(0)} s, to ${TARGET_LUFS} LUFS; measured on the decoded files by ffmpeg's ebur128:`)
  const figures = new Map<string, Figures>()
  for (const [name, clips] of results) {
    const measured = await figuresOf(clips, seconds)
    figures.set(name, measured)
    console.log(`  ${name}: error max ${measured.max_lu.toFixed(3)} LU, p95 ${measured.p95_lu.toFixed(3)}; true peak max ${measured.peak_dbtp.toFixed(2)} dBTP; ${measured.wall_ms.toFixed(0)} ms in all, ${measured.cpu_per_s.toFixed(1)} ms of CPU a second of sound`)
  }
  const ours = figures.get('this product')!
  const textbook = figures.get('two-pass loudnorm')!
  const faster = median(results.get('this product')!.map((result, at) => results.get('two-pass loudnorm')![at]!.wall_ms / result.wall_ms))
  const cpu = ours.cpu_per_s / textbook.cpu_per_s
  console.log(`  ${faster.toFixed(1)} times as fast a clip as two-pass loudnorm (median; ${(textbook.wall_ms / ours.wall_ms).toFixed(1)} in all), with ${cpu.toFixed(2)} of its CPU`)
  return ours.max_lu <= LIMITS.max_lu && ours.p95_lu <= LIMITS.p95_lu && ours.peak_dbtp <= LIMITS.peak_dbtp && faster >= LIMITS.faster && cpu <= LIMITS.cpu
}

interface Figures { max_lu: number, p95_lu: number, peak_dbtp: number, wall_ms: number, cpu_per_s: number }

async function figuresOf(clips: Result[], seconds: number): Promise<Figures> {
  const measured = await Promise.all(clips.map(async ({ mp3 }) => mp3.length ? measureMp3(mp3) : { lufs: -Infinity, true_peak_dbtp: -Infinity }))
  const errors = measured.map(({ lufs }) => Math.abs(lufs - TARGET_LUFS)).sort((a, b) => a - b)
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
  return {
    max_lu: errors.at(-1)!,
    p95_lu: errors[Math.ceil(errors.length * 0.95) - 1]!,
    peak_dbtp: Math.max(...measured.map(({ true_peak_dbtp }) => true_peak_dbtp)),
    wall_ms: sum(clips.map(({ wall_ms }) => wall_ms)),
    cpu_per_s: sum(clips.map(({ cpu_ms }) => cpu_ms)) / seconds,
  }
}
