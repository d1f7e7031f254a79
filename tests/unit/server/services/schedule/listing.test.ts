import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eq } from 'drizzle-orm'
import type { Db } from '../../../../../db/client'
import { file, message, schedule } from '../../../../../db/schema'
import { createGroup } from '../../../../../server/services/client/groups'
import { changeMany, revertSchedule } from '../../../../../server/services/schedule/bulk'
import { listSchedules } from '../../../../../server/services/schedule/listing'
import { getSchedule, updateSchedule } from '../../../../../server/services/schedule/schedules'
import { SchedulePatchSchema, ScheduleQuerySchema, type NewSchedule, type SchedulePatch } from '../../../../../shared/schemas/schedule'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

const SHA = 'a'.repeat(64)
const NOBODY = '01920000-0000-7000-8000-000000000000'
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

onBothDatabases('the list of schedules', (use) => {
  let db: Db
  let shops = 0
  let shop: string
  let audio_id: string
  let store_id: string

  beforeAll(async () => {
    db = use().db
    opened.db = db
    await db.insert(file).values({ sha256: SHA, content_type: 'audio/mpeg', bytes: 1 })
  })
  beforeEach(async () => {
    shop = await addClient(db, `listed-${++shops}`)
    audio_id = await addSound(db, shop, { sha256: SHA })
    store_id = await addStore(db, shop)
  })

  const add = async (name: string, more: Partial<NewSchedule> = {}) => (await addSchedule(db, shop, { name, audio_id, kind: 'times', times: ['20:45'], ...more })).schedule_id
  const change = (schedule_id: string, patch: SchedulePatch) => updateSchedule(shop, schedule_id, SchedulePatchSchema.parse(patch))
  const listed = (query: Record<string, unknown> = {}) => listSchedules(shop, ScheduleQuerySchema.parse(query))
  const names = async (query: Record<string, unknown>) => (await listed(query)).items.map(({ name }) => name)
  const many = (act: 'pause' | 'resume' | 'delete' | 'restore', schedule_ids: string[], paused_until?: string) => changeMany(shop, { schedule_ids, act, paused_until })

  it('is that of a store, and of a group: what is meant for all, for it, for its groups or players', async () => {
    const other = await addStore(db, shop)
    const group = await createGroup(db, shop, { name: 'Centros', store_ids: [store_id] })
    const { player_id } = await addPlayer(db, shop, store_id)
    await add('todas')
    await add('la tienda', { targets: { stores: [store_id] } })
    await add('otra', { targets: { stores: [other] } })
    await add('grupo', { targets: { groups: [group.group_id] } })
    await add('televisor', { targets: { players: [player_id] } })
    expect(await names({ store_id, sort: 'name' })).toEqual(['grupo', 'la tienda', 'televisor', 'todas'])
    expect(await names({ store_id: other, sort: 'name' })).toEqual(['otra', 'todas'])
    expect(await names({ group_id: group.group_id, sort: 'name' })).toEqual(['grupo', 'la tienda', 'todas'])
    await expect(listed({ store_id: NOBODY })).rejects.toMatchObject({ code: 'store_not_found' })
    await expect(listed({ group_id: NOBODY })).rejects.toMatchObject({ code: 'group_not_found' })
  })

  it('is that of a state', async () => {
    const lost = await addSound(db, shop, { sha256: SHA })
    await add('siempre', { times: ['10:00'] })
    await add('parada', { times: ['11:00'], enabled: false })
    await add('hasta', { times: ['12:00'], paused_until: new Date(Date.now() + 3_600_000).toISOString() })
    await add('acaba', { times: ['13:00'], until_date: inDays(5) })
    await add('sin', { times: ['14:00'], audio_id: lost })
    const past = await add('fue', { kind: 'once', times: undefined, at: `${inDays(2)}T10:00` })
    const over = await add('era', { times: ['15:00'], until_date: inDays(5) })
    // Time has passed.
    await db.update(schedule).set({ at: `${inDays(-2)}T10:00` }).where(eq(schedule.schedule_id, past))
    await db.update(schedule).set({ until_date: inDays(-2) }).where(eq(schedule.schedule_id, over))
    await db.update(message).set({ deleted_at: new Date() }).where(eq(message.audio_id, lost))
    const of = (state: string) => names({ state, sort: 'name' })
    expect(await of('airing')).toEqual(['acaba', 'siempre'])
    expect(await of('paused')).toEqual(['hasta', 'parada'])
    expect(await of('ended')).toEqual(['era', 'fue'])
    expect(await of('expiring')).toEqual(['acaba'])
    expect(await of('without_message')).toEqual(['sin'])
    expect(await of('duplicate')).toEqual([])
  })

  it('has what airs the same at a same place and moment as another', async () => {
    await add('una', { weekdays: [1, 2] })
    await add('otra', { weekdays: [2, 3], targets: { stores: [store_id] } })
    await add('otro día', { weekdays: [5] })
    await add('otra hora', { times: ['21:00'] })
    await add('otro mensaje', { audio_id: await addSound(db, shop, { sha256: SHA }) })
    await add('más tarde', { from_date: inDays(40), weekdays: [1] })
    await add('antes', { until_date: inDays(10), weekdays: [3], targets: { stores: [await addStore(db, shop)] } })
    expect(await names({ state: 'duplicate', sort: 'name' })).toEqual(['más tarde', 'otra', 'una'])
  })

  it.each([
    ['newest', ['c', 'a', 'b']],
    ['name', ['a', 'b', 'c']],
    ['changed', ['b', 'c', 'a']],
    ['priority', ['a', 'b', 'c']],
    ['until', ['c', 'b', 'a']],
  ])('goes by %s, page by page', async (sort, expected) => {
    const b = await add('b', { until_date: inDays(20) })
    await add('a', { priority: 'emergency' })
    await add('c', { until_date: inDays(10) })
    await change(b, { grace_s: 30, priority: 'live' })
    const seen: (string | null)[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await listed({ sort, limit: 1, ...cursor && { cursor } })
      expect(page.total).toBe(3)
      seen.push(...page.items.map(({ name }) => name))
      cursor = page.next_cursor
    }
    expect(seen).toEqual(expected)
  })

  describe('many at once', () => {
    it('are paused, for good or until a moment, and resumed; what is so already is left alone', async () => {
      const ids = [await add('a'), await add('b', { enabled: false })]
      expect((await many('pause', ids)).changed).toEqual([{ schedule_id: ids[0], version_before: 1, version: 2 }])
      const until = new Date(Date.now() + 3_600_000).toISOString()
      expect((await many('pause', ids, until)).changed).toHaveLength(2)
      expect(await getSchedule(shop, ids[1]!)).toMatchObject({ enabled: true, paused_until: until })
      expect((await many('resume', ids)).changed).toHaveLength(2)
      expect((await many('resume', ids)).changed).toEqual([])
    })

    it('are changed all or not at all', async () => {
      const id = await add('a')
      await expect(many('delete', [id, NOBODY])).rejects.toMatchObject({ code: 'schedule_not_found' })
      expect(await getSchedule(shop, id)).toMatchObject({ deleted_at: null, version: 1 })
      const foreign = await addClient(db, `foreign-${shops}`)
      await expect(changeMany(foreign, { schedule_ids: [id], act: 'delete' })).rejects.toMatchObject({ code: 'schedule_not_found' })
    })

    it('are deleted and brought back', async () => {
      const ids = [await add('a'), await add('b')]
      await many('delete', ids)
      expect((await listed()).total).toBe(0)
      expect((await many('restore', ids)).changed).toHaveLength(2)
      expect((await listed()).total).toBe(2)
    })
  })

  describe('an earlier version', () => {
    it('is said again, with its messages, as a new version', async () => {
      const second = await addSound(db, shop, { sha256: SHA })
      const id = await add('a', { messages: [{ audio_id, weight: 2 }, { audio_id: second }], audio_id: undefined, rotation: 'weighted' })
      const before = await getSchedule(shop, id)
      await change(id, { name: 'b', audio_id: second, kind: 'interval', interval_minutes: 30, window_start: '09:00', window_end: '21:00' })
      const after = await revertSchedule(shop, id, { to_version: 1, version: 2 })
      expect({ ...after, version: 1, updated_at: before.updated_at }).toEqual(before)
      expect(after.version).toBe(3)
    })

    it('undoes what many at once did', async () => {
      const id = await add('a', { paused_until: new Date(Date.now() + 7_200_000).toISOString() })
      const { changed: [change] } = await many('pause', [id])
      const before = (await revertSchedule(shop, id, { to_version: change!.version_before, version: change!.version }))
      expect(before).toMatchObject({ enabled: true, paused_until: expect.any(String) })
    })

    it('is refused when somebody changed it meanwhile, with what it says now, and when it is not kept', async () => {
      const id = await add('a')
      await change(id, { name: 'b' })
      await change(id, { name: 'c' })
      await expect(revertSchedule(shop, id, { to_version: 1, version: 2 })).rejects.toMatchObject({ code: 'schedule_changed', current: expect.objectContaining({ name: 'c', version: 3 }) })
      await expect(revertSchedule(shop, id, { to_version: 9 })).rejects.toMatchObject({ code: 'schedule_version_not_found' })
      await expect(revertSchedule(shop, NOBODY, { to_version: 1 })).rejects.toMatchObject({ code: 'schedule_not_found' })
    })
  })
})
