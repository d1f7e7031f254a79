import type { Track, TrackList, TrackPatch } from '#shared/schemas/track'

/** What people do with music: the call, the notice, and the list that shows it. */
export function useTrackActions() {
  const { t } = useI18n()
  const { apiPatch, apiDelete, apiPost } = useApi()
  const notification = useNotification()
  const audio = useAudio()
  const lists = TRACK_LISTS.map(key => useNuxtData<TrackList>(key).data)

  /** Shows a track as it now is. */
  function apply(track: Track) {
    for (const list of lists) {
      if (list.value) list.value = { ...list.value, items: list.value.items.map(item => item.track_id === track.track_id ? track : item) }
    }
  }

  async function patch(track: Track, changes: TrackPatch) {
    apply({ ...track, ...changes } as Track)
    try {
      apply(await apiPatch<Track>(`/api/v1/audio/tracks/${track.track_id}`, changes))
      if (changes.kind) await refreshNuxtData(TRACK_LISTS)
      return true
    }
    catch (thrown) {
      apply(track)
      notification.failure(t('music.save_failed'), thrown)
      return false
    }
  }

  async function rename(track: Track, title: string) {
    const name = title.trim()
    if (name && name !== track.title) await patch(track, { title: name })
  }

  /** There is one default of each kind: the others are read again. */
  async function makeDefault(track: Track) {
    if (!await patch(track, { is_default: true })) return
    notification.success(t('music.default_set', { title: track.title }))
    await refreshNuxtData(trackListKey(track.kind))
  }

  async function remove(track: Track) {
    if (audio.isCurrent(track.track_id)) audio.stop()
    const before = lists.map(list => list.value)
    for (const list of lists) {
      if (list.value) list.value = { ...list.value, items: list.value.items.filter(item => item.track_id !== track.track_id) }
    }
    try {
      await apiDelete(`/api/v1/audio/tracks/${track.track_id}`)
    }
    catch (thrown) {
      lists.forEach((list, at) => list.value = before[at])
      return notification.failure(t('music.delete_failed'), thrown)
    }
    notification.success(t('music.deleted', { title: track.title }), { icon: 'i-lucide-trash-2', undo: () => bringBack(track) })
  }

  async function bringBack(track: Track) {
    try {
      // A deleted track is nobody's default: what it was, it is again.
      await apiPatch(`/api/v1/audio/tracks/${track.track_id}`, { deleted_at: null, ...(track.is_default ? { is_default: true } : {}) } satisfies TrackPatch)
      await refreshNuxtData(trackListKey(track.kind))
    }
    catch (thrown) {
      notification.failure(t('library.undo_failed'), thrown)
    }
  }

  /** Asks the server to work on a failed upload once more. */
  async function retry(track: Track) {
    try {
      apply(await apiPost<Track>(`/api/v1/audio/tracks/${track.track_id}/retry`, {}))
    }
    catch (thrown) {
      notification.failure(t('music.retry_failed'), thrown)
    }
  }

  return { patch, rename, makeDefault, remove, retry }
}
