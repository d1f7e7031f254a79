import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { sql } from 'drizzle-orm'
import type { Db } from '../../../../../db/client'
import { file, schedule } from '../../../../../db/schema'
import { changeSettings } from '../../../../../server/services/settings/change-settings'
import { getSettings } from '../../../../../server/services/settings/client-settings'
import { listCalendar } from '../../../../../server/services/schedule/calendar'
import { nextAirings } from '../../../../../server/services/schedule/next'
import { listOccurrences } from '../../../../../server/services/schedule/occurrences'
import { previewSchedule } from '../../../../../server/services/schedule/preview'
import { revertSchedule } from '../../../../../server/services/schedule/bulk'
import { deleteSchedule, getSchedule } from '../../../../../server/services/schedule/schedules'
import { splitSchedule } from '../../../../../server/services/schedule/split'
import { CalendarQuerySchema, OccurrenceQuerySchema, SchedulePreviewQuerySchema, ScheduleSplitSchema, type NewSchedule, type SchedulePreviewQuery, type ScheduleSplit } from '../../../../../shared/schemas/schedule'
import { wallAt } from '../../../../../shared/utils/wall-clock'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

const SHA = 'c'.repeat(64)
const ZONE = 'Europe/Madrid'
const DAY_MS = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)

/** Plans are kept by the client's id: no two of them, on both databases. */
let shops = 0

onBothDatabases('the calendar', (use) => {
  let db: Db
  let shop: string
  let audio_id: string
  let store_id: string

  beforeAll(async () => {
    db = use().db
    opened.db = db
    await db.insert(file).values({ sha256: SHA, content_type: 'audio/mpeg', bytes: 1 })
  })
  beforeEach(async () => {
    shop = await addClient(db, `calendar-${++shops}`)
    audio_id = await addSound(db, shop, { sha256: SHA, duration_ms: 20_000 })
    store_id = await addStore(db, shop)
  })

  const add = (more: Partial<NewSchedule> = {}) => addSchedule(db, shop, { audio_id, kind: 'times', times: ['10:00', '12:00', '20:45'], ...more })
  const calendar = (from: string, to: string, more: object = {}) => listCalendar(shop, CalendarQuerySchema.parse({ from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z`, ...more }))
  const due = async (schedule_id: string, from = inDays(1), to = inDays(9)) => (await listOccurrences(shop, OccurrenceQuerySchema.parse({ from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z`, schedule_id, store_id }))).items
  const at = async (schedule_id: string, day: string, time: string) => (await due(schedule_id)).find(({ due_at }) => wallAt(Date.parse(due_at), ZONE) === `${day}T${time}`)!.due_at
  const split = (schedule_id: string, request: Omit<ScheduleSplit, 'store_id'>) => splitSchedule({ client_id: shop, user_id: null, schedule_id, request: ScheduleSplitSchema.parse({ store_id, ...request }) })
  const preview = (query: SchedulePreviewQuery) => previewSchedule(shop, SchedulePreviewQuerySchema.parse(query))
  const walls = async (schedule_id: string, from?: string, to?: string) => (await due(schedule_id, from, to)).map(({ due_at }) => wallAt(Date.parse(due_at), ZONE))

  it('tells what is due at once in several stores as one, each zone at its own instants', async () => {
    await addStore(db, shop)
    await addStore(db, shop, 'Atlantic/Canary')
    await add({ times: ['10:00'] })
    const { items } = await calendar(inDays(3), inDays(4))
    expect(items.map(({ stores, count, time_zone }) => ({ stores, count, time_zone }))).toEqual([{ stores: 2, count: 1, time_zone: ZONE }, { stores: 1, count: 1, time_zone: 'Atlantic/Canary' }])
    expect(Date.parse(items[1]!.due_at) - Date.parse(items[0]!.due_at)).toBe(3_600_000)
    expect((await calendar(inDays(3), inDays(4), { store_id })).items).toHaveLength(1)
  })

  it('tells a month by days: how many there are, the first and the last', async () => {
    await addStore(db, shop)
    await add({ kind: 'interval', times: undefined, interval_minutes: 30, window_start: '09:00', window_end: '21:00' })
    const { items } = await calendar(inDays(2), inDays(32), { by: 'day', time_zone: ZONE })
    expect(items.length).toBeGreaterThanOrEqual(29)
    const whole = items[5]!
    expect(whole).toMatchObject({ count: 25, stores: 2, moved: 0, dropped: 0 })
    expect(wallAt(Date.parse(whole.due_at), ZONE).slice(11)).toBe('09:00')
    expect(Date.parse(whole.ends_at) - Date.parse(whole.due_at)).toBe(12 * 3_600_000 + 20_000)
  })

  it('tells a window that goes on after midnight as one of the day on which it begins, on any clocks', async () => {
    await addStore(db, shop, 'Atlantic/Canary')
    await add({ kind: 'interval', times: undefined, interval_minutes: 20, window_start: '22:00', window_end: '03:00' })
    for (const time_zone of [ZONE, 'Atlantic/Canary', undefined]) {
      for (const by of ['window', 'day'] as const) {
        const { items } = await calendar(inDays(2), inDays(5), { by, time_zone, store_id })
        // The first has begun the evening before, and what is left of it is told.
        expect(items.map(({ count }) => count)).toEqual([...items.slice(0, 1).map(({ count }) => count), 16, 16, expect.any(Number)])
        for (const { due_at, ends_at } of items.slice(1, 3)) {
          expect([wallAt(Date.parse(due_at), ZONE).slice(11), Date.parse(ends_at) - Date.parse(due_at)]).toEqual(['22:00', 5 * 3_600_000 + 20_000])
        }
      }
    }
    // Both zones' windows of a day are one.
    const { items } = await calendar(inDays(2), inDays(5), { by: 'window' })
    expect(items[1]).toMatchObject({ stores: 2, count: 19 })
  })

  it('draws where it airs, and says which rule moved or dropped it, and what for', async () => {
    await add({ name: 'Cierre', times: ['20:45'] })
    await add({ name: 'Oferta', times: ['20:45'], on_busy: 'drop' })
    await add({ name: 'Aviso', times: ['20:45'] })
    const { items } = await calendar(inDays(3), inDays(4))
    expect(items.map(({ name, moved, dropped, rule, because }) => ({ name, moved, dropped, rule, because }))).toEqual([
      { name: 'Cierre', moved: 0, dropped: 0, rule: null, because: null },
      { name: 'Oferta', moved: 0, dropped: 1, rule: 'on_busy', because: 'Cierre' },
      { name: 'Aviso', moved: 1, dropped: 0, rule: 'busy', because: 'Cierre' },
    ])
    expect(Date.parse(items[2]!.starts_at)).toBeGreaterThanOrEqual(Date.parse(items[0]!.ends_at))
  })

  it('tells the past as it was laid out then: a deleted schedule stays, a new one was not there', async () => {
    const gone = await add({ name: 'era', times: ['10:00'] })
    await db.update(schedule).set({ changed_at: sql`now() - interval '9 days'` })
    await deleteSchedule(shop, gone.schedule_id)
    await add({ name: 'es', times: ['11:00'] })
    expect((await calendar(inDays(-4), inDays(-3))).items.map(({ name }) => name)).toEqual(['era'])
    expect((await calendar(inDays(2), inDays(3))).items.map(({ name }) => name)).toEqual(['es'])
  })

  it('is cut where there is too much, and goes on from there', async () => {
    await add({ kind: 'interval', times: undefined, interval_minutes: 1, window_start: '00:00', window_end: '23:59' })
    const first = await calendar(inDays(2), inDays(12))
    expect(first.items.length).toBeGreaterThanOrEqual(3000)
    expect(first.next_from).not.toBeNull()
    const rest = await listCalendar(shop, CalendarQuerySchema.parse({ from: first.next_from, to: `${inDays(12)}T00:00:00Z` }))
    expect(rest.items[0]!.due_at > first.items.at(-1)!.due_at).toBe(true)
  })

  it('takes one occurrence out, and undoes it', async () => {
    const { schedule_id, version } = await add()
    const before = await walls(schedule_id)
    const day = inDays(3)
    const change = await split(schedule_id, { scope: 'this', due_at: await at(schedule_id, day, '12:00'), patch: null, version })
    expect(change).toEqual({ changed: [{ schedule_id, version_before: 1, version: 2 }], created: [] })
    expect(await walls(schedule_id)).toEqual(before.filter(wall => wall !== `${day}T12:00`))
    await expect(split(schedule_id, { scope: 'this', due_at: (await due(schedule_id))[0]!.due_at, patch: null, version })).rejects.toMatchObject({ code: 'schedule_changed' })
    await revertSchedule(shop, schedule_id, { to_version: 1, version: 2 })
    expect(await walls(schedule_id)).toEqual(before)
  })

  it('moves one occurrence: it becomes a schedule of its own, with the message whose turn it was', async () => {
    const other = await addSound(db, shop, { sha256: SHA, title: 'Otra' })
    const { schedule_id } = await add({ audio_id: undefined, messages: [{ audio_id }, { audio_id: other }] })
    const day = inDays(3)
    const meant = (await due(schedule_id)).find(({ due_at }) => wallAt(Date.parse(due_at), ZONE) === `${day}T12:00`)!
    const { created } = await split(schedule_id, { scope: 'this', due_at: meant.due_at, patch: { at: `${day}T12:30` } })
    expect(await walls(schedule_id)).not.toContain(`${day}T12:00`)
    expect(await walls(created[0]!)).toEqual([`${day}T12:30`])
    expect(await getSchedule(shop, created[0]!)).toMatchObject({ kind: 'once', rotation: null, messages: [{ audio_id: meant.audio_id }] })
  })

  it('changes one and all that follow, from the middle of a day on', async () => {
    const { schedule_id } = await add()
    const day = inDays(3)
    const [before, after] = [await walls(schedule_id, inDays(1), inDays(12)), inDays(4)]
    const { created } = await split(schedule_id, { scope: 'following', due_at: await at(schedule_id, day, '12:00'), patch: { times: ['10:10', '12:10', '20:55'] } })
    expect(await walls(schedule_id, inDays(1), inDays(12))).toEqual(before.filter(wall => wall < `${day}T12:00`))
    expect((await walls(created[0]!, inDays(1), inDays(12))).filter(wall => wall < `${after}T23`)).toEqual([`${day}T12:10`, `${day}T20:55`, `${after}T10:10`, `${after}T12:10`, `${after}T20:55`])
  })

  it('changes all of a day', async () => {
    const { schedule_id } = await add({ kind: 'interval', times: undefined, interval_minutes: 60, window_start: '22:00', window_end: '01:00' })
    const [day, next] = [inDays(3), inDays(4)]
    const before = await walls(schedule_id)
    const { created } = await split(schedule_id, { scope: 'day', due_at: await at(schedule_id, next, '00:00'), patch: { window_end: '00:00' } })
    expect(await walls(schedule_id)).toEqual(before.filter(wall => ![`${day}T22:00`, `${day}T23:00`, `${next}T00:00`, `${next}T01:00`].includes(wall)))
    expect(await walls(created[0]!)).toEqual([`${day}T22:00`, `${day}T23:00`, `${next}T00:00`])
  })

  it('draws a window as one, and times one by one', async () => {
    await add({ times: ['10:00', '12:00'] })
    await add({ kind: 'interval', times: undefined, interval_minutes: 60, window_start: '14:00', window_end: '18:00' })
    const { items } = await calendar(inDays(3), inDays(4), { by: 'window' })
    expect(items.map(({ kind, count, interval_minutes }) => [kind, count, interval_minutes])).toEqual([['times', 1, null], ['times', 1, null], ['interval', 5, 60]])
  })

  it('ends before one, and what begins with it is all of it', async () => {
    const { schedule_id } = await add()
    const day = inDays(3)
    await split(schedule_id, { scope: 'following', due_at: await at(schedule_id, day, '10:00'), patch: null })
    expect((await walls(schedule_id)).at(-1)! < day).toBe(true)
    const other = await add({ from_date: day })
    const change = await split(other.schedule_id, { scope: 'following', due_at: await at(other.schedule_id, day, '10:00'), patch: { times: ['09:00'] } })
    expect(change).toMatchObject({ changed: [{ schedule_id: other.schedule_id, version_before: 1 }], created: [] })
    expect((await walls(other.schedule_id))[0]).toBe(`${day}T09:00`)
  })

  it('knows to which day belongs what is due after midnight', async () => {
    const { schedule_id } = await add({ kind: 'interval', times: undefined, interval_minutes: 60, window_start: '22:00', window_end: '02:00' })
    const [day, next] = [inDays(3), inDays(4)]
    const { created } = await split(schedule_id, { scope: 'following', due_at: await at(schedule_id, next, '01:00'), patch: { volume: 0.5 } })
    expect(await walls(schedule_id)).toEqual(expect.arrayContaining([`${day}T23:00`, `${next}T00:00`]))
    expect(await walls(schedule_id)).not.toContain(`${next}T01:00`)
    expect((await walls(created[0]!)).slice(0, 3)).toEqual([`${next}T01:00`, `${next}T02:00`, `${next}T22:00`])
  })

  it('refuses what is not due then, or not there', async () => {
    const { schedule_id } = await add()
    await expect(split(schedule_id, { scope: 'this', due_at: `${inDays(3)}T03:33:00Z`, patch: null })).rejects.toMatchObject({ code: 'not_due' })
    await expect(split(audio_id, { scope: 'this', due_at: `${inDays(3)}T03:33:00Z`, patch: null })).rejects.toMatchObject({ code: 'schedule_not_found' })
    await expect(split(schedule_id, { scope: 'this', due_at: await at(schedule_id, inDays(3), '12:00'), patch: { at: '1999-01-01T10:00' } })).rejects.toMatchObject({ code: 'schedule_in_past' })
    expect((await getSchedule(shop, schedule_id)).version).toBe(1)
  })

  it('previews what is being written: next ones by zone, how often, where', async () => {
    await addStore(db, shop, 'Atlantic/Canary')
    const said = await preview({ schedule: { audio_id, kind: 'interval', interval_minutes: 30, window_start: '09:00', window_end: '21:00', weekdays: [1, 2, 3, 4, 5] } })
    expect(said).toMatchObject({ problems: [], stores: 2, players: 0, per_day: { average: 25, most: 25 }, collisions: [], limited: [], next_free: null, free_patch: null })
    expect(said.zones.map(({ time_zone, stores, next }) => ({ time_zone, stores, count: next.length }))).toEqual([{ time_zone: 'Atlantic/Canary', stores: 1, count: 10 }, { time_zone: ZONE, stores: 1, count: 10 }])
    expect(new Set(said.zones[1]!.next.map(due_at => wallAt(Date.parse(due_at), ZONE).slice(14)))).toEqual(new Set(['00', '30']))
  })

  it('previews what is not whole, or impossible, or past', async () => {
    const problems = async (schedule: SchedulePreviewQuery['schedule']) => (await preview({ schedule })).problems.map(({ path, code }) => `${path} ${code}`)
    expect(await problems({ kind: 'interval', interval_minutes: 30 })).toEqual(['window_start rule_incomplete', 'window_end rule_incomplete'])
    expect(await problems({ kind: 'once', at: '2001-01-01T10:00' })).toEqual(['at schedule_in_past'])
    expect(await problems({ kind: 'times', times: ['10:00'], from_date: '2030-02-01', until_date: '2030-01-01' })).toEqual(['until_date dates_reversed'])
    expect(await problems({ kind: 'times', times: ['10:00'], targets: { stores: [audio_id] } })).toEqual(['targets store_not_found'])
  })

  it('names the collisions, and the next moment without any', async () => {
    const weekdays = [5]
    const cierre = await add({ name: 'Cierre', times: ['20:45'], weekdays })
    const said = await preview({ schedule: { audio_id, kind: 'times', times: ['11:00', '20:45'] } })
    expect(said.collisions).toMatchObject([{ store_id, schedule_id: cierre.schedule_id, name: 'Cierre', count: 2, weekdays: [5] }])
    expect(said.free_patch!.times).toEqual(['11:00', '20:46'])
    expect(wallAt(Date.parse(said.next_free!), ZONE).slice(11)).toBe('20:46')
    // With itself it does not collide.
    expect((await preview({ schedule_id: cierre.schedule_id, schedule: { grace_s: 10 } })).collisions).toEqual([])
    const moved = await preview({ schedule: { audio_id, kind: 'times', ...said.free_patch } })
    expect(moved.collisions).toEqual([])
  })

  it('finds a free moment for a window whose every time is taken', async () => {
    await add({ kind: 'interval', times: undefined, interval_minutes: 30, window_start: '09:00', window_end: '21:00' })
    await add({ kind: 'interval', times: undefined, interval_minutes: 30, window_start: '09:01', window_end: '21:00' })
    const said = await preview({ schedule: { audio_id, kind: 'interval', interval_minutes: 60, window_start: '09:00', window_end: '20:00' } })
    expect(said.free_patch).toEqual({ window_start: '09:02', window_end: '20:02' })
    expect((await preview({ schedule: { audio_id, kind: 'interval', interval_minutes: 60, ...said.free_patch } })).collisions).toEqual([])
  })

  it('answers also where every minute is taken: there is no free moment', async () => {
    for (const name of ['Uno', 'Dos', 'Tres']) await add({ name, kind: 'interval', times: undefined, interval_minutes: 1, window_start: '00:00', window_end: '23:59' })
    const said = await preview({ schedule: { audio_id, kind: 'interval', interval_minutes: 1, window_start: '00:00', window_end: '23:59' } })
    expect(said.collisions.map(({ name }) => name).sort()).toEqual(['Dos', 'Tres', 'Uno'])
    expect([said.next_free, said.free_patch]).toEqual([null, null])
  }, 20_000)

  it('counts what limits make of it', async () => {
    await changeSettings(shop, 'limits', { ...await getSettings(shop, 'limits'), quiet: [{ name: 'Siesta', from: '14:00', to: '16:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }], move_up_to_minutes: 30 })
    const said = await preview({ schedule: { audio_id, kind: 'times', times: ['14:10', '15:45'] } })
    expect(said.limited).toEqual([{ rule: 'quiet_time', moved: expect.any(Number), dropped: expect.any(Number) }])
    expect(said.limited[0]!.moved).toBeGreaterThan(10)
    expect(said.limited[0]!.dropped).toBeGreaterThan(10)
  })

  it('tells when schedules air next: what a limit leaves of it, on the holidays of each store, and for none that airs no more', async () => {
    const canary = await addStore(db, shop, 'Atlantic/Canary')
    const [tomorrow, later] = [inDays(2), inDays(9)]
    const everywhere = await add({ times: ['10:00'], from_date: tomorrow })
    const here = await add({ times: ['10:00'], from_date: tomorrow, targets: { stores: [canary] } })
    const far = await add({ kind: 'once', times: undefined, at: `${later}T09:00` })
    const off = await add({ enabled: false })
    const ids = [everywhere, here, far, off].map(({ schedule_id }) => schedule_id)
    const next = async (now = Date.parse(`${inDays(1)}T12:00:00Z`)) => (await nextAirings(shop, [...ids, 'ffffffff-ffff-4fff-bfff-ffffffffffff'], now)).map(({ schedule_id, due_at, time_zone, store_id }) => [ids.indexOf(schedule_id), wallAt(Date.parse(due_at), time_zone), time_zone, store_id])
    expect(await next()).toEqual([[0, `${tomorrow}T10:00`, ZONE, store_id], [1, `${tomorrow}T10:00`, 'Atlantic/Canary', canary], [2, `${later}T09:00`, ZONE, store_id]])
    await changeSettings(shop, 'limits', { ...await getSettings(shop, 'limits'), quiet: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '09:30', to: '11:00', name: 'Siesta' }] })
    const [quiet] = await nextAirings(shop, [(await add({ times: ['10:00', '12:00'] })).schedule_id])
    expect(wallAt(Date.parse(quiet!.due_at), quiet!.time_zone).slice(-5)).toBe('12:00')
  })
})
