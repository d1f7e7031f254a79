import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClock } from '../../../../player/core/clock'
import { memoryKeep } from '../../../../player/core/keep'

const DAY = Date.parse('2026-03-01T12:00:00Z')
const AHEAD = 7_200_000

/** What the server says when its clock is ahead of the device's by two hours. */
const serverTime = () => new Date(Date.now() + AHEAD).toISOString()

beforeEach(() => vi.useFakeTimers({ now: DAY, toFake: ['Date', 'performance'] }))
afterEach(() => vi.useRealTimers())

/** One exchange with the way out and the way back as long as given. */
function exchange(clock: ReturnType<typeof createClock>, outMs: number, backMs: number) {
  const sent = clock.mono()
  vi.advanceTimersByTime(outMs)
  const answer = serverTime()
  vi.advanceTimersByTime(backMs)
  clock.learn(sent, answer)
}

describe('the server\'s time', () => {
  it('is the device\'s as long as the server has said nothing', () => {
    const clock = createClock()
    expect(clock.now()).toBe(Date.now())
    expect(clock.offsetMs()).toBeNull()
  })

  it('is learnt from one exchange, half of the way each', () => {
    const clock = createClock()
    exchange(clock, 40, 40)
    expect(clock.offsetMs()).toBe(AHEAD)
    vi.advanceTimersByTime(5_000)
    expect(clock.now()).toBeCloseTo(Date.now() + AHEAD, 0)
  })

  it('trusts the shortest of the latest ways, not the latest', () => {
    const clock = createClock()
    exchange(clock, 1, 1)
    for (let i = 0; i < 5; i++) exchange(clock, 10, 900)
    expect(clock.offsetMs()).toBe(AHEAD)
  })

  it('forgets old exchanges', () => {
    const clock = createClock()
    exchange(clock, 1, 1)
    for (let i = 0; i < 8; i++) exchange(clock, 10, 110)
    expect(clock.offsetMs()).toBe(AHEAD - 50)
  })

  it('ignores answers that make no sense', () => {
    const clock = createClock()
    clock.learn(clock.mono(), 'yesterday')
    clock.learn(clock.mono() + 1_000, serverTime())
    expect(clock.offsetMs()).toBeNull()
  })

  it('does not move when somebody sets the clock of the device', () => {
    const clock = createClock()
    exchange(clock, 5, 5)
    const before = clock.now()
    vi.setSystemTime(DAY - 3_600_000)
    expect(clock.now()).toBeCloseTo(before, 0)
    clock.slept()
    expect(clock.now()).toBeCloseTo(before, 0)
  })

  it('goes on by the wall clock after a sleep in which the monotonic clock stood still', () => {
    const clock = createClock()
    exchange(clock, 5, 5)
    const before = clock.now()
    vi.setSystemTime(Date.now() + 600_000)
    clock.slept()
    expect(clock.now()).toBeCloseTo(before + 600_000, 0)
  })
})

describe('a clock that is set', () => {
  it.each([7_200_000, -7_200_000, 3_600_000])('by %i ms, as zones and summers are, is no sleep', (step) => {
    const clock = createClock()
    exchange(clock, 5, 5)
    const before = clock.now()
    vi.setSystemTime(Date.now() + step)
    clock.slept()
    expect(clock.now()).toBeCloseTo(before, 0)
    expect(clock.look()).toBe(true)
  })

  it('is not trusted for a moment after a sleep, unless the server answers', () => {
    const clock = createClock()
    exchange(clock, 5, 5)
    vi.setSystemTime(Date.now() + 600_000)
    clock.slept()
    expect(clock.look()).toBe(false)
    exchange(clock, 5, 5)
    expect(clock.look()).toBe(true)
    vi.setSystemTime(Date.now() + 600_000)
    clock.slept()
    vi.advanceTimersByTime(10_000)
    expect(clock.look()).toBe(true)
  })
})

it('exchanges that exclude each other leave the latest: a clock has jumped between them', () => {
  const clock = createClock()
  exchange(clock, 1, 1)
  // the monotonic clock stood still for half an hour and nobody noticed
  vi.setSystemTime(Date.now() + 1_800_000)
  exchange(clock, 40, 40)
  expect(clock.now()).toBeCloseTo(Date.now() + AHEAD, 0)
})

describe('what is known when the page ends', () => {
  it('is known when it begins again without a network', async () => {
    const keep = memoryKeep()
    const clock = createClock(keep)
    exchange(clock, 5, 5)
    clock.look()
    const later = createClock(keep)
    await later.load()
    vi.advanceTimersByTime(60_000)
    expect(later.now()).toBeCloseTo(Date.now() + AHEAD, 0)
    expect(later.syncedAt()).toBe(clock.syncedAt())
    expect(later.syncedAt()).not.toBeNull()
  })

  it('is no earlier than what was seen, on a set that lost its clock with the power', async () => {
    const keep = memoryKeep()
    const clock = createClock(keep)
    exchange(clock, 5, 5)
    clock.look()
    const seen = clock.now()
    vi.setSystemTime(0)
    const later = createClock(keep)
    await later.load()
    expect(later.now()).toBeGreaterThanOrEqual(Math.floor(seen))
  })
})
