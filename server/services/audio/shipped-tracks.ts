import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { jinglePreset, organization, track } from '../../../db/schema'
import { useDb } from '../database'
import { shippedPath } from '../shipped'
import { storeFile } from './files'
import { loadJingleConfig, loadSoundFigures } from './jingle-config'
import { SPEECH_SETTINGS } from './mastering'

/**
 * Gives a client the shipped beds, chimes and recipes; what it has of them stays as it is.
 * @param tx a transaction: all of them or none
 */
export async function addShippedTracks(tx: Db, client_id: string): Promise<void> {
  const { tracks, presets } = loadJingleConfig()
  const figures = loadSoundFigures()
  // In the order of their names: two clients that begin at once take the locks of the files one after the other.
  for (const file of tracks.map(({ file }) => file).sort()) {
    const position = tracks.findIndex(shipped => shipped.file === file)
    const { kind, title, tags } = tracks[position]!
    const mp3 = await readShippedSound(file)
    const { lufs, true_peak_dbtp, duration_ms, peaks } = figures[file]!
    await tx.insert(track).values({
      client_id, kind, title, tags, position, shipped: file, status: 'ready',
      is_default: tracks.find(shipped => shipped.kind === kind)!.file === file,
      sha256: await storeFile(tx, mp3, 'audio/mpeg'),
      bytes: mp3.byteLength,
      duration_ms, lufs, true_peak_dbtp, peaks,
      gain_db: Math.round((SPEECH_SETTINGS.target_lufs - lufs) * 100) / 100,
    }).onConflictDoNothing()
  }
  const rows = await tx.select({ track_id: track.track_id, shipped: track.shipped }).from(track).where(and(eq(track.client_id, client_id), isNotNull(track.shipped)))
  const idOf = (file: string | null) => rows.find(row => row.shipped === file)?.track_id ?? null
  await tx.insert(jinglePreset).values(presets.map(({ id, name, bed, chime, recipe }, position) => ({
    client_id, name, position, shipped: id, is_default: position === 0,
    recipe: { ...recipe, with_bed: bed !== null, bed_track_id: idOf(bed), chime_track_id: idOf(chime) },
  }))).onConflictDoNothing()
}

/** Makes true: every client was given the shipped music once. What a client deleted stays deleted. */
export async function ensureShippedTracks(): Promise<void> {
  loadJingleConfig()
  const db = await useDb()
  const without = await db.select({ client_id: organization.id }).from(organization)
    .leftJoin(track, and(eq(track.client_id, organization.id), isNotNull(track.shipped))).where(isNull(track.track_id))
  for (const { client_id } of without) await db.transaction(tx => addShippedTracks(tx, client_id))
}

/** A sound of `config/sounds`: beside the server's entry in a build, in the project otherwise. */
function readShippedSound(name: string): Promise<Uint8Array> {
  const folder = shippedPath('sounds') ?? fileURLToPath(new URL('../../../config/sounds', import.meta.url))
  return readFile(join(folder, `${name}.mp3`))
}
