import type { Message } from '#shared/schemas/audio'
import type { LibraryList } from '#shared/schemas/library'

/** Keys of what shows messages: lists, and the one that is open in its details. */
export const MESSAGE_KEYS = { library: 'library', recent: 'library-recent', bin: 'library-bin', open: 'library-open' } as const

const latest = useLatest()

/** Every place that shows messages, changed at once: what one card learns, the others know. */
export function useMessageLists() {
  const { apiGet } = useApi()
  const store = useAudioStore()
  const selection = useLibraryStore()
  const audio = useAudio()
  const lists = [MESSAGE_KEYS.library, MESSAGE_KEYS.recent].map(key => useNuxtData<LibraryList>(key).data)
  const { data: open } = useNuxtData<Message>(MESSAGE_KEYS.open)

  /** Shows some messages as `change` makes them. */
  function applyTo(audio_ids: Iterable<string>, change: (message: Message) => Message) {
    const ids = new Set(audio_ids)
    for (const list of lists) {
      if (!list.value) continue
      list.value = { ...list.value, items: list.value.items.map(item => ids.has(item.audio_id) ? change(item) : item) }
    }
    if (store.made && ids.has(store.made.audio_id)) store.made = change(store.made)
    if (open.value && ids.has(open.value.audio_id)) open.value = change(open.value)
  }

  /** Shows a message as it now is, wherever it stands. */
  function apply(message: Message) {
    applyTo([message.audio_id], () => message)
  }

  /** Takes messages from sight; what is returned brings them back where they were. */
  function hide(audio_ids: Iterable<string>): () => void {
    const ids = new Set(audio_ids)
    if (store.sound && ids.has(store.sound.id)) audio.stop()
    selection.drop(ids)
    const made = store.made && ids.has(store.made.audio_id) ? store.made : null
    if (made) store.made = null
    const restores = lists.map((list) => {
      const before = list.value?.items ?? []
      const gone = before.flatMap((message, at) => ids.has(message.audio_id) ? [{ message, at }] : [])
      if (!list.value || !gone.length) return () => {}
      list.value = { ...list.value, items: before.filter(message => !ids.has(message.audio_id)), total: list.value.total - gone.length }
      return () => {
        if (!list.value) return
        const items = list.value.items.filter(message => !ids.has(message.audio_id))
        for (const { message, at } of gone) items.splice(at, 0, message)
        list.value = { ...list.value, items, total: list.value.total + gone.length }
      }
    })
    return () => {
      restores.forEach(restore => restore())
      if (made) store.made = made
    }
  }

  const isShown = (audio_id: string) => open.value?.audio_id === audio_id || lists.some(list => list.value?.items.some(item => item.audio_id === audio_id))

  /** Reads one message again, because somebody changed it. Gone means gone from the lists too. */
  async function reload(audio_id: string) {
    if (!isShown(audio_id)) return refreshNuxtData(MESSAGE_KEYS.recent)
    try {
      const message = await latest(audio_id, () => apiGet<Message>(`/api/v1/library/${audio_id}`))
      if (!message) return
      if (message.deleted_at) hide([audio_id])
      else apply(message)
    }
    catch (error) {
      if (toApiError(error).status === 404) hide([audio_id])
    }
  }

  /** The messages that are shown, by their ids. */
  function shown(audio_ids: Iterable<string>): Message[] {
    const ids = new Set(audio_ids)
    return (lists[0]!.value?.items ?? []).filter(message => ids.has(message.audio_id))
  }

  return { apply, applyTo, hide, reload, shown }
}
