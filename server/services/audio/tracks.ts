import { and, asc, count, eq, gt, isNull, ne, or, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '../../../db/client'
import { track } from '../../../db/schema'
import { LONGEST_TRACK_S, type Track, type TrackList, type TrackPatch, type TrackQuery } from '../../../shared/schemas/track'
import { decodeCursor, encodeCursor } from '../cursor'
import { useDb } from '../database'
import { Conflict, NotFound, Unprocessable } from '../errors'
import { publish } from '../player/live'
import { useFileStore } from './files'

type Row = typeof track.$inferSelect

const own = (clientId: string, trackId: string) => and(eq(track.client_id, clientId), eq(track.track_id, trackId))
const changed = (tx: Db, clientId: string, track_id: string) => publish(tx, clientId, { type: 'track_changed', track_id })

/** A page of the client's tracks that are not deleted, in their order. */
export async function listTracks(clientId: string, { kind, q, cursor, limit }: TrackQuery): Promise<TrackList> {
  const db = await useDb()
  const wanted = and(eq(track.client_id, clientId), isNull(track.deleted_at), kind && eq(track.kind, kind), ...matches(q))
  const after = cursor ? decodeCursor(cursor, z.coerce.number().int()) : undefined
  const beyond = after && or(gt(track.position, after[0]), and(eq(track.position, after[0]), gt(track.track_id, after[1])))
  const rows = await db.select().from(track).where(and(wanted, beyond)).orderBy(asc(track.position), asc(track.track_id)).limit(limit + 1)
  const [all] = await db.select({ total: count() }).from(track).where(wanted)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { items: page.map(toTrack), next_cursor: last ? encodeCursor([last.position, last.track_id]) : null, total: all!.total }
}

/** Every word somewhere in title or tags, whatever its case. */
function matches(q: string | undefined): SQL[] {
  const words = q?.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10) ?? []
  return words.map(word => sql`position(${word} in lower(${track.title} || ' ' || array_to_string(${track.tags}, ' '))) > 0`)
}

/**
 * One track, deleted ones too: they can still be brought back.
 * @param tx where to read, when inside a transaction
 * @throws NotFound
 */
export async function getTrack(clientId: string, trackId: string, tx?: Db): Promise<Track> {
  const [row] = await (tx ?? await useDb()).select().from(track).where(own(clientId, trackId))
  if (!row) throw trackNotFound()
  return toTrack(row)
}

/**
 * Renames, labels, cues or brings back a track, or makes it the default of its kind.
 * @throws NotFound; Unprocessable for a kind that it is too long for, cues that leave nothing, or a default that is not
 * ready; Conflict when it is to come back and its sound is lost
 */
export async function updateTrack(clientId: string, trackId: string, patch: TrackPatch): Promise<Track> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    const [before] = await tx.select().from(track).where(own(clientId, trackId)).for('update')
    if (!before) throw trackNotFound()
    const after: Row = { ...before, ...patch }
    if (patch.kind && patch.kind !== before.kind && patch.is_default === undefined) after.is_default = false
    refuseImpossible(after)
    if (patch.deleted_at === null && before.sha256 && !await useFileStore().stat(before.sha256)) throw new Conflict('The sound of this track is lost. Upload it again.', 'track_file_missing')
    if (after.is_default) {
      await tx.update(track).set({ is_default: false }).where(and(eq(track.client_id, clientId), eq(track.kind, after.kind), ne(track.track_id, trackId), eq(track.is_default, true)))
    }
    await tx.update(track).set({ ...patch, is_default: after.is_default, updated_at: new Date() }).where(own(clientId, trackId))
    await changed(tx, clientId, trackId)
    return getTrack(clientId, trackId, tx)
  })
}

function refuseImpossible({ kind, status, duration_ms, cue_in_ms, cue_out_ms, is_default }: Row): void {
  if (duration_ms > LONGEST_TRACK_S[kind] * 1000) throw new Unprocessable('track_too_long', 'It is too long for that.', [{ path: 'kind', message: `lasts at most ${LONGEST_TRACK_S[kind]} s` }])
  if (cue_in_ms >= Math.min(cue_out_ms ?? Infinity, duration_ms || Infinity)) throw new Unprocessable('cues_crossed', 'Nothing is left between these points.', [{ path: 'cue_in_ms', message: 'must be before the end' }])
  if (is_default && status !== 'ready') throw new Unprocessable('track_not_ready', 'This track has no finished sound.', [{ path: 'is_default', message: 'needs a finished sound' }])
}

/**
 * Takes a track away; `updateTrack` with `deleted_at: null` brings it back. Mixes that were made with it stay as they are.
 * @throws NotFound
 */
export async function deleteTrack(clientId: string, trackId: string): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    const gone = await tx.update(track).set({ deleted_at: new Date(), is_default: false }).where(own(clientId, trackId)).returning({ track_id: track.track_id })
    if (!gone.length) throw trackNotFound()
    await changed(tx, clientId, trackId)
  })
}

const trackNotFound = () => new NotFound('There is no such track.', 'track_not_found')

function toTrack(row: Row): Track {
  const { client_id: _, created_by: __, original_sha256: ___, attempts: ____, leased_until: _____, position: ______, limiting_db: _______, ...rest } = row
  return {
    ...rest,
    audio_url: rest.sha256 && `/media/${rest.sha256}.mp3`,
    created_at: rest.created_at.toISOString(),
    updated_at: rest.updated_at.toISOString(),
    deleted_at: rest.deleted_at?.toISOString() ?? null,
  }
}
