import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClock } from '../../../../player/core/clock'
import { memoryStore } from '../../../../player/core/keep'
import { createReloads } from '../../../../player/core/reloads'
import { createWatchdog } from '../../../../player/core/watchdog'

const NOON = Date.parse('2026-11-22T12:00:00Z')
let faults: unknown[][]
let slept: number
let set: number
let reloads: number
let is: { idle: boolean, night: boolean, hidden: boolean, memory: number }
let clock: ReturnType<typeof createClock>
let look: () => void

/** Looks once a second, as the page does. */
function pass(ms: number) {
  for (let passed = 0; passed < ms; passed += 1_000) {
    vi.advanceTimersByTime(1_000)
    look()
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ['Date', 'performance'] })
  Object.defineProperty(performance, 'memory', { configurable: true, get: () => ({ usedJSHeapSize: is.memory, jsHeapSizeLimit: 100e6 }) })
  faults = []
  slept = set = reloads = 0
  is = { idle: true, night: false, hidden: false, memory: 20e6 }
  clock = createClock()
  clock.learn(clock.mono(), new Date(NOON).toISOString())
  const store = memoryStore()
  look = createWatchdog({
    clock,
    fault: (...what) => faults.push(what),
    onSlept: () => slept++,
    onSet: () => set++,
    idle: () => is.idle,
    night: () => is.night,
    reload: createReloads(store, clock.now, () => reloads++).begin,
    isHidden: () => is.hidden,
  }).look
  pass(5_000)
})
afterEach(() => {
  vi.useRealTimers()
  Reflect.deleteProperty(performance, 'memory')
})

describe('a page', () => {
  it('that stood still is told of once, with how long', () => {
    vi.advanceTimersByTime(40_000)
    pass(5_000)
    expect(faults).toEqual([['page_frozen', '41 s', 'connected again', true]])
    expect([slept, set]).toEqual([1, 0])
  })

  it('whose set slept, its monotonic clock with it, goes by the other clock', () => {
    const before = clock.now()
    vi.setSystemTime(Date.now() + 3_000_000)
    look()
    expect(faults).toEqual([['page_frozen', '3000 s', 'connected again', true]])
    expect(slept).toBe(1)
    expect(clock.now()).toBeCloseTo(before + 3_000_000, -1)
  })

  it('in the background is no frozen page, though it looks but once a minute', () => {
    is.hidden = true
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(60_000)
      look()
    }
    expect(faults).toEqual([])
    vi.setSystemTime(Date.now() + 3_000_000)
    look()
    expect(slept).toBe(1)
  })
})

describe('a clock', () => {
  it.each([-7_200_000, 7_200_000, -600_000, -6_000])('that somebody sets by %i ms is told of and measured at once, and nobody airs by it', (step) => {
    const before = clock.now()
    vi.setSystemTime(Date.now() + step)
    look()
    expect(faults).toEqual([['clock_step', `${step / 1000} s`, 'measured again', true]])
    expect([slept, set]).toEqual([0, 1])
    expect(clock.now()).toBeCloseTo(before, -1)
  })

  it('that is corrected by a second is nothing to speak of', () => {
    for (const step of [-900, 1_200, 4_000]) {
      vi.setSystemTime(Date.now() + step)
      pass(2_000)
    }
    expect(faults).toEqual([])
  })
})

describe('a full memory', () => {
  it('has the page begun anew when it lasts and nobody is disturbed, at most once in ten minutes', () => {
    is.memory = 90e6
    is.idle = false
    pass(600_000)
    expect([reloads, faults]).toEqual([0, []])
    is.idle = true
    pass(2_000)
    expect(reloads).toBe(1)
    expect(faults).toEqual([['memory_high', '90 of 100 MB', 'reload', false]])
    pass(590_000)
    expect(reloads).toBe(1)
    pass(400_000)
    expect(reloads).toBe(2)
    expect(faults).toHaveLength(1)
  })

  it('for a moment is nothing', () => {
    for (let i = 0; i < 10; i++) {
      is.memory = i % 2 ? 20e6 : 90e6
      pass(120_000)
    }
    expect(reloads).toBe(0)
  })
})

describe('a page that has grown old', () => {
  it('begins anew at night, and not before', () => {
    is.night = true
    pass(11 * 3_600_000)
    expect(reloads).toBe(0)
    is.night = false
    pass(3 * 3_600_000)
    expect(reloads).toBe(0)
    is.night = true
    is.idle = false
    pass(60_000)
    expect(reloads).toBe(0)
    is.idle = true
    pass(60_000)
    expect(reloads).toBe(1)
    expect(faults).toEqual([])
  })
})

describe('a reload', () => {
  it('is not begun again in ten minutes, nor once it has come back silent, until a key was pressed', () => {
    const store = memoryStore()
    const boot = () => createReloads(store, Date.now, () => reloads++)
    expect([boot().begin(), boot().begin()]).toEqual([true, false])
    vi.advanceTimersByTime(600_001)
    expect(boot().begin()).toBe(true)
    boot().cameBack(true)
    vi.advanceTimersByTime(6_000_000)
    expect(boot().begin()).toBe(false)
    boot().cameBack(false)
    expect(boot().begin()).toBe(true)
  })
})
