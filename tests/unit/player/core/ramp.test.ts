import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRamp } from '../../../../player/core/ramp'

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
let seen: number[]
const create = (start = 0) => {
  const ramp = createRamp(start, () => seen.push(ramp.value()))
  return ramp
}

beforeEach(() => {
  vi.useFakeTimers()
  seen = []
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('a ramp', () => {
  it('goes its way in even steps of 20 ms, and is exact at its end', async () => {
    const ramp = create()
    void ramp.go(10, 200)
    await pass(200)
    expect(seen).toHaveLength(11)
    expect(Math.max(...seen.map((value, i) => value - (seen[i - 1] ?? 0)))).toBeCloseTo(1)
    expect(ramp.value()).toBe(10)
  })

  it('does not jump after a page that was busy for a moment', async () => {
    const ramp = create()
    void ramp.go(10, 200)
    await pass(40)
    const before = ramp.value()
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 120)
    await pass(20)
    expect(ramp.value() - before).toBeCloseTo(2)
  })

  it('is there at once when nobody sees the page and its timers are slow', async () => {
    const ramp = create()
    const done = ramp.go(10, 800)
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 1_000)
    await pass(20)
    await done
    expect(ramp.value()).toBe(10)
  })

  it('asked twice for one way stays on it, and another takes over from where it is', async () => {
    const ramp = create()
    const done = [ramp.go(10, 200), null]
    await pass(100)
    done[1] = ramp.go(10, 200)
    expect(done[1]).toBe(done[0])
    const middle = ramp.value()
    void ramp.go(0, 200)
    await done[0]
    expect(ramp.value()).toBe(middle)
    await pass(200)
    expect(ramp.value()).toBe(0)
  })
})
