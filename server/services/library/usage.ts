import { and, asc, count, eq, isNull, sql } from 'drizzle-orm'
import { message, play, shortcut } from '../../../db/schema'
import type { MessageUsage, TagCount } from '../../../shared/schemas/library'
import { useDb } from '../database'
import { listPlays } from '../player/play-log'
import { countWaiting } from '../player/withdraw'
import { schedulesOf } from '../schedule/usage'
import { getMessage } from './rows'

/** How many of the last plays are shown. */
const PLAYS = 20

/**
 * Where a message is used: what players did with it, and the schedules and buttons that air it.
 * @throws NotFound
 */
export async function messageUsage(clientId: string, audioId: string): Promise<MessageUsage> {
  await getMessage(clientId, audioId)
  const db = await useDb()
  const { items, total } = await listPlays(clientId, { audio_id: audioId, limit: PLAYS })
  const [heard] = await db.select({ played: count() }).from(play).where(and(eq(play.client_id, clientId), eq(play.audio_id, audioId), eq(play.status, 'played')))
  const shortcuts = await db.select({ shortcut_id: shortcut.shortcut_id, title: shortcut.title }).from(shortcut)
    .where(and(eq(shortcut.client_id, clientId), eq(shortcut.audio_id, audioId), isNull(shortcut.deleted_at))).orderBy(asc(shortcut.position))
  return { plays: { items, total, played: heard!.played, waiting: await countWaiting(db, clientId, [audioId]) }, schedules: await schedulesOf(db, clientId, [audioId]), shortcuts }
}

/** The labels of the client's messages, the most used first, at most 200. */
export async function listTags(clientId: string): Promise<TagCount[]> {
  const db = await useDb()
  return db.select({ tag: sql<string>`labels.tag`, messages: sql<number>`count(*)::int` })
    .from(message).innerJoin(sql`unnest(${message.tags}) as labels (tag)`, sql`true`)
    .where(and(eq(message.client_id, clientId), sql`${message.deleted_at} is null`, sql`${message.tags} <> '{}'`))
    .groupBy(sql`labels.tag`).orderBy(sql`count(*) desc, labels.tag`).limit(200)
}
