import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import { playerCommand } from '../../../db/schema'
import type { ServerToPlayer } from '../../../shared/protocol'
import { useDb } from '../database'
import { sendNotices, type Notice } from './notices'

type CommandRow = typeof playerCommand.$inferSelect

/** A connected player, with what its program said that it can. */
export interface CommandTaker {
  player: { player_id: string }
  features: readonly string[]
  /** When its page began, if it said so. */
  started_at: Date | null
  send: (message: ServerToPlayer) => void
}

/**
 * Sends connected players what they are to do: each command once, and on a new socket also those that were not answered.
 * A program that confirms nothing is told in the way it knows; that is all that can be said of it.
 * @param anew their sockets are new
 * Dashboards hear which commands have changed by it.
 */
export async function sendCommands(takers: CommandTaker[], anew: boolean): Promise<void> {
  const db = await useDb()
  const now = new Date()
  const byId = new Map(takers.map(taker => [taker.player.player_id, taker]))
  const waiting = and(inArray(playerCommand.player_id, [...byId.keys()]), gt(playerCommand.expires_at, now))
  const unanswered = anew ? await db.select().from(playerCommand).where(and(waiting, eq(playerCommand.status, 'sent'))).orderBy(asc(playerCommand.command_id)) : []
  const claimed = await db.update(playerCommand).set({ status: 'sent', sent_at: now }).where(and(waiting, eq(playerCommand.status, 'queued'))).returning()
  claimed.sort((a, b) => a.command_id < b.command_id ? -1 : 1)
  const changed: CommandRow[] = []
  for (const row of [...unanswered, ...claimed]) {
    const taker = byId.get(row.player_id)!
    if (!taker.features.includes('command')) changed.push(await tellOnly(taker, row))
    else if (row.command !== 'reload' || claimed.includes(row)) taker.send(toMessage(row))
    // The page has begun anew since: that is all that was asked for. Asked again, it would begin anew for ever.
    else if (taker.started_at && taker.started_at >= row.sent_at!) changed.push(await end(row, 'done'))
  }
  const notices = [...changed, ...claimed.filter(row => !changed.some(other => other.command_id === row.command_id))]
    .map(({ client_id, command_id, player_id }): Notice => ({ kind: 'event', client_id, event: { type: 'command_changed', command_id, player_id } }))
  if (notices.length) await sendNotices(db, ...notices)
}

async function tellOnly(taker: CommandTaker, row: CommandRow): Promise<CommandRow> {
  const message = toOldMessage(row)
  if (message) taker.send(message)
  return end(row, message ? 'done' : 'failed', message ? 'unconfirmed' : 'unsupported')
}

async function end(row: CommandRow, status: 'done' | 'failed', detail: string | null = null): Promise<CommandRow> {
  const db = await useDb()
  const [ended] = await db.update(playerCommand).set({ status, detail, ended_at: new Date() })
    .where(and(eq(playerCommand.command_id, row.command_id), eq(playerCommand.status, 'sent'))).returning()
  return ended ?? row
}

function toMessage({ command_id, command, volume, requested_by_name, expires_at }: CommandRow): ServerToPlayer {
  return { type: 'command', command_id, command, ...volume !== null && { volume }, ...requested_by_name && { by: requested_by_name }, expires_at: expires_at.toISOString() }
}

/** What programs of before the commands understand. Mute is volume 0 to them, and `volume` is what it was before. */
function toOldMessage({ command, volume, requested_by_name }: CommandRow): ServerToPlayer | null {
  switch (command) {
    case 'set_volume':
    case 'unmute':
      return { type: 'set_volume', volume: volume ?? 1 }
    case 'mute': return { type: 'set_volume', volume: 0 }
    case 'stop':
    case 'stop_all':
      return { type: 'stop', play_id: null, ...requested_by_name && { by: requested_by_name } }
    case 'reload': return { type: 'reload' }
    case 'identify': return { type: 'identify' }
    default: return null
  }
}
