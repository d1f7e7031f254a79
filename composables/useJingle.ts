import type { Voice } from '#shared/schemas/audio'
import { type JinglePreset, type JingleRecipe, JingleRecipeSchema } from '#shared/schemas/jingle'
import type { Track } from '#shared/schemas/track'
import { jingleTimeline } from '#shared/utils/jingle-envelope'
import type { Sound } from '~/stores/audio'

/** The numbers of a recipe: each has its slider. */
export type RecipeNumber = { [Key in keyof JingleRecipe]: JingleRecipe[Key] extends number ? Key : never }[keyof JingleRecipe]

/** Keys of the lists: `refreshNuxtData(JINGLE_KEYS.presets)` after a change. */
export const JINGLE_KEYS = { presets: 'audio:jingle-presets' } as const

/** The client's named recipes. */
export function useJinglePresets() {
  return useFetch<{ items: JinglePreset[] }>('/api/v1/audio/jingle-presets', { key: JINGLE_KEYS.presets, lazy: true, dedupe: 'defer' })
}

/**
 * The mix that is being set up on the Announce page: the chosen preset, what the voice wants otherwise, and what the
 * hand changed. Lists come by themselves; the choice stands in the draft.
 */
export function useJingle(voice: () => Voice | undefined) {
  const { draft } = storeToRefs(useAudioStore())
  const { data: presetList, status, error, refresh } = useJinglePresets()
  const [beds, chimes] = [useTracks('bed'), useTracks('chime')]
  const choice = computed(() => draft.value.jingle)
  const presets = computed(() => presetList.value?.items ?? [])
  const tracks = computed(() => [...beds.tracks.value, ...chimes.tracks.value].filter(track => track.status === 'ready'))

  const preset = computed(() => presets.value.find(entry => entry.preset_id === choice.value.preset_id)
    ?? presets.value.find(entry => entry.is_default) ?? presets.value[0])
  const base = computed<JingleRecipe | null>(() => preset.value ? withTracksOfNow({ ...preset.value.recipe, ...voice()?.jingle }) : null)
  const recipe = computed<JingleRecipe | null>(() => base.value && withTracksOfNow({ ...base.value, ...choice.value.changes }))
  /** What is to be sent along: null for the voice alone. */
  const wanted = computed(() => choice.value.with_music ? recipe.value : null)
  const isChanged = computed(() => Object.entries(choice.value.changes).some(([name, value]) => base.value?.[name as keyof JingleRecipe] !== value))

  /** A track that was deleted since is not asked for: the default bed takes its place, and nothing that of a chime. */
  function withTracksOfNow(wish: JingleRecipe): JingleRecipe {
    const present = (list: typeof beds, id: string | null) => list.isWhole.value && !tracks.value.some(track => track.track_id === id) ? null : id
    return { ...wish, bed_track_id: present(beds, wish.bed_track_id), chime_track_id: present(chimes, wish.chime_track_id) }
  }

  function set<Key extends keyof JingleRecipe>(name: Key, value: JingleRecipe[Key]) {
    const { [name]: _, ...others } = choice.value.changes
    // Back at the preset's own value is no change.
    choice.value.changes = base.value?.[name] === value ? others : { ...others, [name]: value }
  }

  function restore(name?: keyof JingleRecipe) {
    choice.value.changes = name ? Object.fromEntries(Object.entries(choice.value.changes).filter(([key]) => key !== name)) : {}
  }

  function choosePreset(preset_id: string) {
    Object.assign(choice.value, { preset_id, changes: {} })
  }

  /** As the server chooses: where none is the default, the first. */
  const default_bed = computed(() => {
    const ready = tracks.value.filter(track => track.kind === 'bed')
    return (ready.find(track => track.is_default) ?? ready[0])?.track_id ?? null
  })
  const bed = computed(() => {
    const id = recipe.value?.bed_track_id ?? default_bed.value
    return recipe.value?.with_bed ? tracks.value.find(track => track.track_id === id) : undefined
  })
  const chime = computed(() => tracks.value.find(track => track.track_id === recipe.value?.chime_track_id))

  return { choice, presets, tracks, preset, base, recipe, wanted, isChanged, bed, default_bed, chime, trackLists: [beds, chimes], set, restore, choosePreset, status, error, refresh }
}

/** How long a track sounds between its cues, ms. */
export function heardLength(track: Track | undefined): number {
  return track ? Math.max(0, (track.cue_out_ms ?? track.duration_ms) - track.cue_in_ms) : 0
}

/** What is left of a finished mix when everything but the voice is taken away, ms. */
export function voiceLength(duration_ms: number, recipe: JingleRecipe | null, chime_ms: number): number {
  if (!recipe) return duration_ms
  const { voice, bed } = jingleTimeline(recipe, { voice_ms: 0, chime_ms })
  const after_ms = (bed ? bed.to_ms - voice.to_ms : 0) + recipe.silence_after_ms
  return Math.max(0, duration_ms - voice.from_ms - after_ms)
}

/** Smallest and largest value of a number of the recipe. */
export function rangeOf(name: RecipeNumber): [number, number] {
  const { minValue, maxValue } = JingleRecipeSchema.shape[name]
  return [minValue ?? 0, maxValue ?? 0]
}

/**
 * Whether two recipes make the same mix. One that names no bed is compared as if it named the default one; without a bed
 * what is said of it does not count.
 */
export function isSameMix(one: JingleRecipe | null, other: JingleRecipe | null, default_bed: string | null = null): boolean {
  if (!one || !other) return one === other
  const heard = (recipe: JingleRecipe) => recipe.with_bed
    ? { ...recipe, bed_track_id: recipe.bed_track_id ?? default_bed }
    : { with_bed: false, chime_track_id: recipe.chime_track_id, silence_before_ms: recipe.silence_before_ms, silence_after_ms: recipe.silence_after_ms, voice_gain_db: recipe.voice_gain_db }
  const [left, right] = [heard(one), heard(other)] as [Partial<JingleRecipe>, Partial<JingleRecipe>]
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every(key => left[key as keyof JingleRecipe] === right[key as keyof JingleRecipe])
}

/** A track as the dashboard's audio element takes it: between its cues, as it sounds in a mix. */
export function trackSound(track: Track): Sound {
  return {
    id: track.track_id, url: track.audio_url ?? '', title: track.title, duration_ms: track.duration_ms, from_ms: track.cue_in_ms, to_ms: track.cue_out_ms ?? track.duration_ms,
  }
}
