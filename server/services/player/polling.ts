import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { player } from '../../../db/schema'
import type { ServerToPlayer } from '../../../shared/protocol'
import type { PlayerHelloSchema } from '../../../shared/schemas/player'
import type { PlayerPrincipal } from '../client/access'
import { useDb } from '../database'
import { sendCommands } from './command-sender'
import { endCommand } from './commands'
import { keepVolume, publish, welcomeOf } from './live'
import { onlineWindowMs } from './online'
import { stoppedPlays } from './waiting'

/**
 * One exchange with a player that cannot hold a socket: it says how it is and what it has done, and is told who it is, what
 * is to stop and what it is to do. What it has not answered is told again.
 * @param address where it comes from
 * @returns nothing while a socket speaks for this player: that one is told
 */
export async function greetPolling(principal: PlayerPrincipal, address: string, { hello, results, volume }: z.output<typeof PlayerHelloSchema>): Promise<ServerToPlayer[]> {
  for (const result of results) await endCommand(principal, result)
  if (volume !== undefined) await keepVolume(principal, volume)
  const noted = await noteLook(principal, address, hello)
  if (!noted) return []
  const messages = [await welcomeOf(principal, noted)]
  const { player_id } = principal
  for (const { play_id, by } of await stoppedPlays([player_id])) messages.push({ type: 'stop', play_id, ...by && { by } })
  const started_at = hello.status?.started_at ? new Date(hello.status.started_at) : null
  await sendCommands([{ player: principal, features: hello.features ?? [], started_at, send: message => messages.push(message) }], true)
  return messages
}

/**
 * The row knows that the player is there, as long as it looks; in place of a socket's id it has the player's own.
 * @returns null while a socket is on record that is not silent
 */
async function noteLook({ player_id, client_id }: PlayerPrincipal, address: string, { version, status, features = [] }: z.output<typeof PlayerHelloSchema>['hello']) {
  const db = await useDb()
  const now = new Date()
  const unheard = or(isNull(player.connection_id), eq(player.connection_id, player.player_id), lt(player.last_seen_at, new Date(now.getTime() - onlineWindowMs())))
  const [row] = await db.update(player).set({
    connection_id: player_id, connected_at: sql`case when ${player.connection_id} = ${player.player_id} then ${player.connected_at} else ${now.toISOString()}::timestamptz end`,
    last_seen_at: now, version, address, features, ...status && { status },
  }).where(and(eq(player.player_id, player_id), unheard)).returning({ volume: player.volume, muted: player.muted })
  if (row) await publish(db, client_id, { type: 'player_changed', player_id })
  return row ?? null
}
