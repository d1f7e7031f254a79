import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eq } from 'drizzle-orm'
import type { Db } from '../../../../../db/client'
import { file, message, schedule } from '../../../../../db/schema'
import { deleteMessage, updateMessage } from '../../../../../server/services/library/messages'
import { messageUsage } from '../../../../../server/services/library/usage'
import { listSchedules } from '../../../../../server/services/schedule/listing'
import { deleteSchedule, forgetDeletedSchedules, getSchedule, updateSchedule } from '../../../../../server/services/schedule/schedules'
import { NewScheduleSchema, ScheduleQuerySchema, SchedulePatchSchema, type NewSchedule, type SchedulePatch } from '../../../../../shared/schemas/schedule'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

const SHA = 'a'.repeat(64)
const NOBODY = '01920000-0000-7000-8000-000000000000'

onBothDatabases('schedules', (use) => {
  let db: Db
  let shops = 0
  let shop: string
  let other: string
  let audio_id: string
  let store_id: string

  beforeAll(async () => {
    db = use().db
    opened.db = db
    await db.insert(file).values({ sha256: SHA, content_type: 'audio/mpeg', bytes: 1 })
  })
  beforeEach(async () => {
    shop = await addClient(db, `shop-${++shops}`)
    other = await addClient(db, `other-${shops}`)
    audio_id = await addSound(db, shop, { sha256: SHA })
    store_id = await addStore(db, shop)
  })

  const add = (more: Partial<NewSchedule> = {}) => addSchedule(db, shop, { audio_id, kind: 'times', times: ['20:45'], ...more })
  const change = (schedule_id: string, patch: SchedulePatch) => updateSchedule(shop, schedule_id, SchedulePatchSchema.parse(patch))
  const list = (query: Record<string, unknown> = {}, client = shop) => listSchedules(client, ScheduleQuerySchema.parse(query))

  it('has what was asked for, and says what else holds', async () => {
    const made = await add({ name: 'Cierre diario', times: ['20:45:00', '20:30', '20:45'], weekdays: [5, 1, 5], targets: { stores: [store_id, store_id] } })
    expect(made).toMatchObject({
      name: 'Cierre diario', audio_id, messages: [{ audio_id, weight: 1, title: 'Cierre', duration_ms: 4000, colour: null, deleted_at: null }], rotation: null, targets: { stores: [store_id] }, kind: 'times', times: ['20:30', '20:45'], weekdays: [1, 5],
      interval_minutes: null, window_start: null, at: null, time_zone: null, exclude: [], priority: 'scheduled', on_busy: 'after_current', grace_s: 120, repeat: 1, enabled: true, version: 1, deleted_at: null,
    })
    expect(await getSchedule(shop, made.schedule_id)).toEqual(made)
  })

  it('keeps only what its kind has, also when the kind changes', async () => {
    const { schedule_id } = await add({ interval_minutes: 30, at: '2999-01-01T10:00' })
    expect(await getSchedule(shop, schedule_id)).toMatchObject({ interval_minutes: null, at: null })
    expect(await change(schedule_id, { kind: 'interval', interval_minutes: 30, window_start: '09:00', window_end: '21:00' })).toMatchObject({ kind: 'interval', times: null, window_end: '21:00', version: 2 })
  })

  it('keeps a draft in the library from now on', async () => {
    const draft = await addSound(db, shop, { sha256: SHA, status: 'draft' })
    await add({ audio_id: draft })
    expect((await db.select().from(message).where(eq(message.audio_id, draft)))[0]!.status).toBe('ready')
  })

  it('is listed, the newest first, in pages, by words, message and state', async () => {
    const ids = []
    for (const name of ['Apertura', 'Cierre sábado', null]) ids.unshift((await add({ name })).schedule_id)
    const first = await list({ limit: 2 })
    const second = await list({ limit: 2, cursor: first.next_cursor })
    expect([...first.items, ...second.items].map(item => item.schedule_id)).toEqual(ids)
    expect([first.total, second.next_cursor]).toEqual([3, null])
    await change(ids[2]!, { enabled: false })
    expect((await list({ q: 'sábado' })).items.map(item => item.name)).toEqual(['Cierre sábado'])
    expect((await list({ q: 'CIERRE' })).total).toBe(3)
    expect((await list({ enabled: 'false' })).items.map(item => item.name)).toEqual(['Apertura'])
    expect((await list({ audio_id: NOBODY })).items).toEqual([])
    expect((await list({}, other)).items).toEqual([])
  })

  describe('that is impossible is refused with the field to mend', () => {
    const wrong: [string, Partial<NewSchedule>, string, string][] = [
      ['no window', { kind: 'interval', interval_minutes: 30 }, 'rule_incomplete', 'window_start'],
      ['a window without length', { kind: 'interval', interval_minutes: 30, window_start: '09:00', window_end: '09:00' }, 'window_empty', 'window_end'],
      ['no times', { times: null }, 'rule_incomplete', 'times'],
      ['no date', { kind: 'once' }, 'rule_incomplete', 'at'],
      ['a last day before the first', { from_date: '2999-02-02', until_date: '2999-02-01' }, 'dates_reversed', 'until_date'],
      ['no day left over', { from_date: '2999-02-02', until_date: '2999-02-03', weekdays: [1] }, 'never_due', 'weekdays'],
      ['days off all of them', { from_date: '2999-02-02', until_date: '2999-02-03', exclude: ['2999-02-02', '2999-02-03'] }, 'never_due', 'weekdays'],
      ['once, excluded', { kind: 'once', at: '2999-02-02T10:00', exclude: ['2999-02-02T10:00'] }, 'never_due', 'at'],
      ['once, in the past', { kind: 'once', at: '2020-02-02T10:00' }, 'schedule_in_past', 'at'],
      ['over', { until_date: '2020-02-02' }, 'schedule_in_past', 'until_date'],
    ]
    it.each(wrong)('%s', async (_, more, code, path) => {
      await expect(add(more)).rejects.toMatchObject({ status: 422, code, fields: expect.arrayContaining([expect.objectContaining({ path })]) })
      const { schedule_id } = await add()
      await expect(change(schedule_id, more)).rejects.toMatchObject({ status: 422, code })
      expect(await getSchedule(shop, schedule_id)).toMatchObject({ version: 1, times: ['20:45'] })
    })
    it('and not what is due once only after many days off', async () => {
      const exclude = Array.from({ length: 20 }, (_, week) => new Date(Date.UTC(2999, 0, 7 + 7 * week)).toISOString().slice(0, 10))
      expect(await add({ weekdays: [1], from_date: '2999-01-07', exclude })).toMatchObject({ weekdays: [1] })
      expect(await add({ weekdays: [1], until_date: '2999-05-20', exclude })).toMatchObject({ weekdays: [1] })
    })
  })

  it.each([
    ['February 30', { from_date: '2999-02-30' }], ['interval 0', { interval_minutes: 0 }], ['no weekdays', { weekdays: [] }], ['an eighth day', { weekdays: [8] }], ['25:00', { times: ['25:00'] }],
    ['a zone that does not exist', { time_zone: 'Mars/Olympus' }], ['a date without time', { at: '2999-02-02' }], ['no such date', { exclude: ['2999-02-30T10:00'] }], ['nobody', { targets: { stores: [] } }], ['music', { priority: 'music' }],
  ])('is malformed with %s', (_, more) => {
    expect(NewScheduleSchema.safeParse({ audio_id, kind: 'times', times: ['20:45'], ...more }).success).toBe(false)
  })

  it('of another client is not found, and neither are its message, stores and players', async () => {
    const theirs = await addSound(db, other, { sha256: SHA })
    const their_store = await addStore(db, other)
    const { player_id } = await addPlayer(db, other, their_store)
    const { schedule_id } = await add()
    await expect(getSchedule(other, schedule_id)).rejects.toMatchObject({ status: 404 })
    await expect(updateSchedule(other, schedule_id, { enabled: false })).rejects.toMatchObject({ status: 404 })
    await expect(deleteSchedule(other, schedule_id)).rejects.toMatchObject({ status: 404 })
    for (const more of [{ audio_id: theirs }, { targets: { stores: [store_id, their_store] } }, { targets: { players: [player_id] } }]) {
      await expect(add(more)).rejects.toMatchObject({ status: 404 })
      await expect(change(schedule_id, more)).rejects.toMatchObject({ status: 404 })
    }
    expect(await getSchedule(shop, schedule_id)).toMatchObject({ version: 1, audio_id })
  })

  it('that somebody changed meanwhile is not overwritten', async () => {
    const { schedule_id } = await add()
    await change(schedule_id, { version: 1, times: ['09:00'] })
    await expect(change(schedule_id, { version: 1, times: ['10:00'] })).rejects.toMatchObject({ status: 409, code: 'schedule_changed' })
    expect(await getSchedule(shop, schedule_id)).toMatchObject({ times: ['09:00'], version: 2 })
  })

  it('comes back after it was deleted, for 30 days', async () => {
    const { schedule_id } = await add()
    await deleteSchedule(shop, schedule_id)
    expect((await list()).items).toEqual([])
    await forgetDeletedSchedules()
    expect(await change(schedule_id, { deleted_at: null })).toMatchObject({ deleted_at: null })
    expect((await list()).total).toBe(1)
    await deleteSchedule(shop, schedule_id)
    await forgetDeletedSchedules(new Date(Date.now() + 31 * 86_400_000))
    await expect(getSchedule(shop, schedule_id)).rejects.toMatchObject({ status: 404 })
  })

  it('keeps its message from being deleted by mistake, and stays without it when forced', async () => {
    const { schedule_id } = await add({ name: 'Cierre diario' })
    const gently = { force: false, permanent: false }
    expect((await messageUsage(shop, audio_id)).schedules).toEqual([{ schedule_id, name: 'Cierre diario' }])
    await expect(deleteMessage(shop, audio_id, gently)).rejects.toMatchObject({ status: 409, code: 'message_in_use', fields: [{ path: 'schedules', message: 'Cierre diario' }] })
    await deleteMessage(shop, audio_id, { ...gently, force: true })
    expect((await getSchedule(shop, schedule_id)).messages[0]!.deleted_at).not.toBeNull()
    // What lies in the bin is used by nobody any more.
    await deleteMessage(shop, audio_id, { ...gently, permanent: true })
    expect(await getSchedule(shop, schedule_id)).toMatchObject({ audio_id: null, messages: [] })
    const [row] = await db.select().from(schedule).where(eq(schedule.schedule_id, schedule_id))
    expect(row!.deleted_at).toBeNull()
  })

  it('does not keep a message when it was deleted itself', async () => {
    const { schedule_id } = await add()
    await deleteSchedule(shop, schedule_id)
    await deleteMessage(shop, audio_id, { force: false, permanent: false })
    await expect(updateMessage(shop, audio_id, { title: 'x' })).resolves.toMatchObject({ title: 'x' })
  })
})
