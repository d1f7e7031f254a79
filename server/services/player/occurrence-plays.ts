import { and, eq, lt, or, isNull } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { message, messageVersion, play, player, schedule } from '../../../db/schema'
import type { Occurrence } from '../../../shared/protocol'
import { playIdOf } from '../../../shared/utils/play-id'
import type { PlayerPrincipal } from '../client/access'
import { useDb } from '../database'
import { NotFound } from '../errors'
import { sha256Of } from '../hash'

/** A programme reaches no further than this, ms: what is due later nobody can have aired. */
const REACH_MS = 51 * 3_600_000

export const playNotFound = () => new NotFound('There is no such play at this player.', 'play_not_found')

/**
 * Adds the row of an occurrence when its player tells of it for the first time. When the row is there already — a repeat,
 * or another request at the same moment — nothing changes. Title and script are those of what was aired.
 * @param more how it begins its life, where that is not with a report
 * @throws NotFound when the id is not that of this occurrence at this player, or the schedule is not its client's
 */
export async function addOccurrencePlay(tx: Db, principal: PlayerPrincipal, play_id: string, occurrence: Occurrence, more: Partial<typeof play.$inferInsert> = {}): Promise<void> {
  const { player_id, client_id, name: player_name, store_id, store_name } = principal
  const due_at = new Date(occurrence.due_at)
  if (playIdOf({ ...occurrence, player_id }, sha256Of) !== play_id || due_at.getTime() > Date.now() + REACH_MS) throw playNotFound()
  // A schedule that was deleted or changed meanwhile has aired all the same.
  const [found] = await tx.select({ rule: schedule, paired: player.player_id }).from(schedule).innerJoin(player, eq(player.player_id, player_id))
    .where(and(eq(schedule.client_id, client_id), eq(schedule.schedule_id, occurrence.schedule_id)))
  if (!found) throw playNotFound()
  const { rule } = found
  const sound = await soundOf(tx, client_id, occurrence)
  await tx.insert(play).values({
    play_id, client_id, player_id, player_name, store_id, store_name, due_at,
    schedule_id: rule.schedule_id,
    audio_id: sound ? occurrence.audio_id : null,
    // A message that is gone for good is known by its schedule's name.
    title: sound?.title ?? rule.name ?? '',
    text: sound?.text ?? '',
    sha256: sound?.sha256 ?? '',
    duration_ms: sound?.duration_ms ?? 0,
    priority: rule.priority,
    on_busy: rule.on_busy,
    expires_at: new Date(due_at.getTime() + rule.grace_s * 1000),
    ...more,
  }).onConflictDoNothing()
}

/** What an occurrence aired: the message as it is, or the version of it that has the reported sound. */
async function soundOf(tx: Db, client_id: string, { audio_id, sha256 }: Occurrence) {
  const [now] = await tx.select({ sha256: message.sha256, duration_ms: message.duration_ms, title: message.title, text: message.text }).from(message)
    .where(and(eq(message.client_id, client_id), eq(message.audio_id, audio_id)))
  if (!now || !sha256 || sha256 === now.sha256) return now
  const [before] = await tx.select({ sha256: messageVersion.sha256, duration_ms: messageVersion.duration_ms, title: messageVersion.title, text: messageVersion.text }).from(messageVersion)
    .where(and(eq(messageVersion.client_id, client_id), eq(messageVersion.audio_id, audio_id), eq(messageVersion.sha256, sha256))).limit(1)
  return before ?? now
}

/** Notes when a message was last heard. By itself, and seldom: a whole chain airs the same message in the same second. */
export async function noteAired(audioId: string, at: Date): Promise<void> {
  const db = await useDb()
  const earlier = new Date(at.getTime() - 60_000)
  await db.update(message).set({ last_aired_at: at }).where(and(eq(message.audio_id, audioId), or(isNull(message.last_aired_at), lt(message.last_aired_at, earlier))))
}
