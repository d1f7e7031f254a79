import { and, asc, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { track } from '../../../db/schema'
import type { JingleRecipe } from '../../../shared/schemas/jingle'
import { useDb } from '../database'
import { NotFound, Unprocessable } from '../errors'
import type { OutputRate } from './mastering'
import type { MusicPart } from './mixing'
import { loadMusic } from './music'

type TrackRow = typeof track.$inferSelect
type TrackIds = Pick<JingleRecipe, 'bed_track_id' | 'chime_track_id'>

/** What a track must be to serve as one of the two. Any music may lie under a voice. */
const KINDS = { bed_track_id: ['bed', 'background'], chime_track_id: ['chime'] } as const

/**
 * Checks that the client has these tracks, and that they can be used for what they are named for.
 * @throws NotFound
 */
export async function requireTracks(client_id: string, ids: TrackIds, tx?: Db): Promise<void> {
  const rows = await tracksOf(client_id, ids, tx)
  for (const use of ['bed_track_id', 'chime_track_id'] as const) {
    const id = ids[use]
    const row = rows.find(row => row.track_id === id)
    const usable = row && !row.deleted_at && (KINDS[use] as readonly string[]).includes(row.kind)
    if (id && !usable) throw new NotFound('There is no such track.', 'track_not_found')
  }
}

/**
 * The music of a resolved recipe, decoded.
 * @throws Unprocessable when a track's sound is lost
 */
export async function loadParts(client_id: string, recipe: JingleRecipe, sample_rate: OutputRate): Promise<{ bed: MusicPart | null, chime: MusicPart | null }> {
  const rows = await tracksOf(client_id, recipe)
  const [bed, chime] = await Promise.all([recipe.bed_track_id, recipe.chime_track_id].map(async (id) => {
    if (!id) return null
    const row = rows.find(row => row.track_id === id)
    const music = row?.sha256 ? await loadMusic(row.sha256, sample_rate) : null
    if (!row || !music) throw new Unprocessable('track_unusable', 'The sound of this track is lost: choose another one.')
    return { music, cue_in_ms: row.cue_in_ms, cue_out_ms: row.cue_out_ms }
  }))
  return { bed: bed!, chime: chime! }
}

/** Those of the two that are finished sounds of this client, deleted ones too. */
export async function tracksOf(client_id: string, { bed_track_id, chime_track_id }: TrackIds, tx?: Db): Promise<TrackRow[]> {
  const ids = [bed_track_id, chime_track_id].filter(id => id !== null)
  if (!ids.length) return []
  return (tx ?? await useDb()).select().from(track)
    .where(and(eq(track.client_id, client_id), inArray(track.track_id, ids), eq(track.status, 'ready'), isNotNull(track.sha256)))
}

/**
 * The bed that is taken where none is named.
 * @throws Unprocessable when there is none
 */
export async function defaultBed(client_id: string): Promise<TrackRow> {
  const db = await useDb()
  const [row] = await db.select().from(track)
    .where(and(eq(track.client_id, client_id), eq(track.kind, 'bed'), eq(track.status, 'ready'), isNotNull(track.sha256), isNull(track.deleted_at)))
    .orderBy(desc(track.is_default), asc(track.position), asc(track.track_id)).limit(1)
  if (!row) throw new Unprocessable('no_bed', 'There is no music to lay under the voice: add a bed first.')
  return row
}
