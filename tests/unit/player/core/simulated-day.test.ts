import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAiring } from '../../../../player/core/airing'
import { createSounder } from '../../../../player/core/audio'
import { createClock } from '../../../../player/core/clock'
import type { Files } from '../../../../player/core/files'
import { createHearing } from '../../../../player/core/hearing'
import type { Keep } from '../../../../player/core/keep'
import { memoryKeep } from '../../../../player/core/keep'
import { createMusic } from '../../../../player/core/music'
import { createProgramme } from '../../../../player/core/programme'
import { createRecent } from '../../../../player/core/recent'
import { createReports } from '../../../../player/core/reports'
import type { TalkOver } from '../../../../player/core/talk-over'
import { createVoice } from '../../../../player/core/voice'
import type { PlayReport, Programme, ProgrammeItem } from '../../../../shared/protocol'
import { airItem } from '../../../fixtures/air-item'
import { chance } from '../../../../shared/utils/chance'
import { FakeAudio } from '../../../fixtures/fake-audio'

/** The evening before Madrid's clocks go back. */
const DAY = Date.parse('2026-10-24T20:00:00Z')
const LENGTH_MS = 24 * 3_600_000
const EVERY_MS = 300_000
const LASTS_MS = 8_000
const GRACE_S = 120
const AFTER_DOWN_MS = 3_000

/** A device that does not speak over music. */
const untested: TalkOver = { ability: () => 'fails', ready: () => false, due: () => false, test: async () => undefined, fail: () => undefined, load: async () => undefined }

/** What the page waits for: it is gone with the page. */
const timers = new Set<ReturnType<typeof setTimeout>>()
function countTimers() {
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const real = globalThis[name]
    vi.stubGlobal(name, (work: () => void, ms: number) => {
      const timer = real(work, ms)
      timers.add(timer)
      return timer
    })
  }
}

/** The server's clock: what the television's does never moves it. */
const world = () => DAY + performance.now() - epoch
let epoch = 0

const occurrence = (due: number, title: string): ProgrammeItem => ({
  ...airItem({ title, priority: 'scheduled', duration_ms: LASTS_MS, sha256: title.charCodeAt(0).toString(16).padStart(64, '0') }),
  schedule_id: randomUUID(),
  due_at: new Date(due).toISOString(),
  grace_s: GRACE_S,
  expires_at: new Date(due + GRACE_S * 1000).toISOString(),
})

/** The day's occurrences: one every five minutes, and twice two at the same instant. */
function plan(): ProgrammeItem[] {
  const items: ProgrammeItem[] = []
  for (let due = DAY + 60_000, i = 0; due < DAY + LENGTH_MS - 600_000; due += EVERY_MS, i++) items.push(occurrence(due, 'abcdef'[i % 6]!))
  for (const i of [20, 200]) items.push(occurrence(Date.parse(items[i]!.due_at), 'z'))
  return items
}

/** What one device goes through. */
function createDevice(items: ProgrammeItem[], random: () => number) {
  const keep: Keep = memoryKeep()
  const onDevice = new Set<string>()
  const ended: PlayReport[] = []
  const aired: { play_id: string, at: number }[] = []
  const down: { from: number, to: number }[] = []
  let online = true
  let page: ReturnType<typeof boot> | null = null
  const versions: Programme[] = []

  function current(): Programme {
    const hour = Math.floor(world() / 3_600_000)
    const made: Programme = {
      version: String(hour), server_time: new Date(world()).toISOString(), music: [{ track_id: 'b1a7b1f0-0000-4000-8000-000000000001', url: '/media/m', sha256: 'm', duration_ms: 180_000, gain_db: -3 }],
      items: items.filter(item => Date.parse(item.due_at) > hour * 3_600_000 - 300_000 && Date.parse(item.due_at) < world() + 2 * LENGTH_MS),
    }
    if (versions.at(-1)?.version !== made.version) versions.push(made)
    return versions.at(-1)!
  }

  function boot() {
    const element = new FakeAudio()
    const clock = createClock(keep)
    const recent = createRecent(keep)
    const reports = createReports(keep)
    const lengths: Record<string, number> = { m: 180_000 }
    const files: Files = {
      open: async () => undefined,
      want: sounds => void (online && sounds.forEach(sound => onDevice.add(sound.sha256))),
      ready: sha => onDevice.has(sha),
      bytes: () => 0,
      prepare: () => undefined,
      release: () => undefined,
      wake: () => undefined,
      renew: async () => undefined,
      storage: () => null,
      clear: async () => undefined,
      load: async (sound) => {
        if (!onDevice.has(sound.sha256)) throw new Error('offline')
        return { url: `${sound.play_id}#${lengths[sound.sha256] ?? LASTS_MS}`, bytes: async () => new ArrayBuffer(0) }
      },
    }
    const sounder = createSounder(element as unknown as HTMLAudioElement, { silence: 'silence#1000', onLock: () => undefined })
    const music = createMusic({ keep, files, sounder, busy: () => airing.busy() || programme.imminent(), onChange: () => undefined })
    const hearing = createHearing({ clock, files, sounder, music, voice: createVoice(), talkOver: untested, volume: () => 1, measure: async () => null })
    const airing = createAiring({
      keep, clock, files, sounder, hearing, recent, reports,
      onChange: () => music.look(),
      onReport: () => undefined,
    })
    const programme = createProgramme({
      keep, clock, files, recent,
      air: airing.accept,
      allowed: () => true,
      hush: () => hearing.makeWay(programme.next()),
      hushMs: () => hearing.leadMs(programme.next()),
      ask: async (version) => {
        if (!online) throw new Error('offline')
        return current().version === version ? null : current()
      },
      onTake: ({ music: tracks, settings }) => music.set(tracks, settings),
    })
    const exchange = () => online && clock.learn(clock.mono(), new Date(world()).toISOString())
    let looked = { mono: clock.mono(), wall: Date.now() }
    let ticks = 0

    function tick() {
      const gap = Math.max(clock.mono() - looked.mono, Date.now() - looked.wall)
      looked = { mono: clock.mono(), wall: Date.now() }
      if (gap > 15_000) {
        clock.slept()
        exchange()
      }
      if (ticks++ % 10 === 0) exchange()
      programme.look()
      music.look()
      if (!online) return
      for (const report of reports.waiting()) {
        if (report.type !== 'play_started') ended.push(report)
        reports.confirm(report.play_id, report.type)
      }
    }

    void (async () => {
      for (const each of [recent, reports, clock, music]) await each.load()
      await airing.restore()
      await programme.load()
      programme.reached()
      exchange()
      tick()
      setInterval(tick, 1_000)
    })()
    return { element, programme }
  }

  return {
    ended, aired, down,
    start: () => void (page = boot()),
    /** The page is gone at once, with everything that it would have done. */
    kill() {
      if (!page) return
      timers.forEach(clearTimeout)
      timers.clear()
      page.element.begun.forEach(({ name, at }) => aired.push({ play_id: name, at: DAY + at - epoch }))
      page.element.play = () => new Promise(() => undefined)
      page = null
      down.push({ from: world(), to: world() + AFTER_DOWN_MS })
    },
    setOnline: (value: boolean) => online = value,
    /** What a server may send again, or an old one late. */
    repeat() {
      if (page && online) page.programme.take(versions[Math.floor(random() * versions.length)] ?? current())
    },
  }
}

async function pass(ms: number) {
  const until = performance.now() + Math.round(ms)
  while (performance.now() < until) {
    // by small steps, between which promises settle: a real second is as long for them
    vi.advanceTimersByTime(Math.min(100, until - performance.now()))
    for (let i = 0; i < 12; i++) await Promise.resolve()
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: DAY })
  countTimers()
  epoch = performance.now()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe.each([1, 2, 3])('a day of outages, reloads and clocks that are set, number %i', (seed) => {
  it('ends every occurrence in one report, airs none twice, and none late', async () => {
    const random = chance(seed)
    const items = plan()
    const device = createDevice(items, random)
    device.start()
    await pass(2_000)
    while (world() < DAY + LENGTH_MS) {
      await pass(random() * 20 * 60_000)
      const what = Math.floor(random() * 6)
      if (what === 0) device.setOnline(false)
      else if (what === 1 || what === 2) device.setOnline(true)
      else if (what === 3) vi.setSystemTime(Date.now() + (random() < 0.5 ? -7_200_000 : 7_200_000))
      else if (what === 4) device.repeat()
      else {
        device.kill()
        await pass(AFTER_DOWN_MS)
        device.start()
      }
    }
    device.setOnline(true)
    await pass(700_000)
    device.kill()

    const times = (playId: string) => device.ended.filter(report => report.play_id === playId).length
    expect(items.filter(item => times(item.play_id) !== 1).map(item => [item.due_at, times(item.play_id)])).toEqual([])
    const airings = (playId: string) => device.aired.filter(({ play_id }) => play_id === playId)
    expect(items.filter(item => airings(item.play_id).length > 1)).toEqual([])

    const late = items.filter(({ title, play_id, due_at }) => {
      const due = Date.parse(due_at)
      const [on] = airings(play_id)
      // two at one instant follow each other, and a page that is gone airs nothing
      if (title === 'z' || items.some(other => other.title === 'z' && other.due_at === due_at)) return false
      if (device.down.some(({ from, to }) => from < due + 1_000 && to > due - 1_000)) return false
      return !on || Math.abs(on.at - due) > 1_000
    })
    expect(late.map(({ due_at, play_id }) => [due_at, airings(play_id), device.ended.find(report => report.play_id === play_id)])).toEqual([])
    // it is a day on which something was heard
    expect(device.ended.filter(report => report.type === 'play_ended').length).toBeGreaterThan(items.length * 0.9)
    expect(device.ended[0]!.occurrence).toMatchObject({ schedule_id: expect.any(String), due_at: expect.any(String) })
  }, 240_000)
})
