import type { JingleChoice, JingleOverrides, JingleRecipe } from '../../../shared/schemas/jingle'
import { requirePreset } from './jingle-presets'
import { defaultBed, requireTracks, tracksOf } from './jingle-tracks'

/**
 * The recipe that a request comes to: the preset's, with what the voice wants otherwise, and over both what the request
 * says; and the bed by its id, where the client's default one is meant.
 * @param choice what was asked for; nothing or null: the voice alone
 * @param mixed_with the recipe that the message was mixed with before: its tracks may be used again, though deleted
 * @throws NotFound for a preset or track that the client does not have, Unprocessable when there is no bed at all
 */
export async function resolveJingle(client_id: string, choice: JingleChoice | null | undefined, overrides?: JingleOverrides | null, mixed_with?: JingleRecipe | null): Promise<JingleRecipe | null> {
  if (!choice) return null
  const asked = 'preset_id' in choice ? choice.overrides ?? {} : choice
  const recipe = 'preset_id' in choice ? { ...(await requirePreset(client_id, choice.preset_id)).recipe, ...overrides, ...asked } : choice
  await requireTracks(client_id, {
    bed_track_id: asked.bed_track_id === mixed_with?.bed_track_id ? null : asked.bed_track_id ?? null,
    chime_track_id: asked.chime_track_id === mixed_with?.chime_track_id ? null : asked.chime_track_id ?? null,
  })
  const present = await tracksOf(client_id, recipe)
  const usable = (id: string | null, known?: string | null) => id && present.some(row => row.track_id === id && (!row.deleted_at || id === known)) ? id : null
  return {
    ...recipe,
    bed_track_id: recipe.with_bed ? usable(recipe.bed_track_id, mixed_with?.bed_track_id) ?? (await defaultBed(client_id)).track_id : null,
    chime_track_id: usable(recipe.chime_track_id, mixed_with?.chime_track_id),
  }
}
