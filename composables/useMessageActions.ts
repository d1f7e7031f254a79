import { useClipboard } from '@vueuse/core'
import type { Message } from '#shared/schemas/audio'
import type { LibraryList, MessagePatch } from '#shared/schemas/library'

/** What people do with messages: the call, the notice, and the lists that show them. */
export function useMessageActions() {
  const { t } = useI18n()
  const { apiPatch, apiDelete, apiGet } = useApi()
  const notification = useNotification()
  const store = useAudioStore()
  const audio = useAudio()
  const clipboard = useClipboard({ legacy: true })
  const lists = [useNuxtData<LibraryList>('library').data, useNuxtData<LibraryList>('library-recent').data]

  /** Shows a message as it now is, wherever it stands. */
  function apply(message: Message) {
    for (const list of lists) {
      if (!list.value) continue
      list.value = { ...list.value, items: list.value.items.map(item => item.audio_id === message.audio_id ? message : item) }
    }
    if (store.made?.audio_id === message.audio_id) store.made = message
  }

  /** Takes a message from sight; what is returned brings it back where it was. */
  function hide(message: Message) {
    if (audio.isCurrent(message.audio_id)) audio.stop()
    const wasMade = store.made?.audio_id === message.audio_id
    if (wasMade) store.made = null
    const restores = lists.map((list) => {
      const at = list.value?.items.findIndex(item => item.audio_id === message.audio_id) ?? -1
      if (!list.value || at < 0) return () => {}
      list.value = { ...list.value, items: list.value.items.toSpliced(at, 1), total: list.value.total - 1 }
      return () => {
        if (list.value) list.value = { ...list.value, items: list.value.items.toSpliced(at, 0, message), total: list.value.total + 1 }
      }
    })
    return () => {
      restores.forEach(restore => restore())
      if (wasMade) store.made = message
    }
  }

  async function patch(message: Message, changes: MessagePatch, shown: Partial<Message>, failed: string) {
    apply({ ...message, ...shown })
    try {
      apply(await apiPatch<Message>(`/api/v1/library/${message.audio_id}`, changes))
      return true
    }
    catch (error) {
      apply(message)
      notification.failure(failed, error)
      return false
    }
  }

  async function rename(message: Message, title: string) {
    const name = title.trim()
    if (!name || name === message.title) return
    await patch(message, { title: name }, { title: name }, t('library.rename_failed'))
  }

  async function save(message: Message) {
    const saved = await patch(message, { status: 'ready' }, { status: 'ready' }, t('audio.save_failed'))
    if (saved) notification.success(t('audio.saved', { title: message.title }))
    if (saved) await refreshNuxtData('library')
  }

  async function remove(message: Message) {
    const restore = hide(message)
    try {
      await apiDelete(`/api/v1/library/${message.audio_id}`)
    }
    catch (error) {
      restore()
      return notification.failure(t('library.delete_failed'), error)
    }
    notification.success(t(message.status === 'draft' ? 'audio.discarded' : 'library.deleted', { title: message.title }), {
      icon: 'i-lucide-trash-2',
      undo: () => bringBack(message, restore),
    })
  }

  async function bringBack(message: Message, restore: () => void) {
    try {
      await apiPatch<Message>(`/api/v1/library/${message.audio_id}`, { deleted_at: null })
      restore()
    }
    catch (error) {
      notification.failure(t('library.undo_failed'), error)
    }
  }

  async function copyText(message: Message) {
    await clipboard.copy(message.text)
    notification.success(t('library.copied'))
  }

  /** Its words on the Announce page again, to be changed and spoken anew. */
  async function useAgain(message: Message) {
    Object.assign(store.draft, { text: message.text, title: '', category: message.category?.category_id ?? null })
    if (message.voice_id) store.draft.voice_id = message.voice_id
    await navigateTo('/')
  }

  /** Reads one message again, because somebody changed it. Gone means gone from the lists too. */
  async function reload(audio_id: string) {
    const shown = lists.some(list => list.value?.items.some(item => item.audio_id === audio_id))
    if (!shown) return refreshNuxtData('library-recent')
    try {
      apply(await apiGet<Message>(`/api/v1/library/${audio_id}`))
    }
    catch (error) {
      if (toApiError(error).status === 404) await refreshNuxtData(['library', 'library-recent'])
    }
  }

  return { rename, save, remove, copyText, useAgain, reload }
}

/** Where a message is downloaded under its own title. */
export function downloadUrl(message: Message): string {
  return `${message.audio_url}?download=${encodeURIComponent(message.title)}`
}
