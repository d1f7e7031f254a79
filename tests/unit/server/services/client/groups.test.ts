import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { file, store } from '../../../../../db/schema'
import { createGroup, deleteGroup, getGroup, listGroups, updateGroup } from '../../../../../server/services/client/groups'
import { deleteStore, listStores } from '../../../../../server/services/client/stores'
import { targetPlayers } from '../../../../../server/services/player/targets'
import { programmeOf } from '../../../../../server/services/player/programme'
import { deleteSchedule, getSchedule, updateSchedule } from '../../../../../server/services/schedule/schedules'
import { NewStoreGroupSchema } from '../../../../../shared/schemas/client'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db, DatabaseClosed: class extends Error {} }))

const SHA = 'a'.repeat(64)

onBothDatabases('groups of stores', (use) => {
  let db: Db
  let shop: string
  let other: string
  let north: string
  let south: string

  beforeAll(async () => {
    vi.stubEnv('AUTH_SECRET', 'x'.repeat(40))
    db = use().db
    opened.db = db
    await db.insert(file).values({ sha256: SHA, content_type: 'audio/mpeg', bytes: 1 })
  })
  beforeEach(async () => {
    shop = await addClient(db, randomUUID())
    other = await addClient(db, randomUUID())
    north = await addStore(db, shop)
    south = await addStore(db, shop)
  })

  const add = (name: string, store_ids: string[] = [], client = shop) => db.transaction(tx => createGroup(tx, client, NewStoreGroupSchema.parse({ name, store_ids })))
  const schedule = async (targets: { groups: string[] }, more = {}) => addSchedule(db, shop, { audio_id: await addSound(db, shop, { sha256: SHA }), kind: 'interval', interval_minutes: 60, window_start: '00:00', window_end: '23:00', targets, ...more })

  it('hold stores by name, and the stores know them', async () => {
    const group = await add('  Sur  ', [south, south])
    const empty = await add('almacenes')
    expect(group).toEqual({ group_id: group.group_id, name: 'Sur', store_ids: [south] })
    expect(await listGroups(shop)).toEqual([empty, group])
    expect((await listStores(shop)).map(row => row.group_ids)).toEqual([[], [group.group_id]])
    expect(await updateGroup(shop, group.group_id, { name: 'Todas', store_ids: [south, north] })).toEqual({ ...group, name: 'Todas', store_ids: [north, south] })
    expect(await updateGroup(shop, group.group_id, { store_ids: [] })).toMatchObject({ name: 'Todas', store_ids: [] })
    await updateGroup(shop, group.group_id, { store_ids: [north, south] })
    await deleteStore(shop, south)
    expect(await getGroup(shop, group.group_id)).toMatchObject({ store_ids: [north] })
    await deleteGroup(shop, group.group_id)
    await expect(getGroup(shop, group.group_id)).rejects.toMatchObject({ status: 404, code: 'group_not_found' })
  })

  it('have each a name of its own', async () => {
    const group = await add('Sur')
    const second = await add('Norte')
    await expect(add('SUR')).rejects.toMatchObject({ status: 409, code: 'group_exists', fields: [{ path: 'name' }] })
    await expect(updateGroup(shop, second.group_id, { name: 'sur' })).rejects.toMatchObject({ status: 409, code: 'group_exists' })
    expect(await updateGroup(shop, group.group_id, { name: 'SUR' })).toMatchObject({ name: 'SUR' })
    expect(await add('Sur', [], other)).toMatchObject({ name: 'Sur' })
  })

  it('are found by their client only, and hold its stores only', async () => {
    const theirs = await addStore(db, other)
    const group = await add('Sur', [south])
    for (const act of [() => getGroup(other, group.group_id), () => updateGroup(other, group.group_id, { name: 'x' }), () => deleteGroup(other, group.group_id, { force: true }), () => add('Otro', [theirs]), () => updateGroup(shop, group.group_id, { store_ids: [south, theirs] })]) {
      await expect(act()).rejects.toMatchObject({ status: 404 })
    }
    expect(await listGroups(shop)).toEqual([group])
    expect(await listGroups(other)).toEqual([])
  })

  it('are where schedules air, and stores that come in or leave change what their players have', async () => {
    const [here, there] = [await addPlayer(db, shop, north), await addPlayer(db, shop, south)]
    const { group_id } = await add('Sur', [south])
    await schedule({ groups: [group_id] })
    const airs = async () => [(await programmeOf(here)).items.length > 0, (await programmeOf(there)).items.length > 0]
    expect(await airs()).toEqual([false, true])
    await updateGroup(shop, group_id, { store_ids: [north] })
    expect(await airs()).toEqual([true, false])
    await updateGroup(shop, group_id, { store_ids: [] })
    expect(await airs()).toEqual([false, false])
  })

  it('mean the players of their stores for what is sent at once', async () => {
    const [here, there] = [await addPlayer(db, shop, north), await addPlayer(db, shop, south)]
    const [one, both, none] = [await add('Una', [south]), await add('Dos', [north, south]), await add('Ninguna')]
    const meant = async (...groups: string[]) => (await db.transaction(tx => targetPlayers(tx, shop, { groups }))).map(row => row.player_id).sort()
    expect(await meant(one.group_id)).toEqual([there.player_id])
    expect(await meant(one.group_id, both.group_id)).toEqual([here.player_id, there.player_id].sort())
    await expect(meant(none.group_id)).rejects.toMatchObject({ status: 422, code: 'no_players' })
    await expect(db.transaction(tx => targetPlayers(tx, other, { groups: [one.group_id] }))).rejects.toMatchObject({ status: 404, code: 'group_not_found' })
  })

  it('are not removed by mistake while schedules air in them; when forced these go on where they aired', async () => {
    const [sole, second, empty] = [await add('Sur', [south]), await add('Norte', [north]), await add('Vacío')]
    const named = await schedule({ groups: [sole.group_id] }, { name: 'Cierre diario' })
    const mixed = await schedule({ groups: [sole.group_id, second.group_id] })
    const nowhere = await schedule({ groups: [empty.group_id] })
    const gone = await schedule({ groups: [sole.group_id] })
    await deleteSchedule(shop, gone.schedule_id)
    await expect(deleteGroup(shop, sole.group_id)).rejects.toMatchObject({ status: 409, code: 'group_in_use', fields: [{ path: 'schedules', message: 'Cierre diario' }, { path: 'schedules', message: 'Cierre' }] })
    expect(await getSchedule(shop, named.schedule_id)).toEqual(named)
    await deleteGroup(shop, sole.group_id, { force: true })
    expect(await getSchedule(shop, named.schedule_id)).toMatchObject({ targets: { stores: [south] }, version: 2 })
    expect((await getSchedule(shop, mixed.schedule_id)).targets).toEqual({ stores: [north, south].sort() })
    expect(await updateSchedule(shop, gone.schedule_id, { deleted_at: null })).toMatchObject({ targets: { stores: [south] } })
    await deleteGroup(shop, empty.group_id, { force: true })
    expect((await getSchedule(shop, nowhere.schedule_id)).targets).toEqual({ groups: [empty.group_id] })
    expect(await db.$count(store)).toBeGreaterThan(0)
  })
})
