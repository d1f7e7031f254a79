import { LibraryQuerySchema, type LibraryList, type LibraryQuery } from '#shared/schemas/library'

export type LibraryFilter = Pick<LibraryQuery, 'q' | 'category' | 'sort'>

const FilterSchema = LibraryQuerySchema.pick({ q: true, category: true, sort: true })

/** The library as the address asks for it (`?q=&category=&sort=`), page after page. */
export function useLibrary() {
  const route = useRoute()
  const router = useRouter()
  const { apiGet } = useApi()
  const { on, onReturn } = useWebSocket()
  const { reload } = useMessageActions()

  const filter = computed<LibraryFilter>(() => FilterSchema.safeParse(route.query).data ?? { sort: 'newest' })
  const query = computed(() => ({ ...filter.value, q: filter.value.q || undefined, limit: 24 }))
  const { data, status, error, refresh } = useFetch<LibraryList>('/api/v1/library', { key: 'library', query, lazy: true })

  /** Asks for something else; the address keeps it, so that it can be shared and gone back to. */
  function setFilter(changes: Partial<LibraryFilter>) {
    const next = { ...filter.value, ...changes }
    void router.replace({ query: {
      ...route.query,
      q: next.q || undefined,
      category: next.category || undefined,
      sort: next.sort === 'newest' ? undefined : next.sort,
    } })
  }

  const loadingMore = ref(false)
  const moreFailed = ref(false)
  async function loadMore() {
    const before = data.value
    if (!before?.next_cursor || loadingMore.value) return
    loadingMore.value = true
    moreFailed.value = false
    try {
      const next = await apiGet<LibraryList>('/api/v1/library', { query: { ...query.value, cursor: before.next_cursor } })
      // Another search may have taken the list's place meanwhile.
      if (data.value?.next_cursor === before.next_cursor) data.value = { ...next, items: [...data.value.items, ...next.items] }
    }
    catch {
      moreFailed.value = true
    }
    finally {
      loadingMore.value = false
    }
  }

  on('message_changed', ({ audio_id }) => {
    const isShown = data.value?.items.some(message => message.audio_id === audio_id)
    const isOnePage = (data.value?.items.length ?? 0) <= query.value.limit
    // New ones come in by themselves only while nobody has scrolled into older pages.
    if (isShown) void reload(audio_id)
    else if (isOnePage) void refresh()
  })
  onReturn(() => void refresh())

  return { data, status, error, refresh, filter, setFilter, loadMore, loadingMore, moreFailed }
}
