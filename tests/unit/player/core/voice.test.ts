import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Spoken, Voice } from '../../../../player/core/voice'
import { createVoice } from '../../../../player/core/voice'
import { FakeAudioContext } from '../../../fixtures/fake-audio-context'

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
let voice: Voice
let started: number[]

/** Two seconds of sound. */
async function speak(volume = 1) {
  const result: { spoken?: Spoken } = {}
  void voice.speak(await voice.decode(new ArrayBuffer(2_000)), volume, position => started.push(position)).then(spoken => result.spoken = spoken)
  return result
}

beforeEach(async () => {
  vi.useFakeTimers()
  vi.stubGlobal('window', { AudioContext: FakeAudioContext })
  started = []
  voice = createVoice()
  await Promise.all([voice.wake(), pass(500)])
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('an announcement by Web Audio', () => {
  it('is heard whole, and measured by what an analyser hears', async () => {
    const result = await speak()
    await pass(100)
    expect(started).toEqual([20])
    expect(voice.positionMs()).toBeGreaterThan(50)
    await pass(2_000)
    expect(result.spoken).toEqual({ kind: 'ended', heard_ms: 2_000, level_db: -20 })
    expect(voice.positionMs()).toBe(0)
  })

  it('begins and ends at nothing, by ramps of 5 ms', async () => {
    await speak(0.5)
    const { settings, sources } = FakeAudioContext.last
    const [volume, zero, whole, still, gone] = settings.slice(-5)
    const { from } = sources[0]!
    expect(volume).toMatchObject({ kind: 'set', value: 0.5 })
    expect([zero, whole]).toEqual([{ kind: 'set', value: 0, at: from }, { kind: 'ramp', value: 1, at: from + 0.005 }])
    expect([still, gone]).toEqual([{ kind: 'set', value: 1, at: from + 1.995 }, { kind: 'ramp', value: 0, at: from + 2 }])
  })

  it('is stopped by a ramp too, and says how much was heard', async () => {
    const result = await speak()
    await pass(1_030)
    voice.stop()
    await pass(0)
    expect(result.spoken).toMatchObject({ kind: 'stopped', heard_ms: 1_000 })
    const { settings, sources, currentTime } = FakeAudioContext.last
    expect(settings.at(-1)).toEqual({ kind: 'ramp', value: 0, at: currentTime + 0.02 })
    expect(sources[0]!.stopped).toBe(currentTime + 0.02)
    voice.stop()
  })

  it('fails when the clock has stopped for a second', async () => {
    const result = await speak()
    await pass(500)
    void FakeAudioContext.last.suspend()
    await pass(900)
    expect(result.spoken).toBeUndefined()
    await pass(300)
    expect(result.spoken).toMatchObject({ kind: 'failed', heard_ms: 470 })
  })

  it('is over also where the engine forgets to say so', async () => {
    const result = await speak()
    FakeAudioContext.last.sources[0]!.onended = null
    await pass(2_700)
    expect(result.spoken).toMatchObject({ kind: 'ended', heard_ms: 2_000 })
  })

  it('has no level when there was nothing but silence', async () => {
    FakeAudioContext.last.heard = 0
    const result = await speak()
    await pass(2_100)
    expect(result.spoken).toMatchObject({ kind: 'ended', level_db: null })
  })

  it('is as loud as the player becomes', async () => {
    await speak()
    voice.setVolume(0.3)
    expect(FakeAudioContext.last.settings.at(-1)).toMatchObject({ kind: 'target', value: 0.3 })
  })
})

describe('the loudspeaker', () => {
  it('is not given back in the middle of a word', async () => {
    const result = await speak()
    await pass(500)
    voice.keep(false)
    await pass(2_000)
    expect(result.spoken).toMatchObject({ kind: 'ended' })
    voice.keep(false)
    expect(voice.awake()).toBe(false)
  })

  it('is given back and asked for again', async () => {
    voice.keep(false)
    expect(voice.awake()).toBe(false)
    voice.keep(true)
    expect(voice.awake()).toBe(true)
  })

  it('that waits for a key does not wake, and one that is not there neither', async () => {
    vi.stubGlobal('window', { AudioContext: class extends FakeAudioContext {
      override state = 'suspended' as const
      override resume = () => new Promise<void>(() => undefined)
    } })
    const locked = createVoice()
    const woken = locked.wake()
    await pass(3_000)
    expect([await woken, locked.awake()]).toEqual([false, false])
    vi.stubGlobal('window', {})
    const none = createVoice()
    expect([await none.wake(), none.awake()]).toEqual([false, false])
    none.keep(true)
    none.setVolume(1)
    none.stop()
  })

  it('refuses what is no sound', async () => {
    await expect(voice.decode(new ArrayBuffer(0))).rejects.toThrow('no sound')
  })
})
