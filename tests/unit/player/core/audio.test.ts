import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OnFault, Outcome } from '../../../../player/core/audio'
import { createSounder } from '../../../../player/core/audio'

/** An audio element as far as the sounder knows one; the tests move its position. */
class FakeElement {
  src = ''
  volume = 1
  currentTime = 0
  error: { code: number } | null = null
  onended: (() => void) | null = null
  onerror: (() => void) | null = null
  ontimeupdate: (() => void) | null = null
  allowed = true
  plays: string[] = []
  pause = vi.fn()
  play() {
    this.plays.push(this.src)
    return this.allowed ? Promise.resolve() : Promise.reject(Object.assign(new Error('no gesture'), { name: 'NotAllowedError' }))
  }
}

let element: FakeElement
let locks: boolean[]
let faults: Parameters<OnFault>[]
let hangs: number
let started: number[]
const create = () => createSounder(element as unknown as HTMLAudioElement, { silence: 'silence', onLock: locked => locks.push(locked), onFault: (...what) => faults.push(what), onHang: () => ++hangs > 0 })
let sounder: ReturnType<typeof create>
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
/** Lets time pass with the element advancing as it should. */
async function sound(ms: number) {
  for (let i = 0; i < ms / 250; i++) {
    element.currentTime += 0.25
    await pass(250)
  }
}
function play(url = 'a.mp3') {
  element.currentTime = 0
  const result: { outcome?: Outcome } = {}
  void sounder.play(url, position => started.push(position)).then(outcome => result.outcome = outcome)
  return result
}

beforeEach(() => {
  vi.useFakeTimers()
  element = new FakeElement()
  locks = []
  faults = []
  hangs = 0
  started = []
  sounder = create()
})
afterEach(() => vi.useRealTimers())

describe('playing', () => {
  it('says that it started only when the position has moved, and how much was heard', async () => {
    const result = play()
    await pass(1_000)
    expect(started).toEqual([])
    await sound(2_000)
    expect(started).toEqual([250])
    element.onended!()
    await pass(0)
    expect(result.outcome).toEqual({ kind: 'ended', heard_ms: 2_000 })
  })

  it('learns of the start from the element itself when timers are held back', async () => {
    play()
    element.currentTime = 0.12
    element.ontimeupdate!()
    expect(started).toEqual([120])
  })

  it('counts a sound that was over before anybody looked', async () => {
    const result = play()
    element.currentTime = 0.1
    element.onended!()
    await pass(0)
    expect(started).toEqual([100])
    expect(result.outcome).toEqual({ kind: 'ended', heard_ms: 100 })
  })

  it('stops one sound for the next', async () => {
    const first = play('a.mp3')
    await sound(500)
    play('b.mp3')
    await pass(0)
    expect(first.outcome).toEqual({ kind: 'stopped', heard_ms: 0 })
    expect(element.src).toBe('b.mp3')
  })

  it('stops softly where it should, and counts what was heard until then', async () => {
    const result = play()
    await sound(1_000)
    sounder.stop(40)
    await pass(20)
    expect([element.volume, result.outcome]).toEqual([0.5, undefined])
    await pass(20)
    expect([element.volume, result.outcome]).toEqual([0, { kind: 'stopped', heard_ms: 1_000 }])
  })

  it('begins and ends where it is told to', async () => {
    const result: { outcome?: Outcome } = {}
    void sounder.play('a.mp3', () => undefined, { from_ms: 0, gain_db: 0, to_ms: 2_000 }).then(outcome => result.outcome = outcome)
    await sound(2_000)
    await pass(450)
    expect(result.outcome).toMatchObject({ kind: 'ended' })
    expect(element.pause).toHaveBeenCalled()
  })

  it('knows an element that has a volume of its own', () => {
    expect(sounder.obeys()).toBe(true)
    Object.defineProperty(element, 'volume', { get: () => 1, set: () => undefined })
    expect(sounder.obeys()).toBe(false)
  })

  it('fails with what the element says', async () => {
    const result = play()
    element.error = { code: 4 }
    element.onerror!()
    await pass(0)
    expect(result.outcome).toEqual({ kind: 'failed', heard_ms: 0, why: 'media error 4' })
    expect(faults).toEqual([['audio_failed', 'media error 4', 'next', true]])
    expect(sounder.locked()).toBe(false)
  })
})

describe('an element that stands still', () => {
  it('is started again after 6 s and given up after 12', async () => {
    const result = play()
    await sound(1_000)
    await pass(5_900)
    expect(element.plays).toHaveLength(1)
    await pass(300)
    expect(element.plays).toHaveLength(2)
    expect(result.outcome).toBeUndefined()
    await pass(6_000)
    expect(result.outcome).toEqual({ kind: 'failed', heard_ms: 1_000, why: 'stuck' })
    expect(faults).toEqual([])
  })

  it('and whose successor sounds was helped by it', async () => {
    play()
    await pass(13_000)
    play()
    await sound(2_000)
    expect(faults).toEqual([['audio_stuck', expect.stringMatching(/^no sound for 12 s/), 'next', true]])
  })

  it('and has no successor was helped by nothing', async () => {
    play()
    await pass(30_000)
    expect(faults).toEqual([['audio_stuck', expect.any(String), 'next', false]])
  })

  it('is forgiven when the start helps', async () => {
    const result = play()
    await sound(1_000)
    await pass(7_000)
    await sound(20_000)
    expect(result.outcome).toBeUndefined()
    expect(faults).toEqual([['audio_stuck', 'no sound for 7 s', 'play again', true]])
  })

  it('that no other sound moves either is beyond help after 25 s', async () => {
    for (let i = 0; i < 3; i++) {
      play()
      await pass(12_300)
      if (i === 1) expect(hangs).toBe(0)
    }
    expect(hangs).toBe(1)
    expect(faults).toEqual([['audio_stuck', 'no sound for 25 s', 'reload', false]])
    play()
    await sound(20_000)
    expect(hangs).toBe(1)
    expect(faults).toHaveLength(1)
  })

  it('is not blamed for a set that slept', async () => {
    const result = play()
    await sound(1_000)
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 600_000)
    await pass(500)
    expect(result.outcome).toBeUndefined()
    expect(faults).toEqual([])
  })
})

describe('the volume', () => {
  it('goes to a share by and by, of whatever it is set to', async () => {
    sounder.setVolume(0.8)
    const fading = sounder.fade(0.5, 1_000)
    await pass(500)
    expect(element.volume).toBeCloseTo(0.6, 1)
    await pass(600)
    await fading
    expect(element.volume).toBeCloseTo(0.4)
    sounder.setVolume(1)
    expect(element.volume).toBeCloseTo(0.5)
  })

  it('lets nobody wait for a fade that another has replaced', async () => {
    const first = sounder.fade(0, 60_000)
    void sounder.fade(1, 0)
    await first
    expect(element.volume).toBe(1)
  })

  it('is multiplied by the gain of a file, and never more than whole', () => {
    void sounder.play('a', () => undefined, { from_ms: 0, gain_db: -20 })
    expect(element.volume).toBeCloseTo(0.1)
    void sounder.play('b', () => undefined, { from_ms: 0, gain_db: 6 })
    expect(element.volume).toBe(1)
  })
})

describe('a browser that wants a key first', () => {
  beforeEach(() => {
    element.allowed = false
  })

  it('is found out in silence', async () => {
    await sounder.probe()
    expect(element.plays).toEqual(['silence'])
    expect(locks).toEqual([true])
  })

  it('is found out by a message too, which is not lost', async () => {
    const result = play()
    await pass(0)
    expect(result.outcome).toEqual({ kind: 'blocked' })
    expect(locks).toEqual([true])
  })

  it('is unlocked inside the handler of the key, on the same element', async () => {
    await sounder.probe()
    element.allowed = true
    sounder.unlock()
    expect(element.plays).toEqual(['silence', 'silence'])
    await pass(0)
    expect(locks).toEqual([true, false])
  })

  it('leaves a key alone when nothing is locked', () => {
    sounder.unlock()
    expect(element.plays).toEqual([])
  })
})

it('a probe that never answers says nothing', async () => {
  element.play = () => new Promise(() => undefined)
  const probe = sounder.probe()
  await pass(5_000)
  await probe
  expect(locks).toEqual([])
})
