import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSounder } from '../../../../player/core/audio'
import type { Keep } from '../../../../player/core/keep'
import { memoryKeep } from '../../../../player/core/keep'
import { createTalkOver } from '../../../../player/core/talk-over'
import type { Spoken, Voice } from '../../../../player/core/voice'
import { FakeAudio } from '../../../fixtures/fake-audio'

let keep: Keep
let element: FakeAudio
let busy: boolean
/** What the engine of this test can. */
let engine: { wakes: boolean, runs: boolean, decodes: boolean, heard: number | null, obeys: boolean, spoken: Spoken['kind'] }
/** The loudest sample that was ever played. */
let loudest: number

function boot(name = '1 Chromium 64') {
  element = new FakeAudio()
  const sounder = createSounder(element as unknown as HTMLAudioElement, { silence: 'silence#3000', onLock: () => undefined })
  const voice: Voice = {
    wake: async () => engine.wakes,
    keep: () => undefined,
    awake: () => engine.runs,
    decode: async () => {
      if (!engine.decodes) throw new Error('no mp3')
      const samples = new Float32Array(26_460)
      return { duration: 0.6, getChannelData: () => samples } as unknown as AudioBuffer
    },
    speak: async (sound) => {
      loudest = Math.max(...sound.getChannelData(0).map(Math.abs))
      await new Promise(resolve => setTimeout(resolve, 600))
      return { kind: engine.spoken, heard_ms: 600, level_db: engine.heard, why: '' } as Spoken
    },
    stop: () => undefined,
    setVolume: () => undefined,
    positionMs: () => 0,
  }
  if (!engine.obeys) Object.defineProperty(element, 'volume', { get: () => 1, set: () => undefined })
  const talkOver = createTalkOver({ keep, sounder, voice, silence: 'silence#3000', engine: name, busy: () => busy, onChange: () => undefined })
  return { talkOver, sounder }
}

async function tested({ talkOver } = boot()) {
  const test = talkOver.test()
  await vi.advanceTimersByTimeAsync(10_000)
  await test
  return talkOver
}

beforeEach(() => {
  vi.useFakeTimers()
  keep = memoryKeep()
  busy = false
  engine = { wakes: true, runs: true, decodes: true, heard: -100, obeys: true, spoken: 'ended' }
})
afterEach(() => vi.useRealTimers())

describe('the self-test', () => {
  it('shows that a device can, without a sound', async () => {
    const talkOver = await tested()
    expect([talkOver.ability(), talkOver.ready(), talkOver.due()]).toEqual(['works', true, false])
    expect(loudest).toBeGreaterThan(0)
    // less than half of the last bit of 16
    expect(loudest).toBeLessThan(1 / 65_536)
    expect(element.begun.map(({ name }) => name)).toEqual(['silence'])
  })

  it.each([
    ['has a clock that stands still', () => void (engine.wakes = false)],
    ['decodes no mp3', () => void (engine.decodes = false)],
    ['plays what nobody hears', () => void (engine.heard = null)],
    ['loses its clock', () => void (engine.spoken = 'failed')],
    ['has a volume of its own', () => void (engine.obeys = false)],
  ])('fails where the engine %s, twice', async (_what, spoil) => {
    spoil()
    const booted = boot()
    const talkOver = await tested(booted)
    expect([talkOver.ability(), talkOver.due()]).toEqual(['untested', true])
    await tested(booted)
    expect([talkOver.ability(), talkOver.ready(), talkOver.due()]).toEqual(['fails', false, false])
  })

  it('does not show it where the element stands still meanwhile, and has another chance', async () => {
    const booted = boot()
    const test = booted.talkOver.test()
    await vi.advanceTimersByTimeAsync(300)
    element.pause()
    await vi.advanceTimersByTimeAsync(10_000)
    await test
    expect(booted.talkOver.ability()).toBe('untested')
    expect((await tested(booted)).ability()).toBe('works')
  })

  it('comes to no result when a message takes the element, and is made again', async () => {
    const booted = boot()
    const test = booted.talkOver.test()
    await vi.advanceTimersByTimeAsync(400)
    void booted.sounder.play('message#2000', () => undefined)
    await vi.advanceTimersByTimeAsync(1_000)
    await test
    expect([booted.talkOver.ability(), booted.talkOver.due()]).toEqual(['untested', true])
    expect(element.src).toBe('message#2000')
    await vi.advanceTimersByTimeAsync(5_000)
    expect((await tested(booted)).ability()).toBe('works')
  })

  it('is no failure where the sound waits for a key, and is made when that has come', async () => {
    engine.wakes = engine.runs = false
    const booted = boot()
    expect([(await tested(booted)).ability(), booted.talkOver.due()]).toEqual(['untested', false])
    engine.wakes = engine.runs = true
    expect([booted.talkOver.due(), (await tested(booted)).ability()]).toEqual([true, 'works'])
  })

  it('is made once for a program and an engine, and remembered with what failed in earnest', async () => {
    const talkOver = await tested()
    const again = boot().talkOver
    await again.load()
    expect([again.ability(), again.due()]).toEqual(['works', false])
    const updated = boot('2 Chromium 64').talkOver
    await updated.load()
    expect([updated.ability(), updated.due()]).toEqual(['untested', true])
    talkOver.fail()
    const failed = boot().talkOver
    await failed.load()
    expect([failed.ability(), failed.due()]).toEqual(['fails', false])
  })

  it('waits while something is on air', async () => {
    busy = true
    await tested()
    expect(element.begun).toEqual([])
  })
})
