import { and, count, eq, gt, inArray, type SQL } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { play } from '../../../db/schema'
import { publish, wakePlayers } from './live'

/** Plays of these messages that a player has not begun and may still air. */
const waiting = (clientId: string, audioIds: string[]): SQL | undefined => and(
  eq(play.client_id, clientId), inArray(play.audio_id, audioIds), inArray(play.status, ['pending', 'delivered']), gt(play.expires_at, new Date()),
)

/** How often these messages are still to be heard. */
export async function countWaiting(tx: Db, clientId: string, audioIds: string[]): Promise<number> {
  const [row] = await tx.select({ plays: count() }).from(play).where(waiting(clientId, audioIds))
  return row!.plays
}

/** Takes these messages back from the players that have not begun them. One that begins at this very moment is heard, and reported as heard. */
export async function withdrawPlays(tx: Db, clientId: string, audioIds: string[]): Promise<void> {
  const gone = await tx.update(play).set({ status: 'skipped', reason: 'stopped', updated_at: new Date() }).where(waiting(clientId, audioIds)).returning()
  await wakePlayers(tx, [...new Set(gone.flatMap(row => row.player_id ?? []))], { what: 'stops' })
  const airs = new Map(gone.map(({ play_id, air_id }) => [air_id, play_id]))
  for (const [air_id, play_id] of airs) await publish(tx, clientId, { type: 'play_changed', play_id, air_id })
}

/** What waits of a message expires at this instant, and players that hold it already are told; where that is past, it is withdrawn. */
export async function shortenWaiting(tx: Db, clientId: string, audioId: string, until: Date): Promise<void> {
  if (until <= new Date()) return withdrawPlays(tx, clientId, [audioId])
  const shortened = await tx.update(play).set({ expires_at: until, updated_at: new Date() })
    .where(and(waiting(clientId, [audioId]), gt(play.expires_at, until))).returning({ player_id: play.player_id })
  await wakePlayers(tx, [...new Set(shortened.flatMap(row => row.player_id ?? []))], { again: true })
}
