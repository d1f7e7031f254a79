import { and, eq } from 'drizzle-orm'
import type { Db } from '../../../../db/client'
import { message, track } from '../../../../db/schema'
import type { Message } from '../../../../shared/schemas/audio'
import type { Track } from '../../../../shared/schemas/track'
import { useDb } from '../../database'
import { Conflict } from '../../errors'
import { getMessage } from '../../library/messages'
import { announceMessage, publish } from '../../player/live'
import { getTrack } from '../tracks'
import { nudgeUploads } from './queue'

const WAITING = { status: 'waiting', failure: null, attempts: 0, leased_until: null } as const

/**
 * Has an upload that failed tried once more.
 * @throws NotFound, Conflict `not_failed` or `original_missing`
 */
export function retryMessage(clientId: string, audioId: string): Promise<Message> {
  return retry(async (tx) => {
    const before = await getMessage(clientId, audioId, tx)
    const mine = and(eq(message.client_id, clientId), eq(message.audio_id, audioId))
    const [row] = await tx.select({ original_sha256: message.original_sha256 }).from(message).where(mine).for('update')
    refuse(before.status, row?.original_sha256)
    await tx.update(message).set(WAITING).where(mine)
    await announceMessage(tx, clientId, audioId)
    return getMessage(clientId, audioId, tx)
  })
}

/** The same for music. @throws NotFound, Conflict `not_failed` or `original_missing` */
export function retryTrack(clientId: string, trackId: string): Promise<Track> {
  return retry(async (tx) => {
    const before = await getTrack(clientId, trackId, tx)
    const mine = and(eq(track.client_id, clientId), eq(track.track_id, trackId))
    const [row] = await tx.select({ original_sha256: track.original_sha256 }).from(track).where(mine).for('update')
    refuse(before.status, row?.original_sha256)
    await tx.update(track).set(WAITING).where(mine)
    await publish(tx, clientId, { type: 'track_changed', track_id: trackId })
    return getTrack(clientId, trackId, tx)
  })
}

async function retry<T>(work: (tx: Db) => Promise<T>): Promise<T> {
  const db = await useDb()
  const answer = await db.transaction(work)
  nudgeUploads()
  return answer
}

function refuse(status: Message['status'], original: string | null | undefined): void {
  if (status !== 'failed') throw new Conflict('This did not fail: there is nothing to try again.', 'not_failed')
  if (!original) throw new Conflict('The uploaded file was not kept. Upload it again.', 'original_missing')
}
