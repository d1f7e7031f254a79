import { describe, expect, it } from 'vitest'
import { momentsOf, type OccurrenceRule } from '../../../../shared/utils/occurrences'
import { MOST_WEIGHT, turnOf, type Rotation } from '../../../../shared/utils/rotation'

const SEED = '0190b2c4-0000-7000-8000-000000000001'
const turns = (rotation: Rotation, weights: number[], count: number, from = 0, seed = SEED) => Array.from({ length: count }, (_, turn) => turnOf(rotation, weights, from + turn, seed))
const count = (list: number[]) => Object.fromEntries([...new Set(list)].sort().map(place => [place, list.filter(other => other === place).length]))
const twice = (list: number[]) => list.filter((place, at) => place === list[at + 1]).length

describe('a rotation', () => {
  it('of one message is that message', () => {
    for (const rotation of ['in_order', 'shuffled', 'weighted'] as const) expect(turns(rotation, [3], 5)).toEqual([0, 0, 0, 0, 0])
  })

  it('in order goes from the first to the last and on from the first', () => {
    expect(turns('in_order', [1, 1, 1], 7)).toEqual([0, 1, 2, 0, 1, 2, 0])
    expect(turns('in_order', [1, 9, 1], 4, 20_000)).toEqual([2, 0, 1, 2])
  })

  it('shuffled has each once in every round, in another order each time, and never the same twice running', () => {
    for (const messages of [3, 4, 7, 20]) {
      const weights = Array.from({ length: messages }, () => 1)
      const all = turns('shuffled', weights, messages * 200, messages * 5_000)
      const rounds = Array.from({ length: 200 }, (_, round) => all.slice(round * messages, (round + 1) * messages))
      for (const round of rounds) expect(new Set(round).size).toBe(messages)
      expect(twice(all)).toBe(0)
      expect(new Set(rounds.map(String)).size).toBeGreaterThan(messages === 3 ? 3 : 15)
    }
  })

  it('of two that are shuffled takes turns', () => {
    expect(turns('shuffled', [1, 1], 5)).toEqual([0, 1, 0, 1, 0])
  })

  it('weighted has each as often in a round as its weight says, apart from one another', () => {
    const all = turns('weighted', [3, 1, 1], 5 * 300)
    for (let round = 0; round < 300; round++) expect(count(all.slice(round * 5, round * 5 + 5))).toEqual({ 0: 3, 1: 1, 2: 1 })
    // Three alike in a round of five meet once at least, there or at its edges.
    expect(twice(all)).toBeLessThan(360)
    expect(twice(turns('weighted', [2, 2, 1], 500))).toBe(0)
    expect(count(turns('weighted', [MOST_WEIGHT, 1], MOST_WEIGHT + 1))).toEqual({ 0: MOST_WEIGHT, 1: 1 })
  })

  it('is the same whenever it is asked, in whatever order, and another for another schedule', () => {
    const forwards = turns('shuffled', [1, 1, 1, 1, 1], 50, 900)
    const backwards = Array.from({ length: 50 }, (_, turn) => turnOf('shuffled', [1, 1, 1, 1, 1], 949 - turn, SEED)).reverse()
    expect(backwards).toEqual(forwards)
    expect(turns('shuffled', [1, 1, 1, 1, 1], 50, 900, SEED.replace('1', '2'))).not.toEqual(forwards)
  })

  it('keeps what was dealt yesterday: these are the turns of a known schedule', () => {
    expect([turns('shuffled', [1, 1, 1, 1], 12), turns('weighted', [2, 1, 1], 8)]).toEqual([[0, 1, 3, 2, 0, 1, 2, 3, 1, 0, 2, 3], [0, 2, 0, 1, 0, 1, 0, 2]])
  })
})

// The turn of an occurrence says how many of its rule have been before it, wherever it is looked at from.
describe('turns', () => {
  const rule = (about: Partial<OccurrenceRule>): OccurrenceRule => ({
    kind: 'times', interval_minutes: null, window_start: null, window_end: null, times: ['09:00', '12:00', '18:00'], at: null, weekdays: [1, 2, 3, 4, 5], from_date: null, until_date: null, exclude: [], ...about,
  })
  const turnsOf = (about: Partial<OccurrenceRule>, from: string, to: string, time_zone = 'UTC') => momentsOf(rule(about), { time_zone }, Date.parse(from), Date.parse(to)).map(({ turn }) => turn)

  it('follow one another, over a weekend too', () => {
    const all = turnsOf({}, '2026-11-20T00:00Z', '2026-11-25T00:00Z')
    expect(all.map(turn => turn - all[0]!)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('are the same from wherever they are looked at, and in every zone', () => {
    const all = turnsOf({}, '2026-11-16T00:00Z', '2026-11-21T00:00Z')
    expect(turnsOf({}, '2026-11-18T10:00Z', '2026-11-21T00:00Z')).toEqual(all.slice(7))
    expect(turnsOf({}, '2026-11-15T15:00Z', '2026-11-20T15:00Z', 'Asia/Tokyo')).toEqual(all)
  })

  it('are lost with what is excluded, and no other is moved', () => {
    const all = turnsOf({}, '2026-11-16T00:00Z', '2026-11-18T00:00Z')
    expect(turnsOf({ exclude: ['2026-11-16T12:00'] }, '2026-11-16T00:00Z', '2026-11-18T00:00Z')).toEqual(all.filter((_, place) => place !== 1))
  })

  it('go on before 1970 and on the last days of the calendar', () => {
    const early = turnsOf({ weekdays: [1, 2, 3, 4, 5, 6, 7] }, '1970-01-01T00:00Z', '1970-01-03T00:00Z')
    expect(early).toEqual([9, 10, 11, 12, 13, 14])
    const late = turnsOf({ weekdays: [1, 2, 3, 4, 5, 6, 7] }, '9999-12-29T00:00Z', '9999-12-31T00:00Z')
    expect(late.map(turn => turn - late[0]!)).toEqual([0, 1, 2, 3, 4, 5])
    expect(turnsOf({ weekdays: [1, 2, 3, 4, 5, 6, 7] }, '1969-12-29T00:00Z', '1969-12-30T00:00Z')[0]).toBe(0)
  })
})
