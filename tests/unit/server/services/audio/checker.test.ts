import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkerIn } from '../../../../../server/services/audio/checker'
import { encodeMp3 } from '../../../../../server/services/audio/codec/mp3-encoder'
import { locateWorker } from '../../../../../server/services/audio/worker-files'
import { integratedLoudness } from '../../../../../shared/utils/loudness'
import { tone } from '../../../../fixtures/signals'

const RATE = 44_100
const sound = { channels: 1, frames: 2 * RATE, sample_rate: RATE }
const samples = tone({ hz: 400, dbfs: -20, seconds: 2, sample_rate: RATE })

describe('the thread that checks', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'checker-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('rejects the check under which it dies, and the next sound gets a new one', async () => {
    const dying = join(folder, 'dying.mjs')
    await writeFile(dying, 'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { throw new Error("out of luck") })')
    const check = checkerIn(dying)(sound)
    await expect(check.end()).rejects.toThrow('out of luck')

    const next = checkerIn(await locateWorker('checker'))(sound)
    await encodeMp3([samples], RATE, 128, next.push)
    expect((await next.end()).lufs).toBeCloseTo(integratedLoudness([samples], RATE), 1)
  })

  it('gives up a sound that has no end when the next one begins', async () => {
    const checker = checkerIn(await locateWorker('checker'))
    await encodeMp3([samples.map(value => value / 10)], RATE, 128, checker(sound).push)
    const next = checker(sound)
    await encodeMp3([samples], RATE, 128, next.push)
    expect((await next.end()).lufs).toBeCloseTo(integratedLoudness([samples], RATE), 1)
  })
})
