import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { air, message, play, player, store } from '../../../db/schema'
import type { AirRequestSchema, AirResponse, Targets } from '../../../shared/schemas/player'
import { NotFound, Unprocessable } from '../errors'
import { announceMessage, publish, wakePlayers } from './live'
import { requireTargets } from './targets'

export interface AirOptions {
  client_id: string
  user: { id: string, name: string } | null
  request: ReturnType<typeof AirRequestSchema.parse>
}

/**
 * Sends a message to players at once. One play row for each player is written with it: rows are the truth, sockets only
 * bring them. A draft that is aired is kept in the library.
 * @param tx a transaction: everything is sent or nothing
 * @throws NotFound for a message, store or player that is not the client's; Unprocessable when no player is meant, or the
 * message may not air now
 */
export async function airMessage(tx: Db, { client_id, user, request }: AirOptions): Promise<AirResponse> {
  const [sound] = await tx.select().from(message)
    .where(and(eq(message.client_id, client_id), eq(message.audio_id, request.audio_id), isNull(message.deleted_at))).for('update')
  if (!sound) throw new NotFound('There is no such message.', 'message_not_found')
  const { sha256 } = sound
  if (!sha256) throw new Unprocessable('message_not_ready', 'This message has no finished sound yet.')
  requireValid(sound)
  const targets = await targetPlayers(tx, client_id, request.targets)
  if (!targets.length) throw new Unprocessable('no_players', 'No player is paired there yet.', [{ path: 'targets', message: 'has no player' }])

  const { audio_id, duration_ms, title, text } = sound
  const { priority, on_busy } = request
  const now = new Date()
  const expires_at = new Date(Math.min(now.getTime() + request.expires_in_s * 1000, sound.valid_until?.getTime() ?? Infinity))
  const [sent] = await tx.insert(air).values({ client_id, audio_id, requested_by: user?.id, priority, on_busy, expires_at }).returning()
  const plays = await tx.insert(play).values(targets.map(target => ({
    ...target, client_id, air_id: sent!.air_id, audio_id, sha256, duration_ms, title, text, priority, on_busy, expires_at, requested_by_name: user?.name,
  }))).returning({ play_id: play.play_id })
  await tx.update(message).set({ last_aired_at: now, status: 'ready' }).where(eq(message.audio_id, audio_id))
  await wakePlayers(tx, targets.map(({ player_id }) => player_id))
  await announceMessage(tx, client_id, audio_id)
  await publish(tx, client_id, { type: 'play_changed', play_id: plays[0]!.play_id, air_id: sent!.air_id })
  return { air_id: sent!.air_id, players: targets.length, expires_at: expires_at.toISOString() }
}

/** @throws Unprocessable when the message may not air now */
function requireValid({ valid_from, valid_until }: typeof message.$inferSelect): void {
  const now = new Date()
  if (valid_until && valid_until <= now) throw new Unprocessable('message_expired', 'This message was only valid until an earlier time.', [{ path: 'audio_id', message: 'is not valid any more' }])
  if (valid_from && valid_from > now) throw new Unprocessable('message_not_valid_yet', 'This message is only valid from a later time.', [{ path: 'audio_id', message: 'is not valid yet' }])
}

/** The players that are meant, with the names that the play log keeps. */
async function targetPlayers(tx: Db, client_id: string, wanted: Targets) {
  const targets = await requireTargets(tx, client_id, wanted)
  const narrower = 'players' in targets ? inArray(player.player_id, targets.players) : 'stores' in targets ? inArray(player.store_id, targets.stores) : undefined
  return tx.select({ player_id: player.player_id, player_name: player.name, store_id: store.store_id, store_name: store.name })
    .from(player).innerJoin(store, eq(store.store_id, player.store_id)).where(and(eq(player.client_id, client_id), narrower))
}
