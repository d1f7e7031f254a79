import { and, desc, eq, gt, inArray, isNull, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { air, message, play } from '../../../db/schema'
import type { AirOn, AirRequestSchema, AirResponse } from '../../../shared/schemas/player'
import { useDb } from '../database'
import { NotFound, Unprocessable } from '../errors'
import { announceMessage, publish, wakePlayers } from './live'
import { targetPlayers } from './targets'

/** What is aired until it is stopped reaches players that come within this time, ms. */
const UNTIL_STOPPED_MS = 86_400_000

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
 * message may not air now, or not like that
 */
export async function airMessage(tx: Db, { client_id, user, request }: AirOptions): Promise<AirResponse> {
  const [sound] = await tx.select().from(message)
    .where(and(eq(message.client_id, client_id), eq(message.audio_id, request.audio_id), isNull(message.deleted_at))).for('update')
  if (!sound) throw new NotFound('There is no such message.', 'message_not_found')
  const { sha256 } = sound
  if (request.until_stopped && request.priority !== 'emergency') throw new Unprocessable('until_stopped_refused', 'Only an emergency is aired until it is stopped.', [{ path: 'until_stopped', message: 'is for emergencies only' }])
  if (!sha256) throw new Unprocessable('message_not_ready', 'This message has no finished sound yet.')
  requireValid(sound)
  const targets = await targetPlayers(tx, client_id, request.targets)

  const { audio_id, duration_ms, title, text } = sound
  const { priority, on_busy, repeat, until_stopped } = request
  const now = new Date()
  // While it is on the air, whoever comes is to hear it.
  const valid_ms = until_stopped ? UNTIL_STOPPED_MS : request.expires_in_s * 1000
  const expires_at = new Date(Math.min(now.getTime() + valid_ms, sound.valid_until?.getTime() ?? Infinity))
  const [sent] = await tx.insert(air).values({ client_id, audio_id, requested_by: user?.id, priority, on_busy, expires_at, repeat, until_stopped }).returning()
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

/**
 * Takes a sending off the air everywhere: players that play it are told, those that have not begun it never will. Stopped
 * again, nothing changes.
 * @throws NotFound
 */
export async function stopAir(client_id: string, air_id: string, user: AirOptions['user']): Promise<void> {
  const db = await useDb()
  await db.transaction(tx => takeOff(tx, client_id, air_id, user))
}

async function takeOff(tx: Db, client_id: string, air_id: string, user: AirOptions['user']): Promise<void> {
  const [sent] = await tx.select().from(air).where(and(eq(air.client_id, client_id), eq(air.air_id, air_id))).for('update')
  if (!sent) throw new NotFound('There is no such sending.', 'air_not_found')
  if (sent.stopped_at) return
  await tx.update(air).set({ stopped_at: new Date(), stopped_by: user?.id }).where(eq(air.air_id, air_id))
  await tx.update(play).set({ status: 'skipped', reason: 'stopped', reason_by: user?.name, updated_at: new Date() })
    .where(and(eq(play.air_id, air_id), inArray(play.status, ['pending', 'delivered'])))
  const plays = await tx.select({ play_id: play.play_id, player_id: play.player_id }).from(play).where(eq(play.air_id, air_id))
  await wakePlayers(tx, plays.flatMap(row => row.player_id ?? []), { what: 'stops' })
  if (plays.length) await publish(tx, client_id, { type: 'play_changed', play_id: plays[0]!.play_id, air_id })
}

/** What is on the air until somebody stops it, the latest first. */
export async function listOnAir(client_id: string): Promise<AirOn[]> {
  const db = await useDb()
  const open = sql`${play.status} in ('pending', 'delivered', 'playing')`
  const rows = await db.select({
    air_id: air.air_id, audio_id: air.audio_id, created_at: air.created_at,
    title: sql<string>`min(${play.title})`, requested_by_name: sql<string | null>`min(${play.requested_by_name})`,
    players: sql<number>`(count(*) filter (where ${open}))::int`, playing: sql<number>`(count(*) filter (where ${play.status} = 'playing'))::int`,
  }).from(air).innerJoin(play, eq(play.air_id, air.air_id))
    .where(and(eq(air.client_id, client_id), air.until_stopped, isNull(air.stopped_at), gt(air.created_at, new Date(Date.now() - 2 * UNTIL_STOPPED_MS))))
    .groupBy(air.air_id).having(sql`bool_or(${open})`).orderBy(desc(air.air_id)).limit(20)
  return rows.map(row => ({ ...row, created_at: row.created_at.toISOString() }))
}
