import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { air, message, messageVersion, play, user } from '../../../db/schema'
import type { AirItem, PendingItem, WordTimes } from '../../../shared/protocol'
import { useDb } from '../database'
import { dueSoon, type Listener } from './programme'

type WaitingPlay = typeof play.$inferSelect & Pick<typeof air.$inferSelect, 'repeat' | 'until_stopped'> & { words: WordTimes | null }

/** More than a player holds at a time; the rest comes with the next look. */
const MOST_WAITING = 200
/** A player that comes back later than this holds nothing any more that was stopped meanwhile, ms. */
const STOPS_REACH_MS = 48 * 3_600_000

/** Captions of the very file that was sent: the message may say something else by now. */
const wordsOfFile = sql`coalesce(${message.words}, (select ${messageVersion.words} from ${messageVersion} where ${and(eq(messageVersion.audio_id, play.audio_id), eq(messageVersion.sha256, play.sha256))} limit 1))`.mapWith(message.words)

/**
 * The live messages that these players have not started and may still air, in the order in which they were sent; and those
 * that go on until somebody stops them, begun or not.
 */
export async function waitingPlays(playerIds: readonly string[]): Promise<WaitingPlay[]> {
  const db = await useDb()
  const open = or(inArray(play.status, ['pending', 'delivered']), and(eq(play.status, 'playing'), air.until_stopped))
  const rows = await db.select({ row: play, repeat: air.repeat, until_stopped: air.until_stopped, words: wordsOfFile }).from(play).innerJoin(air, eq(air.air_id, play.air_id))
    .leftJoin(message, and(eq(message.audio_id, play.audio_id), eq(message.sha256, play.sha256)))
    .where(and(inArray(play.player_id, playerIds), open, gt(play.expires_at, new Date()), isNull(play.due_at), isNull(air.stopped_at)))
    .orderBy(asc(play.play_id)).limit(MOST_WAITING * playerIds.length)
  return rows.map(({ row, ...sent }) => ({ ...row, ...sent }))
}

/** Live messages that these players may hold or have on air, and are to stop, with who wants it. */
export async function stoppedPlays(playerIds: readonly string[]): Promise<{ play_id: string, player_id: string | null, by: string | null }[]> {
  const db = await useDb()
  // It has not said yet what became of it.
  const stopped = or(and(eq(play.status, 'skipped'), eq(play.reason, 'stopped'), isNull(play.ended_at)), and(eq(play.status, 'playing'), isNotNull(air.stopped_at)))
  return db.select({ play_id: play.play_id, player_id: play.player_id, by: sql<string | null>`coalesce(${play.reason_by}, ${user.name})` }).from(play)
    .innerJoin(air, eq(air.air_id, play.air_id)).leftJoin(user, eq(user.id, air.stopped_by))
    .where(and(inArray(play.player_id, playerIds), stopped, gt(play.created_at, new Date(Date.now() - STOPS_REACH_MS)))).orderBy(desc(play.play_id)).limit(MOST_WAITING * playerIds.length)
}

/** A play as its player gets it. */
export function toAirItem(row: WaitingPlay): AirItem {
  const { play_id, sha256, duration_ms, title, text, priority, on_busy, expires_at, repeat, until_stopped, words } = row
  return {
    play_id, audio_id: row.audio_id ?? play_id, url: `/media/${sha256}.mp3`, sha256, duration_ms, title, text, priority, on_busy, expires_at: expires_at.toISOString(),
    ...repeat > 1 && { repeat },
    ...until_stopped && { until_stopped },
    ...words && { words },
  }
}

/** What a player that only asks is given: live messages, and what is due within a minute. */
export async function pendingItems(player: Listener): Promise<PendingItem[]> {
  return [...(await waitingPlays([player.player_id])).map(toAirItem), ...await dueSoon(player)]
}
