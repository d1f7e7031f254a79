import { and, asc, eq, inArray, type SQL } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import type { Db } from '../../../db/client'
import { player, store, storeGroup, storeGroupStore } from '../../../db/schema'
import type { Targets } from '../../../shared/schemas/player'
import { NotFound, Unprocessable } from '../errors'

/**
 * The same targets, each named once.
 * @throws NotFound for a store, group or player that is not the client's
 */
export async function requireTargets(tx: Db, clientId: string, targets: Targets): Promise<Targets> {
  if ('all' in targets) return targets
  if ('players' in targets) {
    const players = [...new Set(targets.players)]
    const own = await tx.$count(player, and(eq(player.client_id, clientId), inArray(player.player_id, players)))
    if (own !== players.length) throw new NotFound('There is no such player.', 'player_not_found')
    return { players }
  }
  if ('groups' in targets) {
    const groups = [...new Set(targets.groups)]
    const own = await tx.$count(storeGroup, and(eq(storeGroup.client_id, clientId), inArray(storeGroup.group_id, groups)))
    if (own !== groups.length) throw new NotFound('There is no such group of stores.', 'group_not_found')
    return { groups }
  }
  const stores = [...new Set(targets.stores)]
  const own = await tx.$count(store, and(eq(store.client_id, clientId), inArray(store.store_id, stores)))
  if (own !== stores.length) throw new NotFound('There is no such store.', 'store_not_found')
  return { stores }
}

/**
 * The players that are meant, with the names that the play log keeps.
 * @throws NotFound for a store, group or player that is not the client's; Unprocessable when there is none
 */
export async function targetPlayers(tx: Db, client_id: string, wanted: Targets): Promise<{ player_id: string, player_name: string, store_id: string, store_name: string }[]> {
  const targets = await requireTargets(tx, client_id, wanted)
  const narrower = 'players' in targets ? inArray(player.player_id, targets.players) : storesIn(tx, targets, player.store_id)
  const found = await tx.select({ player_id: player.player_id, player_name: player.name, store_id: store.store_id, store_name: store.name })
    .from(player).innerJoin(store, eq(store.store_id, player.store_id)).where(and(eq(player.client_id, client_id), narrower)).orderBy(asc(player.player_id))
  if (!found.length) throw new Unprocessable('no_players', 'No player is paired there yet.', [{ path: 'targets', message: 'has no player' }])
  return found
}

/** What narrows a column of store ids to the stores that are meant; undefined: all of them. */
export function storesIn(tx: Db, targets: Exclude<Targets, { players: string[] }>, column: AnyPgColumn): SQL | undefined {
  if ('stores' in targets) return inArray(column, targets.stores)
  if ('groups' in targets) return inArray(column, tx.select({ store_id: storeGroupStore.store_id }).from(storeGroupStore).where(inArray(storeGroupStore.group_id, targets.groups)))
  return undefined
}
