import { and, asc, count, eq, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { player, store, storeGroupStore } from '../../../db/schema'
import type { NewStore, Store, StorePatch } from '../../../shared/schemas/client'
import { openingAt } from '../../../shared/utils/opening'
import { useDb } from '../database'
import { Conflict, NotFound } from '../errors'
import { changeProgrammes } from '../player/programme-change'
import { isOnline } from '../player/online'

/** The client's stores by name, with how many players each has. */
export async function listStores(clientId: string): Promise<Store[]> {
  const db = await useDb()
  const rows = await db.select({
    store,
    group_ids: sql<string[]>`array(select ${storeGroupStore.group_id} from ${storeGroupStore} where ${storeGroupStore.store_id} = ${store.store_id} order by 1)`,
    players: count(player.player_id),
    players_online: sql<number>`count(*) filter (where ${isOnline()})`.mapWith(Number),
  }).from(store).leftJoin(player, eq(player.store_id, store.store_id))
    .where(eq(store.client_id, clientId)).groupBy(store.store_id).orderBy(asc(store.name), asc(store.store_id))
  return rows.map(row => toStore(row.store, row.group_ids, row.players, row.players_online))
}

/** Adds a store. */
export async function createStore(tx: Db, clientId: string, input: NewStore): Promise<Store> {
  const [row] = await tx.insert(store).values({ ...input, opening_hours: input.opening_hours ?? null, client_id: clientId }).returning()
  await changeProgrammes(tx, clientId)
  return toStore(row!, [], 0, 0)
}

/**
 * Changes what is named in the patch. Its players get another programme at once, where that makes one.
 * @throws NotFound
 */
export async function updateStore(clientId: string, storeId: string, patch: StorePatch): Promise<Store> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    await tx.update(store).set({ ...patch, updated_at: new Date() }).where(ownStore(clientId, storeId))
    if (IN_PROGRAMMES.some(name => patch[name] !== undefined)) await changeProgrammes(tx, clientId)
  })
  return getStore(clientId, storeId)
}

/** What a store's programmes are made of. */
const IN_PROGRAMMES = ['time_zone', 'opening_hours', 'opening_exceptions', 'player_settings', 'limits', 'holiday_region'] as const

/** @throws NotFound */
export async function getStore(clientId: string, storeId: string): Promise<Store> {
  const found = (await listStores(clientId)).find(row => row.store_id === storeId)
  if (!found) throw new NotFound()
  return found
}

/**
 * Removes a store that no player belongs to.
 * @throws NotFound, Conflict
 */
export async function deleteStore(clientId: string, storeId: string): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    const [row] = await tx.select({ store_id: store.store_id }).from(store).where(ownStore(clientId, storeId)).for('update')
    if (!row) throw new NotFound()
    const [used] = await tx.select({ players: count() }).from(player).where(eq(player.store_id, storeId))
    if (used!.players) throw new Conflict('This store still has players. Move or unpair them first.', 'store_has_players')
    await tx.delete(store).where(ownStore(clientId, storeId))
  })
}

/** @throws NotFound when the store is not the client's */
export async function requireStore(tx: Db, clientId: string, storeId: string): Promise<typeof store.$inferSelect> {
  const [row] = await tx.select().from(store).where(ownStore(clientId, storeId)).for('share')
  if (!row) throw new NotFound('There is no such store.', 'store_not_found')
  return row
}

function ownStore(clientId: string, storeId: string) {
  return and(eq(store.client_id, clientId), eq(store.store_id, storeId))
}

function toStore({ client_id: _, created_at, updated_at: __, feed_generation: ___, ...row }: typeof store.$inferSelect, group_ids: string[], players: number, players_online: number): Store {
  const opening = openingAt(row, Date.now())
  return {
    ...row, group_ids, players, players_online,
    opening: opening && { open: opening.open, changes_at: opening.changes_at === null ? null : new Date(opening.changes_at).toISOString() },
    created_at: created_at.toISOString(),
  }
}
