import { and, asc, eq, not } from 'drizzle-orm'
import { player, store } from '../../../db/schema'
import type { PairingLookup, PairingPlace } from '../../../shared/schemas/player'
import { engineOf } from '../../../shared/utils/engine-name'
import { useDb } from '../database'
import { isOnline } from './online'
import { requirePairing } from './pairing'

/** No more than anybody would read. */
const MOST_PLACES = 5

type Alike = PairingPlace['alike'][number]
/** How much each says: the whole user agent names model and firmware; an address is shared by all sets of a store. */
const WEIGHT: Record<Alike, number> = { set: 4, engine: 2, screen: 1, address: 2 }

/**
 * What the television that shows this code says of itself, and the places of this client that are free and look like it:
 * the same set or engine, and the same screen or address.
 * @throws NotFound, Conflict when the code was used, Unprocessable when it is too old
 */
export async function lookUpPairing(client_id: string, code: string): Promise<PairingLookup> {
  const db = await useDb()
  const { address, user_agent, screen } = await requirePairing(db, code)
  const rows = await db.select({ player, store_name: store.name }).from(player).innerJoin(store, eq(store.store_id, player.store_id))
    .where(and(eq(player.client_id, client_id), not(isOnline()))).orderBy(asc(player.player_id))
  const places = rows
    .map(({ player: row, store_name }) => ({ row, store_name, alike: alikeOf({ address, user_agent, screen }, row) }))
    .filter(({ alike }) => (alike.includes('set') || alike.includes('engine')) && (alike.includes('screen') || alike.includes('address')))
    .sort((a, b) => weigh(b.alike) - weigh(a.alike) || (b.row.last_seen_at?.getTime() ?? 0) - (a.row.last_seen_at?.getTime() ?? 0))
    .slice(0, MOST_PLACES)
    .map(({ row: { player_id, name, store_id, last_seen_at }, store_name, alike }) => ({ player_id, name, store_id, store_name, last_seen_at: last_seen_at?.toISOString() ?? null, alike }))
  return { address, user_agent, screen, places }
}

const weigh = (alike: Alike[]) => alike.reduce((sum, what) => sum + WEIGHT[what], 0)

function alikeOf(hints: Pick<PairingLookup, 'address' | 'user_agent' | 'screen'>, { address, status }: typeof player.$inferSelect): Alike[] {
  const seen = status?.user_agent
  const screen = status?.screen && `${status.screen.width}x${status.screen.height}`
  const is: Record<Alike, boolean> = {
    set: Boolean(seen) && seen === hints.user_agent,
    engine: Boolean(seen && hints.user_agent) && engineOf(seen!) === engineOf(hints.user_agent!),
    screen: Boolean(screen) && screen === hints.screen,
    address: Boolean(address) && address === hints.address,
  }
  return (Object.keys(is) as Alike[]).filter(what => is[what])
}
