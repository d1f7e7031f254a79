import { and, asc, eq, gt, inArray, isNotNull, lt, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { play, player, playerFault, store } from '../../../db/schema'
import type { PlayerStatus } from '../../../shared/protocol'
import type { Player, PlayerPatch } from '../../../shared/schemas/player'
import { requireStore } from '../client/stores'
import { useDb } from '../database'
import { NotFound } from '../errors'
import { commandPlayer, type CommandOptions } from './commands'
import { announceProgrammes, dismissPlayer, publish } from './live'
import { isOnline, onlineWindowMs } from './online'

/** A player that comes later learns its volume when it is welcomed. */
const VOLUME_TTL_S = 30
const DAY_MS = 86_400_000

/**
 * The client's players by store and name.
 * @param playerIds those of them only
 */
export async function listPlayers(clientId: string, playerIds?: string[]): Promise<Player[]> {
  const wanted = playerIds && inArray(player.player_id, playerIds)
  const rows = await selectPlayers(await useDb()).where(and(eq(player.client_id, clientId), wanted)).orderBy(asc(store.name), asc(player.name), asc(player.player_id))
  return rows.map(toPlayer)
}

/** @throws NotFound */
export async function getPlayer(clientId: string, playerId: string, tx?: Db): Promise<Player> {
  const [row] = await selectPlayers(tx ?? await useDb()).where(ownPlayer(clientId, playerId))
  if (!row) throw new NotFound('There is no such player.', 'player_not_found')
  return toPlayer(row)
}

/**
 * Renames or moves a player, or sets its volume, which reaches it at once.
 * @throws NotFound for the player or the store
 */
export async function updatePlayer({ client_id, user }: CommandOptions, playerId: string, { volume, ...patch }: PlayerPatch): Promise<Player> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    await getPlayer(client_id, playerId, tx)
    if (patch.store_id) await requireStore(tx, client_id, patch.store_id)
    await tx.update(player).set({ ...patch, updated_at: new Date() }).where(ownPlayer(client_id, playerId))
    if (volume !== undefined) await commandPlayer(tx, { client_id, user }, playerId, { command: 'set_volume', volume, ttl_s: VOLUME_TTL_S })
    const changed = await getPlayer(client_id, playerId, tx)
    if (patch.store_id) await announceProgrammes(tx, client_id)
    await publish(tx, client_id, { type: 'player_changed', player_id: playerId })
    return changed
  })
}

/**
 * Unpairs a player: its token stops working at once, what waited for it will not air.
 * @throws NotFound
 */
export async function deletePlayer(clientId: string, playerId: string): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    await getPlayer(clientId, playerId, tx)
    await tx.update(play).set({ status: 'skipped', reason: 'unpaired', updated_at: new Date() })
      .where(and(eq(play.player_id, playerId), inArray(play.status, ['pending', 'delivered'])))
    await tx.delete(player).where(ownPlayer(clientId, playerId))
    await dismissPlayer(tx, playerId)
    await publish(tx, clientId, { type: 'player_changed', player_id: playerId })
  })
}

function selectPlayers(tx: Db) {
  return tx.select({
    player,
    store_name: store.name,
    online: isOnline(),
    now_title: sql<string | null>`(select ${play.title} from ${play} where ${play.player_id} = ${player.player_id} and ${play.status} = 'playing' order by ${play.started_at} desc limit 1)`,
    faults_today: sql<number>`(select count(*)::int from ${playerFault} where ${and(eq(playerFault.player_id, player.player_id), gt(playerFault.at, new Date(Date.now() - DAY_MS)))})`,
  }).from(player).innerJoin(store, eq(store.store_id, player.store_id)).$dynamic()
}

function ownPlayer(clientId: string, playerId: string) {
  return and(eq(player.client_id, clientId), eq(player.player_id, playerId))
}

function toPlayer({ player: row, store_name, online, now_title, faults_today }: Awaited<ReturnType<typeof selectPlayers>>[number]): Player {
  const { player_id, name, store_id, volume, muted, version, address, features, status, connected_at, last_seen_at, created_at } = row
  return {
    player_id, name, store_id, store_name, online, volume, muted, version, address, faults_today,
    connected_at: online ? connected_at?.toISOString() ?? null : null,
    confirms: features.includes('command'),
    status: status && shownOf(status),
    last_seen_at: last_seen_at?.toISOString() ?? null,
    sound: status?.sound ?? 'unknown',
    state: (online && status?.state) || 'unknown',
    now_title: online ? now_title : null,
    user_agent: status?.user_agent ?? null,
    created_at: created_at.toISOString(),
  }
}

/** Of what a player says of itself, what has no place of its own in {@link Player}. */
function shownOf({ sound: _, state: _state, play_id: _play, position_ms: _position, volume: _volume, muted: _muted, user_agent: _agent, ...shown }: PlayerStatus): Player['status'] {
  return shown
}

/** Takes the connection from players whose instance died without saying so, and tells the dashboards. Safe to run twice. */
export async function sweepPlayers(): Promise<void> {
  const db = await useDb()
  const silent = new Date(Date.now() - onlineWindowMs())
  const gone = await db.update(player).set({ connection_id: null }).where(and(isNotNull(player.connection_id), lt(player.last_seen_at, silent))).returning()
  for (const row of gone) await publish(db, row.client_id, { type: 'player_changed', player_id: row.player_id })
}
