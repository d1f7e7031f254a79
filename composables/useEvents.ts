import type { Schedule, ScheduleList } from '#shared/schemas/schedule'

const PATH = '/api/v1/schedule'
const PAGE = 30

/** The schedules of a query, page after page, and as they change. */
export function useEvents(query: Ref<Record<string, unknown>>) {
  const { apiGet } = useApi()
  const { keepFresh } = useWebSocket()
  const { data, status, error, refresh } = useFetch<ScheduleList>(PATH, { key: 'schedules', query: computed(() => ({ ...query.value, limit: PAGE })), lazy: true, server: false, dedupe: 'defer' })
  const loadingMore = ref(false)
  const moreFailed = ref(false)

  async function loadMore() {
    const before = data.value
    if (!before?.next_cursor || loadingMore.value) return
    loadingMore.value = true
    moreFailed.value = false
    try {
      const next = await apiGet<ScheduleList>(PATH, { query: { ...query.value, limit: PAGE, cursor: before.next_cursor } })
      // Another query may have taken the list's place meanwhile.
      if (data.value?.next_cursor === before.next_cursor) data.value = { ...next, items: unique([...before.items, ...next.items]) }
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
    const shown = data.value?.items.length ?? 0
    await refresh({ dedupe: 'cancel' })
    while (data.value?.next_cursor && data.value.items.length < shown && !moreFailed.value) await loadMore()
  }
  keepFresh(['schedule_changed', 'calendar_changed', 'message_changed', 'ready'], reread)

  return { data, status, error, refresh, reread, loadMore, loadingMore, moreFailed }
}

const unique = (items: Schedule[]) => [...new Map(items.map(item => [item.schedule_id, item])).values()]
