import { and, count, desc, eq, inArray, lt } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { player, playerCommand } from '../../../db/schema'
import type { PlayerToServer } from '../../../shared/protocol'
import type { NewCommandSchema, NewCommandsSchema, PlayerCommand } from '../../../shared/schemas/player'
import type { PlayerPrincipal } from '../client/access'
import { useDb } from '../database'
import { NotFound } from '../errors'
import { publish, wakePlayers } from './live'
import { sendNotices, type Notice } from './notices'
import { requireTargets, targetPlayers } from './targets'

/** What was commanded is kept for so long, ms. */
const KEPT_MS = 30 * 86_400_000

type Asked = ReturnType<typeof NewCommandSchema.parse>
type CommandRow = typeof playerCommand.$inferSelect
export interface CommandOptions {
  client_id: string
  user: { id: string, name: string } | null
}

/**
 * Tells players to do something, by a moment. Volume and sound are the player's from now on, whether it is there or not.
 * @param tx a transaction
 * @throws NotFound for a store or player that is not the client's; Unprocessable when no player is meant
 */
export async function commandPlayers(tx: Db, { client_id, user }: CommandOptions, { targets, ttl_s, command, volume }: ReturnType<typeof NewCommandsSchema.parse>): Promise<PlayerCommand[]> {
  const players = (await targetPlayers(tx, client_id, targets)).map(({ player_id }) => player_id)
  const changes = { ...command === 'set_volume' && { volume }, ...(command === 'mute' || command === 'unmute') && { muted: command === 'mute' } }
  if (Object.keys(changes).length) await tx.update(player).set({ ...changes, updated_at: new Date() }).where(inArray(player.player_id, players))
  // The volume that an older program goes back to.
  const volumes = command === 'unmute' ? new Map((await tx.select({ player_id: player.player_id, volume: player.volume }).from(player).where(inArray(player.player_id, players))).map(row => [row.player_id, row.volume])) : undefined
  const expires_at = new Date(Date.now() + ttl_s * 1000)
  const rows = await tx.insert(playerCommand).values(players.map(player_id => ({
    client_id, player_id, command, volume: volumes?.get(player_id) ?? volume, requested_by: user?.id, requested_by_name: user?.name, expires_at,
  }))).returning()
  await wakePlayers(tx, players, { what: 'commands' })
  await sendNotices(tx, ...rows.flatMap(({ command_id, player_id }): Notice[] => [
    { kind: 'event', client_id, event: { type: 'command_changed', command_id, player_id } },
    ...Object.keys(changes).length ? [{ kind: 'event' as const, client_id, event: { type: 'player_changed' as const, player_id } }] : [],
  ]))
  return rows.map(toCommand)
}

/** {@link commandPlayers} for one. @throws NotFound */
export async function commandPlayer(tx: Db, options: CommandOptions, player_id: string, asked: Asked): Promise<PlayerCommand> {
  return (await commandPlayers(tx, options, { ...asked, targets: { players: [player_id] } }))[0]!
}

/** What a player was told to do, the latest first. @throws NotFound */
export async function listCommands(clientId: string, playerId: string, { cursor, limit }: { cursor?: string, limit: number }) {
  const db = await useDb()
  await requireTargets(db, clientId, { players: [playerId] })
  const own = and(eq(playerCommand.client_id, clientId), eq(playerCommand.player_id, playerId))
  const before = cursor && /^[\da-f-]{36}$/.test(cursor) ? lt(playerCommand.command_id, cursor) : undefined
  const rows = await db.select().from(playerCommand).where(and(own, before)).orderBy(desc(playerCommand.command_id)).limit(limit + 1)
  const [counted] = await db.select({ total: count() }).from(playerCommand).where(own)
  // Pictures are large: whoever wants one asks for it.
  const items = rows.slice(0, limit).map(row => ({ ...toCommand(row), result: null }))
  return { items, next_cursor: rows.length > limit ? items.at(-1)!.command_id : null, total: counted!.total }
}

/** @throws NotFound */
export async function getCommand(clientId: string, playerId: string, commandId: string): Promise<PlayerCommand> {
  const db = await useDb()
  const [row] = await db.select().from(playerCommand)
    .where(and(eq(playerCommand.client_id, clientId), eq(playerCommand.player_id, playerId), eq(playerCommand.command_id, commandId)))
  if (!row) throw new NotFound('There is no such command.', 'command_not_found')
  return toCommand(row)
}

/** What became of a command, as its player says: that outweighs that it had been given up. Said again, it changes nothing. */
export async function endCommand({ player_id }: PlayerPrincipal, { command_id, status, detail, result }: Extract<PlayerToServer, { type: 'command_result' }>): Promise<void> {
  const db = await useDb()
  const [row] = await db.update(playerCommand).set({ status, detail: detail ?? null, result: result ?? null, ended_at: new Date() })
    .where(and(eq(playerCommand.command_id, command_id), eq(playerCommand.player_id, player_id), inArray(playerCommand.status, ['queued', 'sent', 'expired']))).returning()
  if (row) await publishCommand(db, row)
}

/** Gives up what was not answered in time, and forgets what is old. Safe to run twice. */
export async function expireCommands(now = new Date()): Promise<void> {
  const db = await useDb()
  const overdue = await db.update(playerCommand).set({ status: 'expired', ended_at: now })
    .where(and(inArray(playerCommand.status, ['queued', 'sent']), lt(playerCommand.expires_at, now))).returning()
  for (const row of overdue) await publishCommand(db, row)
  await db.delete(playerCommand).where(lt(playerCommand.created_at, new Date(now.getTime() - KEPT_MS)))
}

function publishCommand(tx: Db, { client_id, command_id, player_id }: CommandRow): Promise<void> {
  return publish(tx, client_id, { type: 'command_changed', command_id, player_id })
}

function toCommand({ command_id, player_id, command, volume, status, requested_by_name, created_at, expires_at, sent_at, ended_at, detail, result }: CommandRow): PlayerCommand {
  // The sweep comes by once a minute.
  const overdue = (status === 'queued' || status === 'sent') && expires_at < new Date()
  return {
    command_id, player_id, command, volume, requested_by_name, detail, result,
    status: overdue ? 'expired' : status,
    created_at: created_at.toISOString(),
    expires_at: expires_at.toISOString(),
    sent_at: sent_at?.toISOString() ?? null,
    ended_at: ended_at?.toISOString() ?? null,
  }
}
