import { describe, expect, it } from 'vitest'
import { layOut, REPEAT_AFTER_MS, type AiringTimes, type Candidate, type Laid, type Limits } from '../../../../shared/utils/airing-plan'
import { wholeChance } from '../../../fixtures/chance'

const SECOND = 1_000
const MINUTE = 60_000
const HOUR = 3_600_000
const FREE: Limits = { quiet: [], min_gap_ms: 0, max_per_hour: 0, max_same_per_hour: 0, move_up_to_ms: 10 * MINUTE }
const PLAIN: AiringTimes = { min_gap_ms: 0, max_duration_ms: 0 }

let made = 0

/** Due so long after the beginning, 10 s long, and no later than two minutes. */
function due(due_ms: number, more: Partial<Candidate> = {}): Candidate {
  const key = String(++made).padStart(4, '0')
  const grace_ms = more.grace_ms ?? 120 * SECOND
  return { key, due_ms, expires_ms: due_ms + Math.max(grace_ms, 2 * SECOND), latest_ms: Infinity, grace_ms, duration_ms: 10 * SECOND, repeat: 1, priority: 'scheduled', on_busy: 'after_current', order: key, audio_id: key, name: `n${due_ms / SECOND}`, ...more }
}

/** What becomes of each: its verdict, when it begins and ends in seconds, the rule and what came before it. */
const told = (candidates: Candidate[], limits: Partial<Limits> = {}, airing: Partial<AiringTimes> = {}) =>
  layOut(candidates, { ...FREE, ...limits }, { ...PLAIN, ...airing }).map(({ verdict, starts_ms, ends_ms, rule, because }) => [verdict, starts_ms / SECOND, ends_ms / SECOND, rule, because])

describe('on the air', () => {
  it('one airs as it is due; one that comes during it waits, and says for what', () => {
    expect(told([due(0), due(5 * SECOND), due(30 * SECOND)])).toEqual([
      ['airs', 0, 10, null, null], ['moved', 10, 20, 'busy', 'n0'], ['airs', 30, 40, null, null],
    ])
  })

  it('the higher goes first at the same moment, and out of those that wait', () => {
    expect(told([due(0, { priority: 'live' }), due(0, { priority: 'emergency' })])).toEqual([['airs', 0, 10, null, null], ['moved', 10, 20, 'busy', 'n0']])
    expect(told([due(0), due(1_000), due(2_000, { priority: 'live' })]).map(([, starts]) => starts)).toEqual([0, 20, 10])
  })

  it('only what asks to interrupt cuts, and only what is lower', () => {
    expect(told([due(0), due(4_000, { priority: 'live', on_busy: 'interrupt' })])).toEqual([['cut', 0, 4, 'interrupted', 'n4'], ['airs', 4, 14, null, null]])
    expect(told([due(0, { priority: 'live' }), due(4_000, { priority: 'live', on_busy: 'interrupt' })])[0]).toEqual(['airs', 0, 10, null, null])
    expect(told([due(0, { priority: 'live' }), due(4_000, { on_busy: 'interrupt' })])[0]).toEqual(['airs', 0, 10, null, null])
  })

  it('one that does not wait is dropped while anything is on the air or waits', () => {
    expect(told([due(0), due(4_000, { on_busy: 'drop' })])[1]).toEqual(['dropped', 4, 14, 'on_busy', 'n0'])
    expect(told([due(0), due(10_000, { on_busy: 'drop' })])[1]).toEqual(['airs', 10, 20, null, null])
  })

  it('one whose grace is over before its turn is dropped', () => {
    expect(told([due(0), due(1_000, { grace_ms: 9_000 }), due(2_000, { grace_ms: 9_000 })])).toEqual([
      ['airs', 0, 10, null, null], ['dropped', 1, 11, 'busy', 'n0'], ['moved', 10, 20, 'busy', 'n0'],
    ])
  })

  it('the player\'s silence lies between two, but an emergency does not wait for it', () => {
    expect(told([due(0), due(15_000), due(26_000, { priority: 'emergency' })], {}, { min_gap_ms: 20_000 })).toEqual([
      ['airs', 0, 10, null, null], ['moved', 56, 66, 'min_gap', 'n0'], ['airs', 26, 36, null, null],
    ])
  })

  it('what is too long is ended, each time of it; between two times lies the player\'s pause', () => {
    expect(told([due(0, { repeat: 2 })], {}, { max_duration_ms: 4_000 })).toEqual([['cut', 0, 8 + REPEAT_AFTER_MS / SECOND, 'too_long', null]])
    expect(told([due(0, { repeat: 3 })])[0]![2]).toBe(33)
  })
})

describe('limits', () => {
  const quiet = [{ from: 10 * MINUTE, to: 20 * MINUTE, name: 'Siesta' }]

  it('nothing begins in a quiet time: it is moved behind it, or left out', () => {
    expect(told([due(9 * MINUTE), due(10 * MINUTE), due(15 * MINUTE), due(20 * MINUTE)], { quiet, move_up_to_ms: 5 * MINUTE })).toEqual([
      ['airs', 540, 550, null, null], ['dropped', 600, 610, 'quiet_time', 'Siesta'], ['moved', 1210, 1220, 'quiet_time', 'Siesta'], ['airs', 1200, 1210, null, null],
    ])
  })

  it('what waits when a quiet time begins is left out', () => {
    expect(told([due(10 * MINUTE - 5_000), due(10 * MINUTE - 2_000)], { quiet, move_up_to_ms: 0 })[1]).toEqual(['dropped', 598, 608, 'quiet_time', 'Siesta'])
  })

  it('a gap is kept from the end of one to the start of the next', () => {
    expect(told([due(0), due(20_000), due(MINUTE)], { min_gap_ms: 30_000 })).toEqual([
      ['airs', 0, 10, null, null], ['moved', 40, 50, 'min_gap', 'n0'], ['moved', 80, 90, 'min_gap', 'n20'],
    ])
    expect(told([due(0), due(20_000)], { min_gap_ms: 30_000, move_up_to_ms: 19_999 })[1]).toEqual(['dropped', 20, 30, 'min_gap', 'n0'])
  })

  it('no more begin within any 60 minutes than may; the next comes when the first is an hour ago', () => {
    const times = [0, 20, 40, 55, 60].map(minutes => due(minutes * MINUTE))
    expect(told(times, { max_per_hour: 3 })).toEqual([
      ['airs', 0, 10, null, null], ['airs', 1200, 1210, null, null], ['airs', 2400, 2410, null, null], ['dropped', 3300, 3310, 'max_per_hour', 'n3600'], ['airs', 3600, 3610, null, null],
    ])
    expect(told(times.slice(0, 4), { max_per_hour: 3 })[3]).toEqual(['moved', 3600, 3610, 'max_per_hour', 'n2400'])
  })

  it('the same message begins no oftener than it may; another does', () => {
    const same = (minutes: number) => due(minutes * MINUTE, { audio_id: 'same' })
    expect(told([same(0), same(30), due(31 * MINUTE), same(55)], { max_same_per_hour: 2 }).map(([verdict, starts, , rule]) => [verdict, starts, rule])).toEqual([
      ['airs', 0, null], ['airs', 1800, null], ['airs', 1860, null], ['moved', 3600, 'max_same_per_hour'],
    ])
  })

  it('an emergency is neither limited nor counted', () => {
    const emergency = (at: number) => due(at, { priority: 'emergency' })
    expect(told([emergency(12 * MINUTE), emergency(13 * MINUTE), due(25 * MINUTE), due(26 * MINUTE)], { quiet, max_per_hour: 1, min_gap_ms: HOUR }).map(([verdict, , , rule]) => [verdict, rule])).toEqual([
      ['airs', null], ['airs', null], ['airs', null], ['dropped', 'min_gap'],
    ])
  })

  it('one that interrupts keeps no gap to what it cuts', () => {
    expect(told([due(0), due(4_000, { priority: 'live', on_busy: 'interrupt' })], { min_gap_ms: 60_000 })[1]).toEqual(['airs', 4, 14, null, null])
  })

  it('what is moved begins before its message ends to be valid, or not at all', () => {
    expect(told([due(15 * MINUTE, { latest_ms: 20 * MINUTE })], { quiet })[0]).toEqual(['dropped', 900, 910, 'quiet_time', 'Siesta'])
  })

  it('a moved one has its whole grace there', () => {
    const [one] = layOut([due(15 * MINUTE)], { ...FREE, quiet }, PLAIN)
    expect(one).toMatchObject({ not_before_ms: 20 * MINUTE, expires_ms: 22 * MINUTE })
  })
})

describe('a thousand days of chance', () => {
  const SPAN = 6 * HOUR

  /** A day, its limits and how its player airs. */
  function someDay(seed: number) {
    const below = wholeChance(seed)
    const pick = <T>(...of: T[]): T => of[below(of.length)]!
    const count = 5 + below(80)
    const highest = pick('live', 'emergency')
    const candidates = Array.from({ length: count }, () => due(below(SPAN / 5_000) * 5_000, {
      priority: pick('scheduled', 'scheduled', 'scheduled', 'live', highest), on_busy: pick('after_current', 'after_current', 'interrupt', 'drop'),
      duration_ms: 2_000 + below(90_000), repeat: pick(1, 1, 1, 2, 3), grace_ms: pick(0, 60_000, 120_000, 1_800_000), audio_id: pick('a', 'b', 'c', 'd'),
    }))
    const from = below(SPAN)
    const limits: Limits = {
      quiet: pick([], [{ from, to: from + 40 * MINUTE, name: 'q' }]), min_gap_ms: pick(0, 30_000, 300_000), max_per_hour: pick(0, 3, 6, 12), max_same_per_hour: pick(0, 1, 2), move_up_to_ms: pick(0, 10, 60) * MINUTE,
    }
    return { candidates, limits, airing: { min_gap_ms: pick(0, 5_000, 60_000), max_duration_ms: pick(0, 30_000) } }
  }

  const isHeard = ({ verdict }: Laid) => verdict !== 'dropped'
  const days = Array.from({ length: 1_000 }, (_, seed) => someDay(seed + 1))
  const each = (check: (laid: Laid[], day: typeof days[number]) => void) => {
    for (const day of days) check(layOut(day.candidates, day.limits, day.airing), day)
  }

  it('nothing is heard at the same time as another, everything has one fate, and nothing begins before it is due or after it may', () => each((laid, { candidates }) => {
    expect(laid.map(({ item }) => item.key).toSorted()).toEqual(candidates.map(({ key }) => key).toSorted())
    const heard = laid.filter(isHeard).toSorted((a, b) => a.starts_ms - b.starts_ms)
    for (const [at, { starts_ms, expires_ms, item, not_before_ms }] of heard.entries()) {
      if (at) expect(starts_ms).toBeGreaterThanOrEqual(heard[at - 1]!.ends_ms)
      expect(starts_ms).toBeGreaterThanOrEqual(not_before_ms ?? item.due_ms)
      expect(starts_ms).toBeLessThan(expires_ms)
    }
  }))

  it('every limit holds', () => {
    let [moved, days_without] = [0, 0]
    each((laid, { limits }) => {
      const heard = laid.filter(each => isHeard(each) && each.item.priority !== 'emergency').toSorted((a, b) => a.starts_ms - b.starts_ms)
      const within = (starts: number[]) => (most: number) => most > 0 && starts.some((at, place) => starts[place + most]! - at < HOUR)
      const same = (audio_id: string) => heard.filter(({ item }) => item.audio_id === audio_id).map(({ starts_ms }) => starts_ms)
      moved += laid.filter(({ not_before_ms }) => not_before_ms !== null).length
      // An emergency makes others wait, whom no limit foresaw.
      if (laid.some(({ item }) => item.priority === 'emergency')) return
      days_without++
      expect(heard.some(({ starts_ms }) => limits.quiet.some(({ from, to }) => from <= starts_ms && starts_ms < to))).toBe(false)
      expect(within(heard.map(({ starts_ms }) => starts_ms))(limits.max_per_hour)).toBe(false)
      for (const audio_id of 'abcd') expect(within(same(audio_id))(limits.max_same_per_hour)).toBe(false)
      for (const [at, { starts_ms }] of heard.entries()) if (at && heard[at - 1]!.rule !== 'interrupted') expect(starts_ms - heard[at - 1]!.ends_ms).toBeGreaterThanOrEqual(limits.min_gap_ms)
      for (const { not_before_ms, item } of laid) if (not_before_ms !== null) expect(not_before_ms - item.due_ms).toBeLessThanOrEqual(limits.move_up_to_ms)
    })
    expect(moved).toBeGreaterThan(1_000)
    expect(days_without).toBeGreaterThan(400)
  })

  it('whoever is not as it was due has a rule and a reason', () => each((laid) => {
    for (const { verdict, rule, because, starts_ms, item } of laid) {
      expect(rule === null).toBe(verdict === 'airs')
      if (verdict === 'airs') expect(starts_ms).toBe(item.due_ms)
      else if (rule !== 'too_long') expect(because).toBeTypeOf('string')
    }
  }))

  it('the order in which it is told of them changes nothing', () => each((laid, { candidates, limits, airing }) => {
    expect(layOut(candidates.toReversed(), limits, airing)).toEqual(laid)
  }))
})
