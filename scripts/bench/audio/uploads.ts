import { execFile, spawn, spawnSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { organization } from '../../../db/schema'
import type { Message } from '../../../shared/schemas/audio'
import { DomainError } from '../../../server/services/errors'
import { ffmpegMakes, makeBadInputs, makeFormats, pseudoRandom } from '../../../tests/fixtures/uploads'

const run = promisify(execFile)
const HOUR_S = 3600
const HOUR_LIMIT_MB = 150
const MUSIC = 'aevalsrc=0.2*sin(220*2*PI*t)*(1+sin(0.7*t))/2+0.1*sin(1870*t*(1+0.1*sin(t)))|0.2*sin(331*2*PI*t)*(1+sin(0.3*t))/2+0.1*sin(2090*t*(1+0.1*sin(0.9*t))):d=60:s=44100'
const UPLOADS = 200
const DEADLINE_MS = 30_000
const METER_TOLERANCE_LU = 0.01

/**
 * What uploads cost and what hostile ones can do: an hour of music measured in little memory, our meter beside ffmpeg's
 * own, and 200 mutated and hostile uploads of which each gets its answer.
 *
 * @returns whether all of that is within what is promised
 */
export async function bench(): Promise<boolean> {
  if (spawnSync('ffmpeg', ['-version']).status !== 0) throw new Error('This bench makes its files with ffmpeg, which is not installed.')
  const folder = await mkdtemp(join(tmpdir(), 'bench-uploads-'))
  try {
    const music = await hourOfMusic(folder)
    const uploads = await hostileUploads(folder)
    return music && uploads
  }
  finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** In a process of its own, so that its memory is that of the measuring alone. */
async function hourOfMusic(folder: string): Promise<boolean> {
  // Frames follow frames: a minute, sixty times, is an hour.
  const minute = await readFile(await ffmpegMakes(join(folder, 'minute.mp3'), '-f', 'lavfi', '-i', MUSIC, '-b:a', '192k', '-write_xing', '0', '-id3v2_version', '0'))
  const file = join(folder, 'hour.mp3')
  await writeFile(file, Buffer.concat(Array.from({ length: HOUR_S / 60 }, () => minute)))
  const started = performance.now()
  const { figures, rss_mb } = await measureAlone(file)
  const ours_s = (performance.now() - started) / 1000
  const { reference, reference_s } = await measureWithEbur128(file)
  const error = Math.abs(figures.lufs - reference)
  console.log(`One hour of stereo music: ${ours_s.toFixed(1)} s with decoding, ${rss_mb.toFixed(0)} MB more than an idle process at most (${HOUR_LIMIT_MB} allowed).`)
  console.log(`  ffmpeg's ebur128: ${reference_s.toFixed(1)} s. Loudness ${figures.lufs.toFixed(2)} LUFS and ${reference.toFixed(2)} LUFS: ${error.toFixed(3)} LU apart (${METER_TOLERANCE_LU} allowed).`)
  return rss_mb <= HOUR_LIMIT_MB && error <= METER_TOLERANCE_LU
}

const MEASURE = `
import { measureMusicFile } from './server/services/audio/upload/measure-music.ts'
const idle = process.memoryUsage.rss()
let most = idle
const watching = setInterval(() => { most = Math.max(most, process.memoryUsage.rss()) }, 50)
const outcome = await measureMusicFile({ path: process.argv.at(-1), kind: 'mp3' }, { min_s: 0.2, max_s: 10800 })
most = Math.max(most, process.memoryUsage.rss())
clearInterval(watching)
console.log(JSON.stringify({ ...outcome.measured, peaks: undefined, rss_mb: (most - idle) / 1024 / 1024 }))
`

async function measureAlone(file: string): Promise<{ figures: { lufs: number }, rss_mb: number }> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', MEASURE, '--', file], { cwd: join(import.meta.dirname, '../../..'), stdio: ['ignore', 'pipe', 'inherit'] })
  let written = ''
  child.stdout.on('data', chunk => written += chunk)
  await new Promise((done, failed) => child.once('close', code => code ? failed(new Error(`measuring ended with ${code}`)) : done(null)))
  const { rss_mb, ...figures } = JSON.parse(written) as { lufs: number, rss_mb: number }
  return { figures, rss_mb }
}

async function measureWithEbur128(file: string): Promise<{ reference: number, reference_s: number }> {
  const started = performance.now()
  // Its summary has one decimal, its metadata three.
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', file, '-af', 'ebur128=peak=true:metadata=1,ametadata=print:key=lavfi.r128.I:file=-', '-f', 'null', '-'], { maxBuffer: 2 ** 28 })
  return { reference: Number(/lavfi\.r128\.I=(-?[\d.]+)\s*$/.exec(stdout)![1]), reference_s: (performance.now() - started) / 1000 }
}

/** Real files with bytes changed, cut, doubled and swapped, and those of the list of bad inputs: through the services of an upload. */
async function hostileUploads(folder: string): Promise<boolean> {
  Object.assign(process.env, { DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'silent' })
  const { useDb, closeDatabase } = await import('../../../server/services/database')
  const { acceptUpload, receiveUpload } = await import('../../../server/services/audio/upload/accept')
  const { drainUploads } = await import('../../../server/services/audio/upload/queue')
  const { closeWorkers } = await import('../../../server/services/audio/worker-pool')
  const { getMessage } = await import('../../../server/services/library/messages')
  const db = await useDb()
  await db.insert(organization).values({ id: 'shop', name: 'shop', slug: 'shop' })
  const secret = await ffmpegMakes(join(folder, 'secret.wav'), '-f', 'lavfi', '-i', 'sine=f=5000:d=3')
  const files = await mutations(folder, secret)
  const answers = new Map<string, number>()
  const wrong: string[] = []
  let slowest_ms = 0
  const count = (answer: string) => answers.set(answer, (answers.get(answer) ?? 0) + 1)
  for (const { name, path, hears_secret } of files) {
    const started = performance.now()
    try {
      const { audio_id } = await acceptUpload(await receiveUpload(createReadStream(path)), {
        client_id: 'shop', user_id: null, original_name: name, fields: { kind: 'message', source: 'uploaded', track_kind: 'background' },
        repeatable: { client_id: 'shop', key: undefined, operation: 'bench' },
      }) as Message
      await drainUploads()
      const { status, failure } = await getMessage('shop', audio_id)
      if (status === 'ready' && hears_secret) wrong.push(`${name}: sounds of another file`)
      if (status !== 'ready' && !(status === 'failed' && failure && failure !== 'internal')) wrong.push(`${name}: ${status} ${failure ?? ''}`)
      count(status === 'ready' ? 'ready' : failure ?? status)
    }
    catch (error) {
      if (!(error instanceof DomainError)) wrong.push(`${name}: ${String(error)}`)
      else count(error.code)
    }
    slowest_ms = Math.max(slowest_ms, performance.now() - started)
  }
  await closeWorkers()
  await closeDatabase()
  console.log(`${files.length} mutated and hostile uploads, slowest ${(slowest_ms / 1000).toFixed(1)} s: ${[...answers].sort().map(([answer, times]) => `${answer} ${times}`).join(', ')}.`)
  for (const line of wrong) console.log(`  WRONG ${line}`)
  return wrong.length === 0 && slowest_ms <= DEADLINE_MS
}

interface Hostile { name: string, path: string, hears_secret: boolean }

async function mutations(folder: string, secret: string): Promise<Hostile[]> {
  const real = await makeFormats(join(folder, 'formats'))
  const bad = await makeBadInputs(join(folder, 'bad'), secret)
  const made: Hostile[] = bad.map(({ name, path }) => ({ name, path, hears_secret: /playlist|relative|concat/.test(name) }))
  for (let index = 0; made.length < UPLOADS; index++) {
    const { name, path } = real[index % real.length]!
    const bytes = mutate(await readFile(path), index)
    const target = join(folder, `mutated-${index}-${name}`)
    await writeFile(target, bytes)
    made.push({ name: `${MUTATIONS[index % MUTATIONS.length]!.name} of ${name} (${index})`, path: target, hears_secret: false })
  }
  return made
}

type Mutation = (bytes: Uint8Array, seed: number) => Uint8Array

const at = (bytes: Uint8Array, seed: number) => pseudoRandom(4, seed).reduce((sum, byte) => sum * 256 + byte, 0) % Math.max(1, bytes.length)

const MUTATIONS: Mutation[] = [
  function flips(bytes, seed) {
    const changed = Uint8Array.from(bytes)
    for (let flip = 0; flip < 50; flip++) changed[at(bytes, seed * 100 + flip)]! ^= 1 << flip % 8
    return changed
  },
  function header(bytes, seed) {
    const changed = Uint8Array.from(bytes)
    changed.set(pseudoRandom(16, seed), 12 + seed % 40)
    return changed
  },
  function cut(bytes, seed) {
    return bytes.subarray(0, at(bytes, seed))
  },
  function hole(bytes, seed) {
    const changed = Uint8Array.from(bytes)
    const from = at(bytes, seed)
    changed.fill(seed % 256, from, from + 5000)
    return changed
  },
  function doubled(bytes) {
    return Buffer.concat([bytes, bytes])
  },
  function huge(bytes, seed) {
    const changed = Uint8Array.from(bytes)
    changed.fill(0xFF, 4 + seed % 60, 8 + seed % 60)
    return changed
  },
  function noise(bytes, seed) {
    const changed = Uint8Array.from(bytes)
    changed.set(pseudoRandom(Math.max(0, bytes.length - 256), seed), 256)
    return changed
  },
]

const mutate = (bytes: Uint8Array, index: number) => MUTATIONS[index % MUTATIONS.length]!(bytes, index + 1)
