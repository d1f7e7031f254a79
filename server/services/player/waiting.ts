import { and, asc, eq, gt, inArray, isNull } from 'drizzle-orm'
import { play } from '../../../db/schema'
import type { AirItem, PendingItem } from '../../../shared/protocol'
import { useDb } from '../database'
import { dueSoon, type Listener } from './programme'

type PlayRow = typeof play.$inferSelect

/** The live messages that a player has not started and may still air, in the order in which they were sent. */
export async function waitingPlays(player_id: string): Promise<PlayRow[]> {
  const db = await useDb()
  return db.select().from(play)
    .where(and(eq(play.player_id, player_id), inArray(play.status, ['pending', 'delivered']), gt(play.expires_at, new Date()), isNull(play.due_at)))
    .orderBy(asc(play.play_id)).limit(200)
}

/** A play as its player gets it. */
export function toAirItem(row: PlayRow): AirItem {
  const { play_id, sha256, duration_ms, title, text, priority, on_busy, expires_at } = row
  return { play_id, audio_id: row.audio_id ?? play_id, url: `/media/${sha256}.mp3`, sha256, duration_ms, title, text, priority, on_busy, expires_at: expires_at.toISOString() }
}

/** What a player that only asks is given: live messages, and what is due within a minute. */
export async function pendingItems(player: Listener): Promise<PendingItem[]> {
  return [...(await waitingPlays(player.player_id)).map(toAirItem), ...await dueSoon(player)]
}
