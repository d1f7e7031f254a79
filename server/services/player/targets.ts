import { and, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { player, store } from '../../../db/schema'
import type { Targets } from '../../../shared/schemas/player'
import { NotFound } from '../errors'

/**
 * The same targets, each named once.
 * @throws NotFound for a store or player that is not the client's
 */
export async function requireTargets(tx: Db, clientId: string, targets: Targets): Promise<Targets> {
  if ('all' in targets) return targets
  if ('players' in targets) {
    const players = [...new Set(targets.players)]
    const own = await tx.$count(player, and(eq(player.client_id, clientId), inArray(player.player_id, players)))
    if (own !== players.length) throw new NotFound('There is no such player.', 'player_not_found')
    return { players }
  }
  const stores = [...new Set(targets.stores)]
  const own = await tx.$count(store, and(eq(store.client_id, clientId), inArray(store.store_id, stores)))
  if (own !== stores.length) throw new NotFound('There is no such store.', 'store_not_found')
  return { stores }
}
