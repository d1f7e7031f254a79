import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAiring } from '../../../../player/core/airing'
import type { Outcome, Sounder } from '../../../../player/core/audio'
import { createClock } from '../../../../player/core/clock'
import type { Files } from '../../../../player/core/files'
import { createHearing } from '../../../../player/core/hearing'
import type { Keep } from '../../../../player/core/keep'
import { memoryStore, storageKeep } from '../../../../player/core/keep'
import { createRecent } from '../../../../player/core/recent'
import { createReports } from '../../../../player/core/reports'
import { createVoice } from '../../../../player/core/voice'
import type { AirItem } from '../../../../shared/protocol'
import { ON_BUSY, PRIORITIES } from '../../../../shared/protocol'
import { airItem } from '../../../fixtures/air-item'
import { wholeChance } from '../../../fixtures/chance'

/** A device: what is kept outlives the page, which `reload` ends and begins again. */
let keep: Keep
let volume: number
let locked: boolean
/** The browser says only at the first sound that it wants a key. */
let refuses: boolean
let broken: Set<string>
let hushed: number
/** Since when the music has been out of the way, by the page's clock. */
let quietAt: number
let slow: Set<string>
/** Of the latest sound. */
let gain_db: number
/** What sounded, in order. */
let aired: string[]
let turn: { title: string, finish: (outcome: Outcome) => void } | null
const names = new Map<string, string>()

const files: Files = {
  open: async () => undefined,
  want: () => undefined,
  ready: () => true,
  bytes: () => 0,
  wake: () => undefined,
  renew: async () => undefined,
  storage: () => null,
  clear: async () => undefined,
  prepare: () => undefined,
  release: () => undefined,
  load: (sound) => {
    const { play_id, title } = sound as AirItem
    names.set(play_id, title)
    if (slow.has(title)) return new Promise(() => undefined)
    return broken.has(title) ? Promise.reject(new Error('404')) : Promise.resolve({ url: title, bytes: async () => new ArrayBuffer(1) })
  },
}
const sounder: Sounder = {
  probe: async () => undefined,
  unlock: () => undefined,
  setVolume: () => undefined,
  fade: async () => undefined,
  duck: async () => undefined,
  obeys: () => true,
  locked: () => locked,
  positionMs: () => 0,
  stop: () => turn?.finish({ kind: 'stopped', heard_ms: 500 }),
  play: (url, onStarted, how) => new Promise((resolve) => {
    gain_db = how!.gain_db
    if (refuses) {
      locked = true
      return resolve({ kind: 'blocked' })
    }
    aired.push(url)
    turn = { title: url, finish: (outcome) => {
      turn = null
      resolve(outcome)
    } }
    onStarted(0)
  }),
}

const music = { hush: async () => void hushed++, duck: async () => undefined, fadeMs: () => 0, ducks: () => false, quietAt: () => quietAt, track: () => null }

async function boot() {
  const reports = createReports(keep)
  const recent = createRecent(keep)
  await Promise.all([reports.load(), recent.load()])
  const clock = createClock()
  const hearing = createHearing({
    clock, files, sounder, music,
    voice: createVoice(),
    talkOver: { ability: () => 'fails', ready: () => false, due: () => false, fail: () => undefined },
    volume: () => volume,
    measure: async () => ({ stretches: Array<number>(20).fill(0.01) }),
  })
  const airing = createAiring({
    keep, clock, files, sounder, hearing, recent, reports,
    onChange: () => undefined,
    onReport: () => undefined,
  })
  await airing.restore()
  /** What was reported, as `title: report`. */
  const told = () => reports.waiting().map(report => `${names.get(report.play_id)}: ${report.type === 'play_skipped' ? report.reason : report.type}`)
  return { ...airing, reports, told }
}
let player: Awaited<ReturnType<typeof boot>>

const item = (title: string, about: Partial<AirItem> = {}) => {
  const made = airItem({ title, ...about })
  names.set(made.play_id, title)
  return made
}
const settle = () => vi.advanceTimersByTimeAsync(10)
async function finish(outcome: Outcome = { kind: 'ended', heard_ms: 2_000 }) {
  turn!.finish(outcome)
  await settle()
}
/** The page ends at once, with nothing said to anybody, and comes back. */
async function reload() {
  turn = null
  vi.clearAllTimers()
  player = await boot()
  await settle()
}

beforeEach(async () => {
  vi.useFakeTimers()
  keep = storageKeep(memoryStore())
  volume = 1
  locked = false
  refuses = false
  broken = new Set()
  hushed = 0
  quietAt = -Infinity
  slow = new Set()
  aired = []
  turn = null
  names.clear()
  player = await boot()
})
afterEach(() => vi.useRealTimers())

describe('what arrives is aired', () => {
  it('and reported with its level', async () => {
    await player.accept(item('a'))
    await settle()
    expect(player.view().item!.title).toBe('a')
    await finish()
    expect(player.told()).toEqual(['a: play_started', 'a: play_ended'])
    expect(player.reports.waiting()[1]).toMatchObject({ heard_ms: 2_000, level_db: -20 })
    expect(player.view()).toMatchObject({ item: null, heard: [{ title: 'a' }] })
  })

  it('one after another, the higher first', async () => {
    for (const each of [item('a'), item('b'), item('c', { priority: 'emergency' })]) await player.accept(each)
    await settle()
    for (let i = 0; i < 3; i++) await finish()
    expect(aired).toEqual(['a', 'c', 'b'])
  })

  it('at once when it may interrupt, and the cut one says why', async () => {
    await player.accept(item('a'))
    await settle()
    await player.accept(item('help', { priority: 'emergency', on_busy: 'interrupt' }))
    await settle()
    expect(turn!.title).toBe('help')
    expect(player.told()).toEqual(['a: play_started', 'a: preempted', 'help: play_started'])
    expect(player.reports.waiting()[1]).toMatchObject({ by: 'help' })
  })

  it('at once also over a message whose file does not come', async () => {
    slow.add('a')
    await player.accept(item('a'))
    await player.accept(item('help', { priority: 'emergency', on_busy: 'interrupt' }))
    await settle()
    expect(aired).toEqual(['help'])
  })
})

describe('what cannot be aired says why', () => {
  it.each([
    ['expired', () => item('a', { expires_at: new Date(Date.now() - 1).toISOString() }), () => undefined],
    ['file_missing', () => item('a'), () => void broken.add('a')],
    ['muted', () => item('a'), () => void (volume = 0)],
  ])('%s', async (reason, make, prepare) => {
    prepare()
    await player.accept(make())
    await settle()
    expect(aired).toEqual([])
    expect(player.told()).toEqual([`a: ${reason}`])
  })

  it('dropped', async () => {
    await player.accept(item('a'))
    await player.accept(item('b', { on_busy: 'drop' }))
    expect(player.told()).toContain('b: dropped')
  })

  it('playback_failed, and the next goes on air', async () => {
    await player.accept(item('a'))
    await player.accept(item('b'))
    await settle()
    await finish({ kind: 'failed', heard_ms: 0, why: 'stuck' })
    expect(player.told()).toContain('a: playback_failed')
    expect(aired).toEqual(['a', 'b'])
  })

  it('expired while it waited', async () => {
    await player.accept(item('a'))
    await player.accept(item('b', { expires_at: new Date(Date.now() + 5_000).toISOString() }))
    await vi.advanceTimersByTimeAsync(7_000)
    expect(player.told()).toContain('b: expired')
  })

  it('stopped, one or all', async () => {
    const [a, b, c] = [item('a'), item('b'), item('c')]
    for (const each of [a, b, c]) await player.accept(each)
    await settle()
    player.stop(b.play_id)
    await settle()
    expect(turn!.title).toBe('a')
    player.stop(null, 'Ana')
    await settle()
    expect(player.told()).toEqual(['a: play_started', 'b: stopped', 'c: stopped', 'a: stopped'])
    expect(player.reports.waiting().map(report => 'by' in report ? report.by : null)).toEqual([null, null, 'Ana', 'Ana'])
    expect(aired).toEqual(['a'])
  })

  it('stopped, what is on the calendar no more', async () => {
    const due = (title: string) => Object.assign(item(title, { priority: 'scheduled' }), { schedule_id: '6f1c1f8e-3f6c-4a44-9f0e-3f4f0c1d2e3f', due_at: new Date().toISOString(), grace_s: 60 })
    const [a, b, c, live] = [due('a'), due('b'), due('c'), item('live', { priority: 'scheduled' })]
    for (const each of [a, b, c, live]) await player.accept(each)
    await settle()
    player.keepOnly([b])
    await settle()
    expect([turn!.title, player.told()]).toEqual(['a', ['a: play_started', 'c: stopped']])
  })

  it('stopped, only what is on air', async () => {
    for (const title of ['a', 'b']) await player.accept(item(title))
    await settle()
    player.stopCurrent('Ana')
    await settle()
    expect(player.told()).toEqual(['a: play_started', 'a: stopped', 'b: play_started'])
  })

  it('muted while it was on air', async () => {
    await player.accept(item('a'))
    await settle()
    volume = 0
    player.mute('Ana')
    await settle()
    expect(player.told()).toEqual(['a: play_started', 'a: muted'])
    expect(player.reports.waiting()[1]).toMatchObject({ by: 'Ana' })
  })
})

describe('on a locked screen', () => {
  beforeEach(() => {
    locked = true
  })

  it('messages wait for the key and are then aired', async () => {
    await player.accept(item('a'))
    await settle()
    expect(aired).toEqual([])
    locked = false
    player.pump()
    await settle()
    expect(aired).toEqual(['a'])
  })

  it('a message that was refused goes first when the key comes', async () => {
    locked = false
    refuses = true
    await player.accept(item('a'))
    await player.accept(item('b'))
    await settle()
    expect(player.view()).toMatchObject({ item: null, queue_length: 2 })
    locked = refuses = false
    player.pump()
    await settle()
    await finish()
    expect(aired).toEqual(['a', 'b'])
    expect(player.told()).toEqual(['a: play_started', 'a: play_ended', 'b: play_started'])
  })

  it('what nobody unlocked in time says so', async () => {
    await player.accept(item('a', { expires_at: new Date(Date.now() + 5_000).toISOString() }))
    await vi.advanceTimersByTimeAsync(7_000)
    expect(player.told()).toEqual(['a: autoplay_blocked'])
  })
})

describe('the same message', () => {
  it('is aired once, however often it comes', async () => {
    const a = item('a')
    for (let i = 0; i < 3; i++) await player.accept(a)
    await settle()
    await player.accept(a)
    await finish()
    await player.accept(a)
    await settle()
    expect(aired).toEqual(['a'])
    expect(player.told()).toEqual(['a: play_started', 'a: play_ended'])
  })

  it('is not aired again after a reload', async () => {
    const a = item('a')
    await player.accept(a)
    await settle()
    await finish()
    await reload()
    await player.accept(a)
    await settle()
    expect(aired).toEqual(['a'])
  })

  it('is not begun again when the page ended in the middle of it, and is reported', async () => {
    const a = item('a')
    await player.accept(a)
    await settle()
    await reload()
    await player.accept(a)
    await settle()
    expect(aired).toEqual(['a'])
    expect(player.told()).toEqual(['a: play_started', 'a: playback_failed'])
  })

  it('that waited when the page ended is aired after it', async () => {
    await player.accept(item('a'))
    await player.accept(item('b'))
    await settle()
    await reload()
    expect(aired).toEqual(['a', 'b'])
  })
})

describe('a message that is repeated', () => {
  const between = () => vi.advanceTimersByTimeAsync(1_600)

  it('is heard as often as it says, and reported once', async () => {
    await player.accept(item('a', { repeat: 3 }))
    await settle()
    for (let i = 0; i < 3; i++) {
      await finish()
      await between()
    }
    expect(aired).toEqual(['a', 'a', 'a'])
    expect(player.told()).toEqual(['a: play_started', 'a: play_ended'])
    expect(player.reports.waiting()[1]).toMatchObject({ repeats: 3, heard_ms: 6_000, level_db: -20 })
  })

  it('and stopped in the middle says how often it had been heard', async () => {
    await player.accept(item('a', { repeat: 3 }))
    await settle()
    await finish()
    await between()
    player.stopCurrent('Ana')
    await between()
    expect(aired).toEqual(['a', 'a'])
    expect(player.reports.waiting().slice(1)).toMatchObject([{ type: 'play_skipped', reason: 'stopped', by: 'Ana', repeats: 1 }])
  })

  it('is cut between two times as well', async () => {
    await player.accept(item('a', { repeat: 3 }))
    await settle()
    await finish()
    await player.accept(item('help', { priority: 'emergency', on_busy: 'interrupt' }))
    await settle()
    expect(aired).toEqual(['a', 'help'])
    expect(player.told()).toEqual(['a: play_started', 'a: preempted', 'help: play_started'])
  })

  it('tells after a reload how often it was heard, and is not begun again', async () => {
    await player.accept(item('a', { repeat: 3 }))
    await settle()
    await finish()
    await between()
    await reload()
    expect(player.reports.waiting().at(-1)).toMatchObject({ type: 'play_skipped', reason: 'playback_failed', repeats: 1 })
    expect(aired).toEqual(['a', 'a'])
  })

  it('until somebody stops it goes on over a reload, past its expiry, and was heard in the end', async () => {
    await player.accept(item('a', { priority: 'emergency', until_stopped: true, expires_at: new Date(Date.now() + 5_000).toISOString() }))
    await settle()
    for (let i = 0; i < 4; i++) {
      await finish()
      await between()
    }
    await vi.advanceTimersByTimeAsync(10_000)
    await reload()
    expect(aired).toHaveLength(6)
    await finish()
    await between()
    player.stop(null, 'Ana')
    await settle()
    expect(player.told()).toEqual(['a: play_started', 'a: play_ended'])
    expect(player.reports.waiting()[1]).toMatchObject({ repeats: 5 })
    await reload()
    expect(player.view().item).toBeNull()
    expect(aired).toHaveLength(7)
  })

  it('until somebody stops it waits for whoever muted it', async () => {
    await player.accept(item('a', { priority: 'emergency', until_stopped: true }))
    await settle()
    volume = 0
    player.mute('Ana')
    await vi.advanceTimersByTimeAsync(20_000)
    expect(aired).toEqual(['a'])
    volume = 1
    await between()
    expect(aired).toEqual(['a', 'a'])
    expect(player.told()).toEqual(['a: play_started'])
  })

  it('until somebody stops it is tried again when it fails, but not for ever', async () => {
    await player.accept(item('a', { priority: 'emergency', until_stopped: true }))
    await settle()
    for (let i = 0; i < 5; i++) {
      await finish({ kind: 'failed', heard_ms: 0, why: 'stuck' })
      await between()
    }
    expect(aired).toHaveLength(5)
    expect(player.told()).toEqual(['a: play_started', 'a: playback_failed'])
  })
})

describe('the rules of the programme', () => {
  it('keep silence between music and message, which an emergency does not wait for', async () => {
    player.setRules({ pre_silence_ms: 3_000, post_silence_ms: 2_000 })
    quietAt = performance.now()
    await player.accept(item('a'))
    await vi.advanceTimersByTimeAsync(2_900)
    expect(aired).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(aired).toEqual(['a'])
    await finish()
    expect([player.view().item, player.busy()]).toEqual([null, true])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(player.busy()).toBe(false)
    quietAt = performance.now()
    await player.accept(item('help', { priority: 'emergency' }))
    await settle()
    expect(aired).toEqual(['a', 'help'])
  })

  it('make a message as loud as this part of the day wants it, and an emergency as loud as ever', async () => {
    const part = { from: new Date(Date.now() - 1_000).toISOString(), to: new Date(Date.now() + 60_000).toISOString() }
    player.setRules({ dayparts: [{ ...part, volume: 0.1 }] })
    await player.accept(item('a'))
    await settle()
    expect(gain_db).toBeCloseTo(-20)
    await finish()
    expect(player.reports.waiting()[1]).toMatchObject({ level_db: -40 })
    await player.accept(Object.assign(item('soft'), { volume: 0.5 }))
    await settle()
    expect(gain_db).toBeCloseTo(-26.02, 1)
    await finish()
    player.setRules({ dayparts: [{ ...part, volume: 0 }] })
    await player.accept(item('b'))
    await settle()
    expect(player.told().at(-1)).toBe('b: muted')
    await player.accept(item('help', { priority: 'emergency' }))
    await settle()
    expect([turn!.title, gain_db]).toEqual(['help', 0])
  })

  it('leave a gap between two announcements, which an emergency does not wait for', async () => {
    player.setRules({ min_gap_ms: 5_000 })
    await player.accept(item('a'))
    await player.accept(item('b'))
    await settle()
    await finish()
    await vi.advanceTimersByTimeAsync(4_900)
    expect(aired).toEqual(['a'])
    await vi.advanceTimersByTimeAsync(200)
    expect(aired).toEqual(['a', 'b'])
    await finish()
    await player.accept(item('help', { priority: 'emergency' }))
    await settle()
    expect(aired).toEqual(['a', 'b', 'help'])
  })

  it('end an announcement that is too long, and it counts as heard', async () => {
    player.setRules({ max_duration_ms: 30_000 })
    await player.accept(item('a'))
    await vi.advanceTimersByTimeAsync(31_500)
    expect(player.told()).toEqual(['a: play_started', 'a: play_ended'])
  })

  it('are told with every report of an occurrence', async () => {
    const due = { schedule_id: '6f1c1f8e-3f6c-4a44-9f0e-3f4f0c1d2e3f', due_at: '2026-03-01T12:00:00.000Z' }
    const made = Object.assign(item('a', { priority: 'scheduled' }), due, { grace_s: 60 })
    await player.accept(made)
    await settle()
    await finish()
    expect(player.reports.waiting().map(report => report.occurrence)).toEqual(Array(2).fill({ ...due, audio_id: made.audio_id, sha256: made.sha256 }))
    expect(hushed).toBe(1)
  })
})

it('a player that is unpaired forgets what it held', async () => {
  await player.accept(item('a'))
  await player.accept(item('b'))
  await settle()
  await player.reset()
  await reload()
  expect(aired).toEqual(['a'])
})

it('whatever happens, every message ends in one report, and what cut one was higher', async () => {
  const reasons = new Set<string>()
  for (let seed = 1; seed <= 300; seed++) {
    keep = storageKeep(memoryStore())
    volume = 1
    turn = null
    aired = []
    names.clear()
    player = await boot()
    player.setRules({ min_gap_ms: seed % 3 * 1_000, pre_silence_ms: seed % 2 * 500, max_duration_ms: seed % 5 ? 0 : 4_000 })
    const random = wholeChance(seed)
    const sent: AirItem[] = []
    for (let step = 0; step < 30; step++) {
      const what = random(12)
      if (what < 5) {
        const made = item(`${seed}-${sent.length}`, {
          priority: PRIORITIES[random(3)]!, on_busy: ON_BUSY[random(3)]!, expires_at: new Date(Date.now() + random(40_000) - 1_000).toISOString(),
          repeat: random(3) ? undefined : 2 + random(2), until_stopped: random(12) ? undefined : true,
        })
        sent.push(made)
        await player.accept(made)
      }
      else if (what < 6 && sent.length) await player.accept(sent[random(sent.length)]!)
      else if (what < 8 && turn) await finish()
      else if (what < 9 && turn) await finish({ kind: 'failed', heard_ms: 10, why: 'stuck' })
      else if (what < 10) {
        const one = sent[random(sent.length || 1)]
        player.stop(random(3) && one ? one.play_id : null, 'Ana')
      }
      else if (what < 11) {
        volume = random(3) ? 1 : 0
        if (!volume) player.mute('Ana')
      }
      else if (random(2)) await reload()
      await vi.advanceTimersByTimeAsync(random(4_000))
    }
    volume = 1
    for (let i = 0; i < 60 && (turn || player.view().queue_length || player.view().item); i++) {
      if (turn) await finish()
      if (player.view().item?.until_stopped) player.stopCurrent('Ana')
      await vi.advanceTimersByTimeAsync(2_000)
    }
    const reports = player.reports.waiting()
    const of = (made: AirItem) => reports.filter(report => report.play_id === made.play_id)
    expect(sent.filter(made => of(made).filter(({ type }) => type !== 'play_started').length !== 1 || of(made).filter(({ type }) => type === 'play_started').length > 1).map(made => [made, of(made)]), `seed ${seed}`).toEqual([])
    for (const report of reports) {
      reasons.add(report.type === 'play_skipped' ? report.reason : report.type)
      if (report.type !== 'play_skipped' || report.reason !== 'preempted') continue
      const [cut, by] = [sent.find(made => made.play_id === report.play_id)!, sent.find(made => made.title === report.by)!]
      expect(PRIORITIES.indexOf(by.priority), `seed ${seed}`).toBeLessThan(PRIORITIES.indexOf(cut.priority))
    }
  }
  expect([...reasons].sort()).toEqual(['dropped', 'expired', 'muted', 'play_ended', 'play_started', 'playback_failed', 'preempted', 'stopped'])
})
