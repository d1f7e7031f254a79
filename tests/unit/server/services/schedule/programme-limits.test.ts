import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { file } from '../../../../../db/schema'
import type { PlayerPrincipal } from '../../../../../server/services/client/access'
import { createGroup, updateGroup } from '../../../../../server/services/client/groups'
import { updateStore } from '../../../../../server/services/client/stores'
import { programmeOf } from '../../../../../server/services/player/programme'
import { acknowledgePlays, closeSilentPlays } from '../../../../../server/services/player/plays'
import { listPlays } from '../../../../../server/services/player/play-log'
import { pendingItems } from '../../../../../server/services/player/waiting'
import { listOccurrences } from '../../../../../server/services/schedule/occurrences'
import { deleteSchedule, updateSchedule } from '../../../../../server/services/schedule/schedules'
import { changeSettings } from '../../../../../server/services/settings/change-settings'
import { getSettings } from '../../../../../server/services/settings/client-settings'
import type { StorePatch } from '../../../../../shared/schemas/client'
import { PlayQuerySchema } from '../../../../../shared/schemas/player'
import type { CalendarSettings, LimitSettings } from '../../../../../shared/schemas/settings'
import type { NewSchedule } from '../../../../../shared/schemas/schedule'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db, DatabaseClosed: class extends Error {} }))

const SHA = 'a'.repeat(64)
/** A Monday, and so is the day in Madrid: programmes reach from 06:00 UTC to Wednesday. */
const NOW = Date.parse('2026-11-23T06:30:00Z')
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

onBothDatabases('a programme is what the calendar lays out', (use) => {
  let db: Db
  let shop: string
  let audio_id: string
  let store_id: string
  let television: PlayerPrincipal

  beforeAll(async () => {
    db = use().db
    opened.db = db
    await db.insert(file).values({ sha256: SHA, content_type: 'audio/mpeg', bytes: 1 })
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  })
  afterAll(() => vi.useRealTimers())
  beforeEach(async () => {
    vi.setSystemTime(NOW)
    shop = await addClient(db, randomUUID())
    audio_id = await addSound(db, shop, { sha256: SHA })
    store_id = await addStore(db, shop, 'UTC')
    television = await addPlayer(db, shop, store_id, 'UTC')
  })

  const at = (times: string[], more: Partial<NewSchedule> = {}) => addSchedule(db, shop, { audio_id, kind: 'times', times, ...more })
  const limit = async (limits: Partial<LimitSettings>) => changeSettings(shop, 'limits', { ...await getSettings(shop, 'limits'), ...limits })
  const calendar = async (settings: Partial<CalendarSettings>) => changeSettings(shop, 'calendar', { ...await getSettings(shop, 'calendar'), ...settings })
  const quiet = (from: string, to: string) => [{ name: 'Siesta', weekdays: EVERY_DAY, from, to }]
  const itemsOf = async (listener = television) => (await programmeOf(listener)).items
  /** What airs on Monday: when it is due, and to when it was moved. */
  const monday = async (listener = television) => (await itemsOf(listener)).filter(({ due_at }) => due_at < '2026-11-24')
    .map(({ due_at, not_before }) => [due_at, ...not_before ? [not_before] : []].map(instant => instant.slice(11, 16)).join(' → '))
  /** The same of the calendar, with what is left out and why. */
  const listed = async () => (await listOccurrences(shop, { from: '2026-11-23T06:30:00Z', to: '2026-11-24T00:00:00Z', store_id })).items
    .map(({ due_at, verdict, rule, because }) => [due_at.slice(11, 16), verdict, rule, because])

  it('a quiet time moves what is due in it to its end, or leaves it out; what is in its way then comes first', async () => {
    await at(['13:40', '13:55', '14:00'])
    await limit({ quiet: quiet('13:00', '14:00'), move_up_to_minutes: 10 })
    expect(await monday()).toEqual(['14:00', '13:55 → 14:00'])
    expect(await listed()).toMatchObject([['13:40', 'dropped', 'quiet_time', 'Siesta'], ['13:55', 'moved', 'quiet_time', 'Siesta'], ['14:00', 'airs', null, null]])
    const moved = (await itemsOf()).find(({ not_before }) => not_before)!
    // Its grace begins anew where it was moved to.
    expect(moved).toMatchObject({ due_at: '2026-11-23T13:55:00.000Z', not_before: '2026-11-23T14:00:00.000Z', expires_at: '2026-11-23T14:02:00.000Z', grace_s: 120 })
  })

  it('a gap is kept: the next waits for it, and no longer than it may', async () => {
    await at(['12:00', '12:01', '12:02', '12:03'])
    await limit({ min_gap_s: 120, move_up_to_minutes: 3 })
    const told = await itemsOf()
    expect(told.filter(({ due_at }) => due_at < '2026-11-24').map(({ due_at, not_before }) => [due_at.slice(11, 16), not_before?.slice(11, 19)])).toEqual([['12:00', undefined], ['12:01', '12:02:04'], ['12:02', '12:04:08']])
    expect(await listed()).toEqual([['12:00', 'airs', null, null], ['12:01', 'moved', 'min_gap', 'Cierre'], ['12:02', 'moved', 'min_gap', 'Cierre'], ['12:03', 'dropped', 'min_gap', 'Cierre']])
  })

  it('no more are told in an hour than there may be, of all or of one message', async () => {
    const other = await addSound(db, shop, { sha256: SHA, title: 'Oferta' })
    await at(['12:00', '12:10', '12:20', '12:30'])
    await at(['12:05'], { audio_id: other })
    await limit({ max_per_hour: 3, move_up_to_minutes: 0 })
    expect(await monday()).toEqual(['12:00', '12:05', '12:10'])
    expect((await listed()).slice(3)).toEqual([['12:20', 'dropped', 'max_per_hour', 'Cierre'], ['12:30', 'dropped', 'max_per_hour', 'Cierre']])
    await limit({ max_per_hour: 0, max_same_per_hour: 1 })
    expect(await monday()).toEqual(['12:00', '12:05'])
    expect((await listed())[2]).toMatchObject(['12:10', 'dropped', 'max_same_per_hour', 'Cierre'])
    // An emergency is neither limited nor counted.
    await at(['12:15'], { priority: 'emergency' })
    expect(await monday()).toEqual(['12:00', '12:05', '12:15'])
  })

  it('a store\'s own limits hold there, and nowhere else', async () => {
    const elsewhere = await addPlayer(db, shop, await addStore(db, shop, 'UTC'), 'UTC')
    await at(['12:00', '12:10'])
    await updateStore(shop, store_id, { limits: { max_per_hour: 1, move_up_to_minutes: 0 } })
    expect([await monday(), await monday(elsewhere)]).toEqual([['12:00'], ['12:00', '12:10']])
  })

  it('what is meant for a group airs at its stores, as they are now', async () => {
    const other_store = await addStore(db, shop, 'UTC')
    const elsewhere = await addPlayer(db, shop, other_store, 'UTC')
    const { group_id } = await db.transaction(tx => createGroup(tx, shop, { name: 'Norte', store_ids: [store_id] }))
    await at(['12:00'], { targets: { groups: [group_id] } })
    expect([await monday(), await monday(elsewhere)]).toEqual([['12:00'], []])
    await updateGroup(shop, group_id, { store_ids: [other_store] })
    expect([await monday(), await monday(elsewhere)]).toEqual([[], ['12:00']])
  })

  it('a rotation is the same at every player, in whatever zone', async () => {
    const sounds = [audio_id, ...await Promise.all(['Dos', 'Tres', 'Cuatro'].map(title => addSound(db, shop, { sha256: SHA, title })))]
    const tokyo = await addPlayer(db, shop, await addStore(db, shop, 'Asia/Tokyo'), 'Asia/Tokyo')
    const beside = await addPlayer(db, shop, store_id, 'UTC')
    await addSchedule(db, shop, { messages: sounds.map(audio_id => ({ audio_id })), rotation: 'shuffled', kind: 'interval', interval_minutes: 60, window_start: '10:00', window_end: '21:00' })
    const heard = async (listener: PlayerPrincipal) => (await itemsOf(listener)).filter(({ due_at }) => new Date(due_at).toLocaleDateString('sv', { timeZone: listener.time_zone }) === '2026-11-24').map(item => item.audio_id)
    const [here, next_to_it, there] = [await heard(television), await heard(beside), await heard(tokyo)]
    expect(here).toHaveLength(12)
    expect([next_to_it, there]).toEqual([here, here])
    for (let round = 0; round < 12; round += 4) expect(new Set(here.slice(round, round + 4)).size).toBe(4)
    expect(here.some((sound, place) => sound === here[place + 1])).toBe(false)
  })

  it('holidays are left out where the store has them', async () => {
    await calendar({ holiday_region: null, holidays: [{ name: 'Patrona', date: '2026-11-24' }] })
    await at(['12:00'], { skip_holidays: ['*'] })
    await at(['13:00'])
    expect((await itemsOf()).map(({ due_at }) => due_at.slice(8, 16))).toEqual(['23T12:00', '23T13:00', '24T13:00'])
    await calendar({ holidays: [] })
    expect((await itemsOf()).map(({ due_at }) => due_at.slice(8, 16))).toEqual(['23T12:00', '23T13:00', '24T12:00', '24T13:00'])
  })

  it('holidays of another year are known where the calendar looks there', async () => {
    await calendar({ holidays: [{ name: 'Año Nuevo', date: '01-01' }] })
    await at(['12:00'], { skip_holidays: ['*'] })
    const { items } = await listOccurrences(shop, { from: '2027-12-31T00:00:00Z', to: '2028-01-03T00:00:00Z', store_id })
    expect(items.map(({ due_at }) => due_at.slice(0, 10))).toEqual(['2027-12-31', '2028-01-02'])
  })

  it('what goes by opening hours follows them', async () => {
    await addSchedule(db, shop, { audio_id, kind: 'opening', opening_edge: 'closes', opening_offset_minutes: -15 })
    expect(await monday()).toEqual([])
    const open = { 1: [['09:00', '21:00']], 2: [['09:00', '15:00']] } satisfies StorePatch['opening_hours']
    await updateStore(shop, store_id, { opening_hours: open })
    expect((await itemsOf()).map(({ due_at }) => due_at.slice(8, 16))).toEqual(['23T20:45', '24T14:45'])
    await updateStore(shop, store_id, { opening_exceptions: [{ date: '2026-11-24', name: '', hours: [] }] })
    expect((await itemsOf()).map(({ due_at }) => due_at.slice(8, 16))).toEqual(['23T20:45'])
  })

  it('volume is told, and nothing where it is the player\'s own', async () => {
    await at(['12:00'], { volume: 0.4 })
    await at(['13:00'])
    expect((await itemsOf()).slice(0, 2).map(item => item.volume)).toEqual([0.4, undefined])
  })

  it('what is paused for a while airs again from then on', async () => {
    await at(['12:00', '18:00'], { paused_until: '2026-11-23T15:00:00.000Z' })
    expect(await monday()).toEqual(['18:00'])
  })

  it('only those that something changed for get another version', async () => {
    const stores = [store_id, await addStore(db, shop, 'UTC'), await addStore(db, shop, 'Europe/Madrid')]
    const players = [television, await addPlayer(db, shop, stores[1]!, 'UTC'), await addPlayer(db, shop, stores[2]!)]
    const rules = await Promise.all(stores.map(id => at(['12:00', '12:05'], { targets: { stores: [id] } })))
    await at(['16:00'])
    const versions = () => Promise.all(players.map(async player => (await programmeOf(player)).version))
    let before = await versions()
    const changed = async (change: () => Promise<unknown>) => {
      await change()
      const [after, old] = [await versions(), before]
      before = after
      return after.map((version, place) => version !== old[place])
    }
    expect(await changed(() => updateSchedule(shop, rules[1]!.schedule_id, { times: ['12:30'] }))).toEqual([false, true, false])
    expect(await changed(() => deleteSchedule(shop, rules[0]!.schedule_id))).toEqual([true, false, false])
    expect(await changed(() => updateStore(shop, stores[2]!, { limits: { min_gap_s: 600 } }))).toEqual([false, false, true])
    // Limits that nothing runs into change nothing.
    expect(await changed(() => limit({ max_per_hour: 50 }))).toEqual([false, false, false])
    expect((await itemsOf(players[0])).map(({ due_at }) => due_at.slice(11, 16))).not.toContain('12:00')
  })

  it('a player that only asks holds what was moved until its new end', async () => {
    await at(['13:55'])
    await limit({ quiet: quiet('13:00', '14:00'), move_up_to_minutes: 10 })
    vi.setSystemTime(Date.parse('2026-11-23T13:57:00Z'))
    expect(await pendingItems(television)).toEqual([])
    vi.setSystemTime(Date.parse('2026-11-23T13:59:30Z'))
    const [item] = await pendingItems(television)
    expect(item).toMatchObject({ due_at: '2026-11-23T13:55:00.000Z', not_before: '2026-11-23T14:00:00.000Z' })
    await acknowledgePlays(television, [item!.play_id])
    // Ten minutes after its first end it may still be told of.
    await closeSilentPlays(new Date('2026-11-23T14:08:00Z'))
    expect((await listPlays(shop, PlayQuerySchema.parse({}))).items).toMatchObject([{ status: 'delivered', expires_at: '2026-11-23T14:02:00.000Z' }])
  })

  it('of a full day with every limit, programme and calendar agree on each occurrence', async () => {
    for (let rule = 0; rule < 12; rule++) {
      await addSchedule(db, shop, {
        audio_id: rule % 3 ? audio_id : await addSound(db, shop, { sha256: SHA, title: `Mensaje ${rule}`, duration_ms: 9_000 * (rule + 1) }),
        kind: 'interval', interval_minutes: 11 + rule * 4, window_start: '07:00', window_end: '23:30', priority: rule === 5 ? 'live' : 'scheduled', on_busy: (['after_current', 'drop', 'interrupt'] as const)[rule % 3], repeat: 1 + rule % 2,
      })
    }
    await limit({ quiet: [...quiet('13:00', '14:00'), { name: 'Noche', weekdays: EVERY_DAY, from: '22:30', to: '07:00' }], min_gap_s: 20, max_per_hour: 9, max_same_per_hour: 4, move_up_to_minutes: 7 })
    const { items } = await listOccurrences(shop, { from: '2026-11-23T06:30:00Z', to: '2026-11-25T06:00:00Z', store_id })
    const rules = new Set(items.map(({ rule }) => rule))
    for (const rule of ['quiet_time', 'min_gap', 'max_per_hour', 'max_same_per_hour'] as const) expect(rules).toContain(rule)
    const told = new Map((await itemsOf()).map(item => [`${item.schedule_id} ${item.due_at}`, item]))
    for (const { schedule_id, due_at, audio_id, verdict, rule, starts_at, expires_at } of items) {
      const item = told.get(`${schedule_id} ${due_at}`)
      if (verdict !== 'dropped') expect(item).toMatchObject({ audio_id, expires_at })
      // A limit leaves it out of the programme; what finds the air taken is left out by the player, and told of.
      else if (rule === 'quiet_time' || rule?.startsWith('max_')) expect(item).toBeUndefined()
      if (item?.not_before && verdict !== 'dropped') expect(starts_at >= item.not_before).toBe(true)
    }
    expect(told.size).toBeLessThan(items.length)
  })
})
