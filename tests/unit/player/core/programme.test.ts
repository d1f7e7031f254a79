import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClock } from '../../../../player/core/clock'
import type { Files } from '../../../../player/core/files'
import type { Keep } from '../../../../player/core/keep'
import { memoryKeep } from '../../../../player/core/keep'
import { createProgramme } from '../../../../player/core/programme'
import { createRecent } from '../../../../player/core/recent'
import type { AirItem, Programme, ProgrammeItem } from '../../../../shared/protocol'
import { ProgrammeSchema } from '../../../../shared/protocol'
import { airItem } from '../../../fixtures/air-item'

const NOON = Date.parse('2026-11-22T12:00:00Z')
let keep: Keep
let aired: { title: string, at: number, expires_at: string }[]
let wanted: string[]
let hushes: number[]
let hushMs: number
let allowed: boolean
let answer: Programme | null
let asked: string[]
let recent: ReturnType<typeof createRecent>
let programme: ReturnType<typeof createProgramme>

const due = (inMs: number, about: Partial<ProgrammeItem> = {}): ProgrammeItem => ({
  ...airItem({ priority: 'scheduled', title: `${inMs}`, expires_at: new Date(Date.now() + inMs + 60_000).toISOString() }),
  schedule_id: randomUUID(), due_at: new Date(Date.now() + inMs).toISOString(), grace_s: 60, ...about,
})
const of = (version: string, ...items: ProgrammeItem[]): Programme => ({ version, server_time: new Date().toISOString(), items, music: [] })
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const titles = () => aired.map(({ title }) => title)

async function boot() {
  recent = createRecent(keep)
  programme = createProgramme({
    keep, recent,
    clock: createClock(keep),
    files: { want: (sounds: AirItem[]) => wanted = sounds.map(sound => sound.sha256), prepare: () => undefined, ready: (sha: string) => sha.startsWith('b'), bytes: () => 7 } as unknown as Files,
    air: async item => void aired.push({ title: item.title, at: Date.now(), expires_at: item.expires_at }),
    allowed: () => allowed,
    hush: () => hushes.push(Date.now()),
    hushMs: () => hushMs,
    ask: async (version) => {
      asked.push(version)
      return answer
    },
    onTake: () => undefined,
  })
  await recent.load()
  await programme.load()
  setInterval(programme.look, 1_000)
}

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON })
  keep = memoryKeep()
  aired = []
  hushes = []
  asked = []
  hushMs = 0
  allowed = true
  answer = null
  await boot()
})
afterEach(() => vi.useRealTimers())

describe('an occurrence', () => {
  it('is aired at its instant, to a few milliseconds', async () => {
    const items = [due(90_123), due(3_456)]
    programme.take(of('1', ...items))
    await pass(100_000)
    expect(titles()).toEqual(['3456', '90123'])
    for (const [i, item] of [items[1]!, items[0]!].entries()) expect(Math.abs(aired[i]!.at - Date.parse(item.due_at))).toBeLessThan(20)
  })

  it('is aired where a limit has moved it, and may be as late there', async () => {
    const moved = due(5_000, { not_before: new Date(Date.now() + 65_000).toISOString(), expires_at: new Date(Date.now() + 95_000).toISOString(), grace_s: 30 })
    programme.take(of('1', moved))
    await pass(60_000)
    expect(titles()).toEqual([])
    await pass(10_000)
    expect(Math.abs(aired[0]!.at - Date.parse(moved.not_before!))).toBeLessThan(20)
    expect(Date.parse(aired[0]!.expires_at)).toBe(Date.parse(moved.expires_at))
  })

  it('is not aired at its old instant when it is moved or deleted at the last moment', async () => {
    const [moved, gone] = [due(5_000), due(6_000)]
    programme.take(of('1', moved, gone))
    await pass(4_900)
    programme.take(of('2', { ...moved, not_before: new Date(Date.now() + 60_000).toISOString(), expires_at: new Date(Date.now() + 90_000).toISOString() }))
    await pass(30_000)
    expect(titles()).toEqual([])
    await pass(60_000)
    expect(titles()).toEqual(['5000'])
  })

  it('is aired without a network after a reload', async () => {
    programme.take(of('1', due(60_000)))
    vi.clearAllTimers()
    await boot()
    await pass(61_000)
    expect(titles()).toEqual(['60000'])
  })

  it('that left the programme is never aired', async () => {
    const [gone, stays] = [due(5_000), due(6_000)]
    programme.take(of('1', gone, stays))
    await pass(1_000)
    programme.take(of('2', stays))
    await pass(10_000)
    expect(titles()).toEqual(['6000'])
  })

  it('that has begun or is settled is not offered again', async () => {
    const item = due(5_000)
    await recent.add(item.play_id)
    programme.take(of('1', item))
    await pass(10_000)
    expect(aired).toEqual([])
  })

  it('carries how late it may begin', async () => {
    const [late, never] = [due(1_000, { grace_s: 30 }), due(2_000, { grace_s: 0 })]
    programme.take(of('1', late, never))
    await pass(3_000)
    expect(aired.map(({ expires_at }) => Date.parse(expires_at))).toEqual([Date.parse(late.due_at) + 30_000, Date.parse(never.due_at) + 1_000])
  })

  it('has the music faded out by then', async () => {
    hushMs = 800
    const item = due(5_000)
    programme.take(of('1', item))
    await pass(4_100)
    expect([programme.imminent(), hushes.length]).toEqual([true, 0])
    await pass(150)
    expect(Date.parse(item.due_at) - hushes[0]!).toBeLessThanOrEqual(800)
    expect(aired).toEqual([])
  })

  it('waits while the player is open elsewhere', async () => {
    allowed = false
    programme.take(of('1', due(1_000)))
    await pass(5_000)
    expect(aired).toEqual([])
  })
})

describe('a programme', () => {
  it('that is older than the one in force changes nothing', async () => {
    const [old, newer] = [of('1', due(5_000)), of('2', due(6_000))]
    old.server_time = new Date(NOON - 1_000).toISOString()
    programme.take(newer)
    programme.take(old)
    await pass(10_000)
    expect(titles()).toEqual(['6000'])
  })

  it('with an item that makes no sense airs the others', async () => {
    programme.take(of('1', due(1_000, { due_at: 'noon' }), due(2_000)))
    programme.take({ version: '2' } as Programme)
    await pass(3_000)
    expect(titles()).toEqual(['2000'])
  })

  it('names the files that it needs, in the order in which it needs them, then the music', () => {
    const made = of('1', due(6_000, { sha256: 'c1' }), due(5_000, { sha256: 'b2' }))
    made.music = [{ track_id: randomUUID(), url: '/media/m', sha256: 'm', duration_ms: 1, gain_db: 0 }]
    programme.take(made)
    expect(wanted).toEqual(['b2', 'c1', 'm'])
    expect(programme.inventory()).toEqual({ needed_today: 3, ready_today: 1, bytes: 7 })
    expect(programme.next()!.sha256).toBe('b2')
  })

  it('is asked for after the server was reached, and every ten minutes', async () => {
    answer = of('1', due(5_000))
    programme.reached()
    await pass(6_000)
    expect(asked).toEqual([''])
    answer = null
    await pass(600_000)
    expect(asked).toEqual(['', '1'])
  })

  it('is not asked for when the server has told it', async () => {
    programme.reached()
    programme.take(of('1'))
    await pass(10_000)
    expect(asked).toEqual([])
  })
})

it('an older server\'s programme is one too, and settings have defaults', () => {
  expect(ProgrammeSchema.parse(of('1', due(1_000))).settings).toBeUndefined()
  const wall_clock = { utc_offset_minutes: 60, changes_at: null, next_utc_offset_minutes: null }
  expect(ProgrammeSchema.parse({ ...of('1'), settings: { wall_clock, music: {}, talk_over: {} } }).settings).toEqual({
    wall_clock, music: { after: 'resume', fade_ms: 800 }, talk_over: { duck_db: -18, down_ms: 600, up_ms: 1_000 }, min_gap_ms: 0, max_duration_ms: 0,
    pre_silence_ms: 0, post_silence_ms: 0, dayparts: [], open: null, captions: true,
  })
})

it('what became due in a sleep has its end although the new programme, which comes first, knows it no more', async () => {
  programme.take(of('1', due(30_000), due(900_000)))
  await pass(2_000)
  const clock = createClock(keep)
  clock.learn(clock.mono(), new Date(Date.now()).toISOString())
  vi.spyOn(clock, 'look').mockReturnValueOnce(false).mockReturnValueOnce(false)
  const woken = createProgramme({
    keep, recent, clock,
    files: { want: () => undefined, prepare: () => undefined, ready: () => true, bytes: () => 0 } as unknown as Files,
    air: async item => void aired.push({ title: item.title, at: Date.now(), expires_at: item.expires_at }),
    allowed: () => true, hush: () => undefined, hushMs: () => 0, ask: async () => null, onTake: () => undefined,
  })
  vi.clearAllTimers()
  await woken.load()
  vi.setSystemTime(Date.now() + 60_000)
  await vi.advanceTimersByTimeAsync(60_000)
  woken.take(of('2', due(900_000)))
  woken.look()
  expect(titles()).toContain('30000')
})
