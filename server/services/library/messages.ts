import { eq } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { message } from '../../../db/schema'
import type { Message } from '../../../shared/schemas/audio'
import type { DeleteMessageQuery, MessagePatch } from '../../../shared/schemas/library'
import { openFile } from '../audio/files'
import { useDb } from '../database'
import { Conflict, Unprocessable } from '../errors'
import { announceMessage, publish } from '../player/live'
import { countWaiting, shortenWaiting, withdrawPlays } from '../player/withdraw'
import { schedulesOf } from '../schedule/usage'
import { requireCategory } from './categories'
import { getMessage, holdMessage, ownMessage } from './rows'
import { indexMessages } from './search'

export { getMessage } from './rows'

/**
 * Renames, files, labels, keeps or brings back a message, or says when it may air.
 * @throws NotFound; Conflict when a message is to come back whose sound is lost, or is to be kept and is no draft;
 * Unprocessable when it would end before it begins
 */
export async function updateMessage(clientId: string, audioId: string, patch: MessagePatch): Promise<Message> {
  const { category: wanted, valid_from, valid_until, ...fields } = patch
  const category_id = wanted ? (await requireCategory(clientId, wanted)).category_id : wanted
  if (fields.deleted_at === null && !await isAudible(clientId, audioId)) {
    throw new Conflict('The sound of this message is lost. Generate it again.', 'message_file_missing')
  }
  const db = await useDb()
  return db.transaction(async (tx) => {
    const row = await holdMessage(tx, clientId, audioId)
    if (fields.status && row.status !== 'draft' && row.status !== 'ready') throw new Conflict('This message has no finished sound yet.', 'message_not_ready')
    const validity = { valid_from: toDate(valid_from, row.valid_from), valid_until: toDate(valid_until, row.valid_until) }
    if (validity.valid_from && validity.valid_until && validity.valid_from >= validity.valid_until) {
      throw new Unprocessable('validity_reversed', 'It would end before it begins.', [{ path: 'valid_until', message: 'must be after valid_from' }])
    }
    await tx.update(message).set({ ...fields, category_id, ...validity, updated_at: new Date() }).where(ownMessage(clientId, audioId))
    if (fields.title !== undefined || fields.tags) await indexMessages(tx, clientId, [audioId])
    if (valid_until && validity.valid_until) await shortenWaiting(tx, clientId, audioId, validity.valid_until)
    await announceMessage(tx, clientId, audioId)
    return getMessage(clientId, audioId, tx)
  })
}

/** An instant that a patch names; what it does not name stays. */
const toDate = (named: string | null | undefined, before: Date | null) => named === undefined ? before : named === null ? null : new Date(named)

/**
 * Moves a message to the bin, or out of it for good; `updateMessage` with `deleted_at: null` brings it back from the bin.
 * What is in the bin already stays there as it is.
 * @throws NotFound, Conflict when it still waits at a player, or a schedule airs it, and it is not forced
 */
export async function deleteMessage(clientId: string, audioId: string, { force, permanent }: DeleteMessageQuery): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    const row = await holdMessage(tx, clientId, audioId)
    if (row.deleted_at && !permanent) return
    await releaseFromPlayers(tx, clientId, [audioId], force)
    if (permanent) await tx.delete(message).where(ownMessage(clientId, audioId))
    else await tx.update(message).set({ deleted_at: new Date(), updated_at: new Date() }).where(eq(message.audio_id, audioId))
    await announceMessage(tx, clientId, audioId)
  })
}

/**
 * Nothing that is about to go may still wait at a player, or be on the calendar.
 * @param force whether what waits is withdrawn, and schedules may be left without their message
 * @throws Conflict when it is not forced; `fields` names the schedules
 */
export async function releaseFromPlayers(tx: Db, clientId: string, audioIds: string[], force: boolean): Promise<void> {
  const waiting = await countWaiting(tx, clientId, audioIds)
  const schedules = await schedulesOf(tx, clientId, audioIds)
  if (!waiting && !schedules.length) return
  if (!force) {
    const uses = [waiting && `it still waits to be heard ${waiting} time(s)`, schedules.length && `${schedules.length} schedule(s) air it`].filter(Boolean)
    throw new Conflict(`In use: ${uses.join(', and ')}. Delete with force all the same.`, 'message_in_use', { fields: schedules.slice(0, 20).map(({ name }) => ({ path: 'schedules', message: name })) })
  }
  if (waiting) await withdrawPlays(tx, clientId, audioIds)
  for (const { schedule_id } of schedules) await publish(tx, clientId, { type: 'schedule_changed', schedule_id })
}

/** Whether the sound is there, or is still to come. */
async function isAudible(clientId: string, audioId: string): Promise<boolean> {
  const { sha256 } = await getMessage(clientId, audioId)
  return sha256 === null || await openFile(sha256) !== null
}

/** A title for a message that was given none: its first words, at most 60 characters. */
export function titleFrom(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const letters = [...line]
  if (letters.length <= 60) return line
  const cut = letters.slice(0, 60).join('')
  return `${cut.slice(0, cut.lastIndexOf(' ') > 20 ? cut.lastIndexOf(' ') : undefined).replace(/[\s,;:.]+$/, '')}…`
}
