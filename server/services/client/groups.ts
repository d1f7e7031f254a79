import { and, asc, eq, inArray, ne, sql, type SQL } from 'drizzle-orm'
import type { z } from 'zod'
import { lockInTransaction, type Db } from '../../../db/client'
import { message, schedule, scheduleMessage, store, storeGroup, storeGroupStore } from '../../../db/schema'
import type { NewStoreGroupSchema, StoreGroup, StoreGroupPatchSchema } from '../../../shared/schemas/client'
import { useDb } from '../database'
import { Conflict, NotFound } from '../errors'
import { publish } from '../player/live'
import { keepVersion } from '../schedule/history'

/** The client's groups of stores by name, each with its stores by theirs. */
export async function listGroups(clientId: string, tx?: Db): Promise<StoreGroup[]> {
  return select(tx ?? await useDb(), eq(storeGroup.client_id, clientId))
}

/** @throws NotFound */
export async function getGroup(clientId: string, groupId: string, tx?: Db): Promise<StoreGroup> {
  const [found] = await select(tx ?? await useDb(), own(clientId, groupId))
  if (!found) throw groupNotFound()
  return found
}

/**
 * Adds a group.
 * @throws NotFound for a store that is not the client's, Conflict for a name that another group has
 */
export async function createGroup(tx: Db, clientId: string, { name, store_ids }: z.output<typeof NewStoreGroupSchema>): Promise<StoreGroup> {
  await requireNewName(tx, clientId, name)
  const [row] = await tx.insert(storeGroup).values({ client_id: clientId, name }).returning()
  await putStores(tx, clientId, row!.group_id, store_ids)
  await changed(tx, clientId)
  return getGroup(clientId, row!.group_id, tx)
}

/**
 * Changes a group's name or stores. What airs in it goes with its stores at once.
 * @throws NotFound, also for a store that is not the client's; Conflict for a name that another group has
 */
export async function updateGroup(clientId: string, groupId: string, { name, store_ids }: z.output<typeof StoreGroupPatchSchema>): Promise<StoreGroup> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    if (name) await requireNewName(tx, clientId, name, groupId)
    const [row] = await tx.update(storeGroup).set({ ...name && { name }, updated_at: new Date() }).where(own(clientId, groupId)).returning()
    if (!row) throw groupNotFound()
    if (store_ids) await putStores(tx, clientId, groupId, store_ids)
    await changed(tx, clientId)
    return getGroup(clientId, groupId, tx)
  })
}

/**
 * Removes a group; its stores stay.
 * @param options.force though schedules air in it: they go on in the stores that they air in now, by their names
 * @throws NotFound; Conflict when schedules air in it, with their names
 */
export async function deleteGroup(clientId: string, groupId: string, { force = false } = {}): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    // Nobody points a schedule at it meanwhile, or changes one that does.
    const using = await schedulesIn(tx, clientId, groupId)
    const [row] = await tx.select().from(storeGroup).where(own(clientId, groupId)).for('update')
    if (!row) throw groupNotFound()
    const alive = using.filter(each => !each.deleted_at)
    if (alive.length && !force) {
      throw new Conflict('Schedules air in this group.', 'group_in_use', { fields: alive.slice(0, 20).map(each => ({ path: 'schedules', message: each.name })) })
    }
    for (const each of using) await nameStores(tx, clientId, each)
    await tx.delete(storeGroup).where(own(clientId, groupId))
    await changed(tx, clientId)
  })
}

interface Using {
  schedule_id: string
  name: string
  groups: string[]
  deleted_at: Date | null
}

/** The schedules that name a group, deleted ones too: they may come back. */
async function schedulesIn(tx: Db, clientId: string, groupId: string): Promise<Using[]> {
  const rows = await tx.select({ schedule_id: schedule.schedule_id, name: schedule.name, targets: schedule.targets, deleted_at: schedule.deleted_at }).from(schedule)
    .where(and(eq(schedule.client_id, clientId), sql`${schedule.targets}->'groups' @> ${JSON.stringify([groupId])}::jsonb`)).orderBy(asc(schedule.schedule_id)).for('update')
  const unnamed = rows.filter(row => !row.name).map(row => row.schedule_id)
  const titles = unnamed.length
    ? await tx.select({ schedule_id: scheduleMessage.schedule_id, title: message.title }).from(scheduleMessage).innerJoin(message, eq(message.audio_id, scheduleMessage.audio_id))
        .where(and(inArray(scheduleMessage.schedule_id, unnamed), eq(scheduleMessage.position, 0)))
    : []
  return rows.map(({ name, targets, ...row }) => ({
    ...row,
    name: name ?? titles.find(title => title.schedule_id === row.schedule_id)?.title ?? row.schedule_id,
    groups: 'groups' in targets ? targets.groups : [],
  }))
}

/** Points a schedule at the stores of its groups. Where there is none it stays as it is: it airs nowhere. */
async function nameStores(tx: Db, clientId: string, { schedule_id, groups }: Using): Promise<void> {
  const rows = await tx.selectDistinct({ store_id: storeGroupStore.store_id }).from(storeGroupStore).where(inArray(storeGroupStore.group_id, groups)).orderBy(asc(storeGroupStore.store_id))
  if (!rows.length) return
  const before = await keepVersion(tx, clientId, schedule_id)
  const now = new Date()
  await tx.update(schedule).set({ targets: { stores: rows.map(row => row.store_id) }, version: before.version + 1, changed_at: now, updated_at: now }).where(eq(schedule.schedule_id, schedule_id))
  await publish(tx, clientId, { type: 'schedule_changed', schedule_id })
}

function select(db: Db, where: SQL | undefined): Promise<StoreGroup[]> {
  return db.select({
    group_id: storeGroup.group_id,
    name: storeGroup.name,
    store_ids: sql<string[]>`coalesce(array_agg(${store.store_id} order by ${store.name}, ${store.store_id}) filter (where ${store.store_id} is not null), '{}')`,
  }).from(storeGroup)
    .leftJoin(storeGroupStore, eq(storeGroupStore.group_id, storeGroup.group_id)).leftJoin(store, eq(store.store_id, storeGroupStore.store_id))
    .where(where).groupBy(storeGroup.group_id).orderBy(asc(sql`lower(${storeGroup.name})`), asc(storeGroup.group_id))
}

async function putStores(tx: Db, clientId: string, group_id: string, storeIds: string[]): Promise<void> {
  const wanted = [...new Set(storeIds)]
  // Held until the transaction ends: a store that is removed meanwhile is removed from the group too.
  const rows = wanted.length ? await tx.select({ store_id: store.store_id }).from(store).where(and(eq(store.client_id, clientId), inArray(store.store_id, wanted))).orderBy(asc(store.store_id)).for('share') : []
  if (rows.length < wanted.length) throw new NotFound('There is no such store.', 'store_not_found')
  await tx.delete(storeGroupStore).where(eq(storeGroupStore.group_id, group_id))
  if (wanted.length) await tx.insert(storeGroupStore).values(wanted.map(store_id => ({ group_id, store_id })))
}

/** Two groups of one name cannot be told apart where one is chosen. */
async function requireNewName(tx: Db, clientId: string, name: string, but?: string): Promise<void> {
  await lockInTransaction(tx, `groups:${clientId}`)
  const other = await tx.$count(storeGroup, and(eq(storeGroup.client_id, clientId), sql`lower(${storeGroup.name}) = lower(${name})`, but ? ne(storeGroup.group_id, but) : undefined))
  if (other) throw new Conflict('There is a group of this name already.', 'group_exists', { fields: [{ path: 'name', message: 'is taken' }] })
}

const own = (clientId: string, groupId: string) => and(eq(storeGroup.client_id, clientId), eq(storeGroup.group_id, groupId))

const groupNotFound = () => new NotFound('There is no such group of stores.', 'group_not_found')

/** Dashboards read groups and stores again; players get what their store airs now. */
const changed = (tx: Db, clientId: string) => publish(tx, clientId, { type: 'calendar_changed' })
