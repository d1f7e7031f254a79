import type { Message } from '#shared/schemas/audio'
import { BIN_DAYS, type EmptiedBin, type LibraryList } from '#shared/schemas/library'

const DAY_MS = 86_400_000
const PAGE = 50

/** What was deleted and can still be brought back, last deleted first. */
export function useBin() {
  const { t, n } = useI18n()
  const { apiGet, apiPatch, apiDelete } = useApi()
  const notification = useNotification()
  const confirm = useConfirm()
  const audio = useAudio()
  const { keepFresh } = useWebSocket()
  const { now } = useTimeFormat()

  const { data, status, error, refresh } = useFetch<LibraryList>('/api/v1/library', { key: MESSAGE_KEYS.bin, query: { deleted: true, status: 'all', limit: PAGE }, lazy: true, dedupe: 'defer' })
  const messages = computed(() => data.value?.items ?? [])
  const total = computed(() => data.value?.total ?? 0)
  keepFresh(['library_changed', 'message_changed'], refresh)

  const loadingMore = ref(false)
  async function more() {
    const before = data.value
    if (!before?.next_cursor || loadingMore.value) return
    loadingMore.value = true
    try {
      const next = await apiGet<LibraryList>('/api/v1/library', { query: { deleted: true, status: 'all', limit: PAGE, cursor: before.next_cursor } })
      data.value = { ...next, items: [...before.items, ...next.items] }
    }
    catch (thrown) {
      notification.failure(t('common.list.error'), thrown)
    }
    finally {
      loadingMore.value = false
    }
  }

  /** Whole days until it is gone for good; the clock may stand a little before the moment of the deletion. */
  function daysLeft({ purge_at }: Message): number {
    const days = purge_at ? Math.ceil((Date.parse(purge_at) - now.value) / DAY_MS) : 0
    return Math.min(BIN_DAYS, Math.max(0, days))
  }

  /** Takes it from the list, does the work, and puts the list right when that failed. */
  async function without(message: Message, work: () => Promise<unknown>, failed: string): Promise<boolean> {
    if (audio.isCurrent(message.audio_id)) audio.stop()
    if (data.value) data.value = { ...data.value, items: messages.value.filter(entry => entry.audio_id !== message.audio_id), total: total.value - 1 }
    try {
      await work()
      return true
    }
    catch (thrown) {
      notification.failure(failed, thrown)
      await refresh()
      return false
    }
  }

  async function restore(message: Message) {
    const back = await without(message, () => apiPatch(`/api/v1/library/${message.audio_id}`, { deleted_at: null }), t('library.bin.restore_failed'))
    if (back) notification.success(t('library.bin.restored', { title: message.title }))
  }

  async function removeForGood(message: Message) {
    if (!await confirm({ title: t('library.bin.remove_title', { title: message.title }), text: t('library.bin.remove_text'), action: t('library.bin.remove') })) return
    await without(message, () => apiDelete(`/api/v1/library/${message.audio_id}`, { query: { permanent: true } }), t('library.delete_failed'))
  }

  /** Everything in the bin, also what no page has shown yet; what comes in meanwhile stays. */
  async function empty() {
    const count = total.value
    const counted = data.value?.total_is_capped ? `${n(count)}+` : n(count)
    if (!await confirm({ title: t('library.bin.empty_title', { count: counted }, count), text: t('library.bin.remove_text'), action: t('library.bin.empty_all') })) return
    audio.stop()
    try {
      const { removed } = await apiDelete<EmptiedBin>('/api/v1/library/bin')
      notification.success(t('library.bin.emptied', { count: n(removed) }, removed))
    }
    catch (thrown) {
      notification.failure(t('library.delete_failed'), thrown)
    }
    await refresh()
  }

  return { messages, total, daysLeft, data, status, error, refresh, more, loadingMore, restore, removeForGood, empty }
}
