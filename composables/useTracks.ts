import { TRACK_KINDS } from '#shared/schemas/audio-words'
import type { Track, TrackList } from '#shared/schemas/track'

const PAGE = 100

export const trackListKey = (kind: Track['kind']) => `audio:tracks:${kind}`

/** Keys of the client's music: `refreshNuxtData(TRACK_LISTS)` after a change. */
export const TRACK_LISTS = TRACK_KINDS.map(trackListKey)

/** The client's tracks of one kind, page after page: hundreds of songs push no bed out of sight. */
export function useTracks(kind: Track['kind']) {
  const request = useRequestFetch()
  const key = trackListKey(kind)
  const { data: known } = useNuxtData<TrackList>(key)
  const page = (cursor?: string) => request<TrackList>('/api/v1/audio/tracks', { query: { kind, limit: PAGE, cursor }, retry: 0 })

  const { data, status, error, refresh } = useAsyncData(key, async () => {
    // As much as is shown already, so that nobody loses their place.
    const shown = known.value?.items.length ?? 0
    let list = await page()
    while (list.next_cursor && list.items.length < shown) list = after(list, await page(list.next_cursor))
    return list
  }, { lazy: true, dedupe: 'defer' })

  const loadingMore = ref(false)
  async function loadMore() {
    const before = data.value
    if (!before?.next_cursor || loadingMore.value) return
    loadingMore.value = true
    try {
      const next = await page(before.next_cursor)
      if (data.value?.next_cursor === before.next_cursor) data.value = after(data.value, next)
    }
    finally {
      loadingMore.value = false
    }
  }

  const tracks = computed(() => data.value?.items.filter(track => track.kind === kind) ?? [])
  const hasMore = computed(() => Boolean(data.value?.next_cursor))
  /** Every track of this kind is here. */
  const isWhole = computed(() => Boolean(data.value) && !hasMore.value)

  return { kind, tracks, hasMore, isWhole, status, error, refresh, loadMore, loadingMore }
}

/** Reads lists of tracks again when somebody changes the music, or after a gap in the connection. */
export function useTracksLive(lists: Pick<ReturnType<typeof useTracks>, 'refresh'>[]) {
  useWebSocket().keepFresh(['track_changed'], options => Promise.all(lists.map(list => list.refresh(options))))
}

const after = (list: TrackList, next: TrackList): TrackList => ({ ...next, items: [...list.items, ...next.items] })
