import { and, asc, eq, max, ne, sql } from 'drizzle-orm'
import { lockInTransaction, type Db } from '../../../db/client'
import { jinglePreset } from '../../../db/schema'
import type { JinglePreset, JinglePresetPatch, JingleRecipe, NewJinglePreset } from '../../../shared/schemas/jingle'
import { useDb } from '../database'
import { Conflict, NotFound } from '../errors'
import { requireTracks } from './jingle-tracks'

type PresetRow = typeof jinglePreset.$inferSelect

/** The client's recipes, in their order. */
export async function listPresets(client_id: string): Promise<JinglePreset[]> {
  const db = await useDb()
  const rows = await db.select().from(jinglePreset).where(eq(jinglePreset.client_id, client_id)).orderBy(asc(jinglePreset.position), asc(jinglePreset.preset_id))
  return rows.map(toPreset)
}

/**
 * Adds a recipe, as the last one.
 * @throws NotFound for a track that the client does not have, Conflict for a name that it has
 */
export async function createPreset(tx: Db, client_id: string, { name, recipe, is_default }: NewJinglePreset): Promise<JinglePreset> {
  await requireTracks(client_id, recipe, tx)
  await requireNewName(tx, client_id, name)
  if (is_default) await forgetDefault(tx, client_id)
  const [last] = await tx.select({ position: max(jinglePreset.position) }).from(jinglePreset).where(eq(jinglePreset.client_id, client_id))
  const [row] = await tx.insert(jinglePreset).values({ client_id, name, recipe, is_default, position: (last?.position ?? -1) + 1 }).returning()
  return toPreset(row!)
}

/**
 * Changes what is named in the patch.
 * @throws NotFound, Conflict for a name that another one has
 */
export async function updatePreset(client_id: string, preset_id: string, patch: JinglePresetPatch): Promise<JinglePreset> {
  const { recipe: before } = await requirePreset(client_id, preset_id)
  if (patch.recipe) await requireTracks(client_id, changedTracks(patch.recipe, before))
  const db = await useDb()
  return db.transaction(async (tx) => {
    if (patch.name) await requireNewName(tx, client_id, patch.name, preset_id)
    if (patch.is_default) await forgetDefault(tx, client_id)
    const [row] = await tx.update(jinglePreset).set({ ...patch, updated_at: new Date() }).where(ownPreset(client_id, preset_id)).returning()
    if (!row) throw presetNotFound()
    return toPreset(row)
  })
}

/**
 * Removes a recipe; messages keep what they were mixed with. The next one becomes the default if this one was.
 * @throws NotFound
 */
export async function deletePreset(client_id: string, preset_id: string): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    const [gone] = await tx.delete(jinglePreset).where(ownPreset(client_id, preset_id)).returning()
    if (!gone) throw presetNotFound()
    if (!gone.is_default) return
    const [next] = await tx.select().from(jinglePreset).where(eq(jinglePreset.client_id, client_id)).orderBy(asc(jinglePreset.position), asc(jinglePreset.preset_id)).limit(1)
    if (next) await tx.update(jinglePreset).set({ is_default: true }).where(ownPreset(client_id, next.preset_id))
  })
}

/** @throws NotFound when the client has no such recipe */
export async function requirePreset(client_id: string, preset_id: string): Promise<PresetRow> {
  const db = await useDb()
  const [row] = await db.select().from(jinglePreset).where(ownPreset(client_id, preset_id))
  if (!row) throw presetNotFound()
  return row
}

/** Two recipes of one name cannot be told apart where one is chosen. */
async function requireNewName(tx: Db, client_id: string, name: string, but?: string): Promise<void> {
  await lockInTransaction(tx, `presets:${client_id}`)
  const [other] = await tx.select({ preset_id: jinglePreset.preset_id }).from(jinglePreset)
    .where(and(eq(jinglePreset.client_id, client_id), sql`lower(${jinglePreset.name}) = lower(${name})`, but ? ne(jinglePreset.preset_id, but) : undefined)).limit(1)
  if (other) throw new Conflict('There is a recipe of this name already.', 'preset_exists')
}

async function forgetDefault(tx: Db, client_id: string): Promise<void> {
  await tx.update(jinglePreset).set({ is_default: false }).where(and(eq(jinglePreset.client_id, client_id), eq(jinglePreset.is_default, true)))
}

/** A track that was deleted since does not keep its recipe from being changed otherwise. */
function changedTracks(recipe: JingleRecipe, before: JingleRecipe): Pick<JingleRecipe, 'bed_track_id' | 'chime_track_id'> {
  return {
    bed_track_id: recipe.bed_track_id === before.bed_track_id ? null : recipe.bed_track_id,
    chime_track_id: recipe.chime_track_id === before.chime_track_id ? null : recipe.chime_track_id,
  }
}

const presetNotFound = () => new NotFound('There is no such recipe.', 'preset_not_found')

const ownPreset = (client_id: string, preset_id: string) => and(eq(jinglePreset.client_id, client_id), eq(jinglePreset.preset_id, preset_id))

function toPreset({ preset_id, name, recipe, is_default, position }: PresetRow): JinglePreset {
  return { preset_id, name, recipe, is_default, position }
}
