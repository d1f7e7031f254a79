import type { PlayFilter, PlayList, PlayQueryInput, PlayStats } from '#shared/schemas/player'

const PATH = '/api/v1/player/plays'
const PAGE = 20
/** More than this is not read again at once when something new has happened. */
const REREAD_PAGES = 5
const REREAD_PAGE = 100

/** The plays that a query means, page after page, and as they change. Keys part lists that are shown side by side. */
export function usePlays(key: string, query: Ref<Omit<PlayQueryInput, 'cursor' | 'limit'>>) {
  const { apiGet } = useApi()
  const { keepFresh } = useWebSocket()
  const { data, status, error, refresh } = useFetch<PlayList>(PATH, { key, query: computed(() => ({ ...query.value, limit: PAGE })), lazy: true, server: false, dedupe: 'defer' })
  const pageOf = (limit: number, cursor?: string | null) => apiGet<PlayList>(PATH, { query: { ...query.value, limit, cursor: cursor ?? undefined } })

  const loadingMore = ref(false)
  const moreFailed = ref(false)
  async function loadMore() {
    const before = data.value
    if (!before?.next_cursor || loadingMore.value) return
    loadingMore.value = true
    moreFailed.value = false
    try {
      const next = await pageOf(PAGE, before.next_cursor)
      // Another query may have taken the list's place meanwhile.
      if (data.value?.next_cursor === before.next_cursor) data.value = { ...next, items: joined(data.value.items, next.items) }
    }
    catch {
      moreFailed.value = true
    }
    finally {
      loadingMore.value = false
    }
  }

  /** Reads again as much as is shown, so that nobody who has scrolled far loses their place. */
  async function reread() {
    const length = data.value?.items.length ?? 0
    if (length <= PAGE) return refresh({ dedupe: 'cancel' })
    const asked = query.value
    let list: PlayList | undefined
    for (let page = 0; page < REREAD_PAGES && (!list || (list.next_cursor && list.items.length < length)); page++) {
      const next: PlayList = await pageOf(REREAD_PAGE, list?.next_cursor)
      list = { ...next, items: joined(list?.items ?? [], next.items) }
    }
    if (list && asked === query.value) data.value = list
  }
  // What happened between the first reading and the socket's opening was not announced.
  keepFresh(['play_changed', 'ready'], reread)

  return { data, status, error, refresh, loadMore, loadingMore, moreFailed }
}

/** How the plays of a query came out, in figures. */
export function usePlayStats(query: Ref<PlayFilter>) {
  const { keepFresh } = useWebSocket()
  const { data, status, error, refresh } = useFetch<PlayStats>(`${PATH}/stats`, { key: 'play-stats', query, lazy: true, server: false, dedupe: 'defer' })
  keepFresh(['play_changed', 'ready'], refresh)
  return { data, status, error, refresh }
}

/** A play that moved between two pages comes with both. */
function joined(before: PlayList['items'], next: PlayList['items']): PlayList['items'] {
  return [...new Map([...before, ...next].map(play => [play.play_id, play])).values()]
}
