import { useDebounceFn } from '@vueuse/core'
import type { LibraryList, TagCount } from '#shared/schemas/library'

const PAGE = 24
/** More than this is not read again at once when others change the library. */
const REREAD_PAGES = 5
const REREAD_PAGE = 100

/** The library as the address asks for it, page after page, and as it changes. */
export function useLibrary() {
  const { apiGet } = useApi()
  const { on, onReturn } = useWebSocket()
  const { reload } = useMessageLists()
  const { filters, active, query, setFilters } = useLibraryFilter()

  const { data, status, error, refresh } = useFetch<LibraryList>('/api/v1/library', {
    key: MESSAGE_KEYS.library,
    query: computed(() => ({ ...query.value, limit: PAGE })),
    lazy: true,
  })

  const loadingMore = ref(false)
  const moreFailed = ref(false)
  async function loadMore() {
    const before = data.value
    if (!before?.next_cursor || loadingMore.value) return
    loadingMore.value = true
    moreFailed.value = false
    try {
      const next = await apiGet<LibraryList>('/api/v1/library', { query: { ...query.value, limit: PAGE, cursor: before.next_cursor } })
      // Another search may have taken the list's place meanwhile.
      if (data.value?.next_cursor === before.next_cursor) data.value = { ...next, items: withoutDoubles([...data.value.items, ...next.items]) }
    }
    catch {
      moreFailed.value = true
    }
    finally {
      loadingMore.value = false
    }
  }

  /** Reads again as much as is shown, so that nobody who has scrolled far loses their place. */
  const reread = useDebounceFn(async () => {
    const length = data.value?.items.length ?? 0
    if (length <= PAGE) return refresh()
    const asked = query.value
    let list: LibraryList | undefined
    for (let page = 0; page < REREAD_PAGES && (!list || (list.next_cursor && list.items.length < length)); page++) {
      const next: LibraryList = await apiGet<LibraryList>('/api/v1/library', { query: { ...asked, limit: REREAD_PAGE, cursor: list?.next_cursor ?? undefined } })
      list = { ...next, items: withoutDoubles([...list?.items ?? [], ...next.items]) }
    }
    if (list && asked === query.value) data.value = list
  }, 300)

  on('message_changed', ({ audio_id }) => {
    const isShown = data.value?.items.some(message => message.audio_id === audio_id)
    // New ones come in by themselves only while nobody has scrolled into older pages.
    if (isShown) void reload(audio_id)
    else if ((data.value?.items.length ?? 0) <= PAGE) void reread()
  })
  on('library_changed', () => void reread())
  onReturn(() => void reread())

  return { data, status, error, refresh, filters, active, query, setFilters, loadMore, loadingMore, moreFailed }
}

/** A message that moved between two pages comes with both. */
function withoutDoubles(items: LibraryList['items']): LibraryList['items'] {
  return [...new Map(items.map(message => [message.audio_id, message])).values()]
}

/** The tags in use, most used first: for suggestions and for the filter. */
export function useTags() {
  const { data } = useFetch<{ items: TagCount[] }>('/api/v1/library/tags', { key: 'library-tags', lazy: true, server: false, dedupe: 'defer' })
  return computed(() => data.value?.items ?? [])
}

/** How the library is shown: as cards or as rows. Remembered in this browser. */
export function useLibraryView() {
  return useCookie<'grid' | 'list'>('mediaflow_library_view', { default: () => 'grid', sameSite: 'lax', maxAge: 31_536_000 })
}
