import { and, asc, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { track } from '../../../db/schema'
import type { JingleRecipe } from '../../../shared/schemas/jingle'
import { useDb } from '../database'
import { NotFound, Unprocessable } from '../errors'
import type { OutputRate } from './mastering'
import type { MusicPart } from './mixing'
import { loadMusic, type MusicWindow } from './music'

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

/** A track up to this length is decoded as a whole, and kept for the next mix. */
const WHOLE_MS = 360_000
/** Parts of longer ones are as long as they need to be, in these steps, so that the next mix finds them too. */
const STEP_MS = 60_000

/** What a mix is made with. */
export interface MixMusic {
  recipe: JingleRecipe
  bed: MusicPart | null
  chime: MusicPart | null
}

/**
 * The music of a resolved recipe, decoded: of a long bed the part that this mix plays. The recipe that comes back goes
 * with that part.
 * @param voice_ms how long the voice is, at most
 * @throws Unprocessable when a track's sound is lost
 */
export async function loadParts(client_id: string, recipe: JingleRecipe, sample_rate: OutputRate, voice_ms: number): Promise<MixMusic> {
  const rows = await tracksOf(client_id, recipe)
  const bed = rows.find(row => row.track_id === recipe.bed_track_id)
  const part = bed && partOfLong(bed, recipe, voice_ms)
  const [played, chime] = await Promise.all([recipe.bed_track_id, recipe.chime_track_id].map(async (id) => {
    if (!id) return null
    const row = rows.find(row => row.track_id === id)
    const longPart = row && row === bed ? part : undefined
    const music = row?.sha256 ? await loadMusic(row.sha256, sample_rate, longPart) : null
    if (!row || !music) throw new Unprocessable('track_unusable', 'The sound of this track is lost: choose another one.')
    return longPart ? { music, cue_in_ms: 0, cue_out_ms: null } : { music, cue_in_ms: row.cue_in_ms, cue_out_ms: row.cue_out_ms }
  }))
  return { recipe: part ? { ...recipe, bed_offset_ms: 0 } : recipe, bed: played!, chime: chime! }
}

/**
 * Which part of a long bed is played. One that would have to begin again goes on from where it began: that is further
 * than anybody listens.
 */
function partOfLong({ duration_ms, cue_in_ms, cue_out_ms }: TrackRow, { bed_offset_ms, intro_ms, outro_ms }: JingleRecipe, voice_ms: number): MusicWindow | undefined {
  if (duration_ms <= WHOLE_MS) return undefined
  const to_ms = Math.min(duration_ms, cue_out_ms ?? duration_ms)
  const whole_ms = to_ms - cue_in_ms
  const wanted_ms = Math.ceil((voice_ms + intro_ms + outro_ms + STEP_MS / 2) / STEP_MS) * STEP_MS
  const offset_ms = whole_ms > 0 ? bed_offset_ms % whole_ms : 0
  // Short of its end it begins earlier, so that it need not be looped.
  const from_ms = Math.max(cue_in_ms, Math.min(cue_in_ms + offset_ms, to_ms - wanted_ms))
  return { from_ms, length_ms: Math.min(wanted_ms, to_ms - from_ms) }
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
