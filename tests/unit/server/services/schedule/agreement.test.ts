import { randomUUID } from 'node:crypto'
import ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { file, setting } from '../../../../../db/schema'
import type { PlayerPrincipal } from '../../../../../server/services/client/access'
import { updateStore } from '../../../../../server/services/client/stores'
import { programmeOf } from '../../../../../server/services/player/programme'
import { listCalendar } from '../../../../../server/services/schedule/calendar'
import { dayAt } from '../../../../../server/services/schedule/day'
import { feedAddress, readFeed } from '../../../../../server/services/schedule/feed'
import { listOccurrences } from '../../../../../server/services/schedule/occurrences'
import type { ProgrammeItem } from '../../../../../shared/protocol'
import { CalendarQuerySchema, DayQuerySchema, type ListedOccurrence, type NewSchedule } from '../../../../../shared/schemas/schedule'
import type { LimitSettings } from '../../../../../shared/schemas/settings'
import { chance } from '../../../../../shared/utils/chance'
import { dayName, instantOf } from '../../../../../shared/utils/wall-clock'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db, DatabaseClosed: class extends Error {} }))

/** On each of the two databases. Set MEDIAFLOW_WEEKS_SEED to what a failing run printed. */
const WEEKS = 100
const SEED = Number(process.env.MEDIAFLOW_WEEKS_SEED ?? Math.floor(Math.random() * 2 ** 31))
const SHA = 'a'.repeat(64)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const ZONES = ['Europe/Madrid', 'Atlantic/Canary', 'Europe/London', 'America/New_York', 'America/Santiago', 'America/Havana', 'America/St_Johns', 'America/Bogota', 'Africa/Cairo', 'Asia/Beirut', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Auckland', 'Pacific/Chatham', 'UTC']

onBothDatabases('what is due, and what becomes of it', (use) => {
  let db: Db
  beforeAll(async () => {
    vi.stubEnv('AUTH_SECRET', 'x'.repeat(40))
    db = use().db
    opened.db = db
    await db.insert(file).values({ sha256: SHA, content_type: 'audio/mpeg', bytes: 1 })
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterAll(() => vi.useRealTimers())

  it(`is the same in the list, the calendar, the days, the feed and the programmes of ${WEEKS} random weeks (seed ${SEED})`, async () => {
    const seen = { occurrences: 0, clock_changes: 0, rules: new Set<string | null>() }
    for (let week = 0; week < WEEKS; week++) await compareWeek(SEED + week, seen)
    expect(seen.occurrences).toBeGreaterThan(WEEKS * 30)
    expect(seen.clock_changes).toBeGreaterThan(WEEKS / 4)
    for (const rule of [null, 'quiet_time', 'min_gap', 'max_per_hour', 'busy', 'on_busy', 'interrupted']) expect(seen.rules).toContain(rule)
  }, 300_000)

  async function compareWeek(seed: number, seen: { occurrences: number, clock_changes: number, rules: Set<string | null> }) {
    const { shop, store_id, televisions, first, last, from, to, changes } = await makeWeek(seed)
    vi.setSystemTime(from - HOUR)
    const { items, next_from } = await listOccurrences(shop, { from: iso(from), to: iso(to), store_id })
    expect(next_from).toBeNull()
    seen.occurrences += items.length
    seen.clock_changes += Number(changes)
    for (const { rule } of items) seen.rules.add(rule)
    const hint = `week ${seed}`

    const told: string[] = []
    for (let day = first; day < last; day++) {
      const { entries } = await dayAt(shop, DayQuerySchema.parse({ store_id, date: dayName(day) }))
      told.push(...entries.map(({ schedule_id, player_id, due_at, audio_id, result, rule, because, starts_at, ends_at }) => lineOf([schedule_id, player_id, due_at, audio_id, result, rule, because, starts_at, ends_at])))
    }
    const listed = items.flatMap(({ player_ids, ...item }) => (player_ids ?? [null]).map(player_id => lineOf([item.schedule_id, player_id, item.due_at, item.audio_id, item.verdict, item.rule, item.because, item.starts_at, item.ends_at])))
    expect(told.sort(), hint).toEqual(listed.sort())

    // What is due at once on some of the players only is one in a calendar of stores.
    const calendar = await listCalendar(shop, CalendarQuerySchema.parse({ from: iso(from), to: iso(to), store_id }))
    expect(calendar.next_from, hint).toBeNull()
    const alike = new Map<string, ListedOccurrence[]>()
    for (const item of items) {
      const key = lineOf([item.schedule_id, item.due_at, item.audio_id])
      alike.set(key, [...alike.get(key) ?? [], item])
    }
    const shown = [...alike.entries()].map(([key, same]) => lineOf([key, String(same.filter(({ verdict }) => verdict === 'moved').length), String(same.filter(({ verdict }) => verdict === 'dropped').length)]))
    expect(calendar.items.map(item => lineOf([item.schedule_id, item.due_at, item.audio_id, String(item.moved), String(item.dropped)])).sort(), hint).toEqual(shown.sort())
    for (const { schedule_id, due_at, starts_at, ends_at, count } of calendar.items) {
      expect(count, hint).toBe(1)
      expect(items.some(item => item.schedule_id === schedule_id && item.due_at === due_at && item.starts_at === starts_at && item.ends_at === ends_at), hint).toBe(true)
    }

    // A feed is of two months: it takes its time. All 200 weeks take seven minutes.
    if (seed % 5 === 0 || process.env.MEDIAFLOW_EVERY_FEED) await compareFeed(shop, store_id, items.map(item => lineOf([item.schedule_id, item.due_at, item.verdict, item.rule, wholeSecond(item.starts_at)])), { from, to }, hint)

    // A programme tells of two days from wherever it is asked for.
    for (const television of televisions) {
      const own = items.filter(({ player_ids }) => !player_ids || player_ids.includes(television.player_id))
      const found = new Map<string, ProgrammeItem>()
      for (let at = from - HOUR; at < to; at += 46 * HOUR) {
        vi.setSystemTime(at)
        for (const item of (await programmeOf(television)).items) {
          const before = found.get(item.play_id)
          expect(before ?? item, hint).toEqual(item)
          found.set(item.play_id, item)
        }
      }
      const within = [...found.values()].filter(({ due_at }) => due_at >= iso(from) && due_at < iso(to))
      const programme = new Map(within.map(item => [`${item.schedule_id} ${item.due_at}`, item]))
      const airing = own.filter(({ verdict }) => verdict !== 'dropped')
      expect(airing.map(toldOf), hint).toEqual(airing.map(({ schedule_id, due_at }) => toldOf(programme.get(`${schedule_id} ${due_at}`))))
      // Beside those, only what finds the air taken: the player drops it, and says so.
      const dropped = new Set(own.filter(({ verdict }) => verdict === 'dropped').map(({ schedule_id, due_at }) => `${schedule_id} ${due_at}`))
      expect([...programme.keys()].filter(key => !dropped.has(key)).length, hint).toBe(airing.length)
      for (const { schedule_id, due_at, starts_at } of airing) expect(starts_at >= (programme.get(`${schedule_id} ${due_at}`)!.not_before ?? due_at), hint).toBe(true)
    }
  }

  async function compareFeed(shop: string, store_id: string, listed: string[], { from, to }: { from: number, to: number }, hint: string) {
    const { url } = await feedAddress(shop, store_id, 'http://server')
    const { body } = await readFeed(url.split('/').at(-1)!.slice(0, -'.ics'.length))
    expect(eventsOf(body).filter(({ due_at }) => due_at >= iso(from) && due_at < iso(to)).map(({ line }) => line).sort(), hint).toEqual(listed.sort())
  }

  /** A client with a store of two televisions, limits and rules; from midnight to midnight on the store's clocks, often with a change of clocks. */
  async function makeWeek(seed: number) {
    const random = chance(Math.imul(seed, 0x9E3779B1))
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
    const zone = pick(ZONES)
    const year = new Date(performance.timeOrigin).getUTCFullYear() + 1 + Math.floor(random() * 4)
    const some = Temporal.ZonedDateTime.from({ timeZone: zone, year, month: 1 + Math.floor(random() * 12), day: 1 })
    const change = random() < 0.7 ? some.getTimeZoneTransition('next') : null
    const middle = Date.UTC(...dateOf(change ?? some)) / DAY
    const first = middle - Math.floor(random() * 6) - 1
    const last = first + 7
    const [from, to] = [instantOf(dayName(first), 0, zone), instantOf(dayName(last), 0, zone)]
    vi.setSystemTime(from - 3 * DAY)

    const shop = await addClient(db, randomUUID())
    const store_id = await addStore(db, shop, zone)
    const televisions: PlayerPrincipal[] = [await addPlayer(db, shop, store_id, zone), await addPlayer(db, shop, store_id, zone)]
    const sounds = [await addSound(db, shop, { sha256: SHA, title: 'Uno', duration_ms: 20_000 }), await addSound(db, shop, { sha256: SHA, title: 'Dos', duration_ms: 95_000 }), await addSound(db, shop, { sha256: SHA, title: 'Tres' })]
    const every = [1, 2, 3, 4, 5, 6, 7]
    // What interrupts is rare by chance alone: some weeks have it for sure.
    const interrupts = Math.abs(seed) % 4 === 0
    const limits: Partial<LimitSettings> = interrupts
      ? {}
      : {
          quiet: random() < 0.5 ? [{ name: 'Siesta', weekdays: every, from: time(), to: time() }] : [],
          min_gap_s: pick([0, 0, 45, 600]), max_per_hour: pick([0, 0, 3, 8]), max_same_per_hour: pick([0, 2]), move_up_to_minutes: pick([0, 10, 90]),
        }
    await db.insert(setting).values([{ client_id: shop, name: 'limits', value: limits }, { client_id: shop, name: 'calendar', value: { holidays: [{ name: 'Fiesta', date: dayName(middle) }] } }])
    await updateStore(shop, store_id, { opening_hours: Object.fromEntries(every.map(day => [day, [['08:00', '13:30'], ['23:00', '03:00']]])) })

    /** Mostly where clocks change. */
    function time(): string {
      return `${String(Math.floor(random() * (random() < 0.5 ? 4 : 24))).padStart(2, '0')}:${pick(['00', '00', '15', '30', '30', '59'])}`
    }
    for (let rules = 3 + Math.floor(random() * 4); rules > 0; rules--) {
      const [start, end] = [time(), time()]
      const when: NewSchedule = pick([
        { kind: 'interval', interval_minutes: pick([11, 30, 45, 90]), window_start: start, window_end: end === start ? '23:58' : end },
        { kind: 'times', times: [...new Set([time(), time(), time()])] },
        { kind: 'once', at: `${dayName(middle)}T${time()}` },
        { kind: 'opening', opening_edge: pick(['opens', 'closes']), opening_offset_minutes: pick([-15, 0, 20, 300]) },
      ] as const) as NewSchedule
      await addSchedule(db, shop, {
        ...when,
        ...random() < 0.3 ? { messages: sounds.map(audio_id => ({ audio_id, weight: 2 })), rotation: pick(['in_order', 'shuffled', 'weighted']) } : { audio_id: pick(sounds) },
        targets: pick([{ all: true }, { all: true }, { stores: [store_id] }, { players: [televisions[0]!.player_id] }]),
        weekdays: when.kind === 'once' ? every : pick([every, every, [1, 2, 3, 4, 5], [6, 7]]),
        exclude: when.kind !== 'once' && random() < 0.3 ? [dayName(first + 3)] : [],
        skip_holidays: when.kind !== 'once' && random() < 0.3 ? ['*'] : [],
        time_zone: random() < 0.15 && when.kind !== 'opening' ? pick(ZONES) : null,
        priority: pick(['scheduled', 'scheduled', 'scheduled', 'live', 'emergency']),
        on_busy: pick(['after_current', 'after_current', 'interrupt', 'drop']),
        grace_s: pick([0, 30, 120, 600, 3600]), repeat: pick([1, 1, 2]),
      } as NewSchedule)
    }
    if (interrupts) {
      await addSchedule(db, shop, { audio_id: sounds[1]!, kind: 'times', times: ['12:00'] })
      await addSchedule(db, shop, { audio_id: sounds[0]!, kind: 'times', times: ['12:00:30'], priority: 'live', on_busy: 'interrupt' })
    }
    return { shop, store_id, televisions, first, last, from, to, changes: to - from !== 7 * DAY }
  }
})

/** What an independent parser reads in a calendar feed. */
function eventsOf(body: string): { due_at: string, line: string }[] {
  return new ICAL.Component(ICAL.parse(body)).getAllSubcomponents('vevent').map((event) => {
    const of = (name: string) => event.getFirstPropertyValue(name) as string | null
    const due_at = String(of('x-mediaflow-due'))
    const start = new ICAL.Event(event).startDate.toJSDate().toISOString()
    return { due_at, line: lineOf([String(of('uid')).slice(0, 36), due_at, of('x-mediaflow-verdict') ?? 'airs', of('x-mediaflow-rule'), wholeSecond(start)]) }
  })
}

const wholeSecond = (instant: string) => instant.slice(0, 19)
const iso = (ms: number) => new Date(ms).toISOString()
const lineOf = (parts: (string | null)[]) => parts.join(' | ')
const dateOf = ({ year, month, day }: Temporal.ZonedDateTime): [number, number, number] => [year, month - 1, day]
const toldOf = (item: ListedOccurrence | ProgrammeItem | undefined) => item && lineOf([item.schedule_id, item.due_at, item.audio_id, item.expires_at, item.title])
