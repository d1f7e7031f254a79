import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { encodeMp3 } from '../../server/services/audio/codec/mp3-encoder'
import { resample } from '../../server/services/audio/dsp/resample'
import { masterSpeech, type SpeechInput } from '../../server/services/audio/master'
import { closeWorkers } from '../../server/services/audio/worker-pool'
import { makeSpeech } from '../../tests/fixtures/speech-corpus'
import { median } from './lib/median'

const run = promisify(execFile)
const ROUNDS = 20
const WARM_UP = 8
const SECONDS = 10
const LIMIT_MS = 120

/**
 * What mastering adds to the time of the voice, for a message of 10 s: samples as the built-in voice gives them, and an
 * mp3 as ElevenLabs does; in turns with the textbook's way of doing it, two passes of ffmpeg's loudnorm.
 *
 * @returns whether the medians are within the limit
 */
export async function bench(): Promise<boolean> {
  const { pcm, sample_rate } = await makeSpeech(SECONDS)
  const encoded = await encodeMp3([resample(pcm, sample_rate, 44_100)], 44_100, 128)
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    const source = join(folder, 'source.f32')
    await writeFile(source, new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength))
    const contestants: Record<string, () => Promise<unknown>> = {
      'samples of the built-in voice': () => masterSpeech({ pcm, sample_rate }),
      'mp3 of a vendor': () => masterSpeech({ encoded, content_type: 'audio/mpeg' } satisfies SpeechInput),
    }
    if (spawnSync('ffmpeg', ['-version']).status === 0) {
      contestants[REFERENCE] = () => twoPassLoudnorm(source, sample_rate, join(folder, 'out.mp3'))
    }
    else console.log('ffmpeg is not installed: no comparison with two-pass loudnorm.')
    return report(await takeTurns(contestants))
  }
  finally {
    await closeWorkers()
    await rm(folder, { recursive: true, force: true })
  }
}

const REFERENCE = 'two-pass loudnorm of ffmpeg'

async function takeTurns(contestants: Record<string, () => Promise<unknown>>): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>(Object.keys(contestants).map(name => [name, []]))
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, work] of Object.entries(contestants)) {
      const start = performance.now()
      await work()
      if (round >= 0) times.get(name)!.push(performance.now() - start)
    }
  }
  return times
}

function report(times: Map<string, number[]>): boolean {
  const reference = times.get(REFERENCE)
  let within = true
  console.log(`Mastering of ${SECONDS} s of speech, median of ${ROUNDS} (fastest to slowest), limit ${LIMIT_MS} ms:`)
  for (const [name, values] of times) {
    const sorted = values.toSorted((a, b) => a - b)
    const middle = median(sorted)
    const ratio = reference && name !== REFERENCE ? `, ${(median(reference) / middle).toFixed(1)} times as fast as ffmpeg` : ''
    console.log(`  ${name}: ${middle.toFixed(0)} ms (${sorted[0]!.toFixed(0)}–${sorted.at(-1)!.toFixed(0)})${ratio}`)
    if (name !== REFERENCE && middle > LIMIT_MS) within = false
  }
  return within
}

/** As every tutorial has it: measure, then normalise with what was measured, and encode. */
async function twoPassLoudnorm(source: string, sample_rate: number, output: string) {
  const input = ['-hide_banner', '-y', '-f', 'f32le', '-ar', `${sample_rate}`, '-ac', '1', '-i', source]
  const target = 'loudnorm=I=-16:TP=-1:LRA=11:dual_mono=true'
  const { stderr } = await run('ffmpeg', [...input, '-af', `${target}:print_format=json`, '-f', 'null', '-'])
  const figures = JSON.parse(stderr.slice(stderr.lastIndexOf('{'), stderr.lastIndexOf('}') + 1)) as Record<string, string>
  const measured = `measured_I=${figures.input_i}:measured_TP=${figures.input_tp}:measured_LRA=${figures.input_lra}:measured_thresh=${figures.input_thresh}:offset=${figures.target_offset}:linear=true`
  await run('ffmpeg', [...input, '-af', `${target}:${measured}`, '-ar', '44100', '-b:a', '128k', output])
  await stat(output)
}
