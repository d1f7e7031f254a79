import { useClipboard } from '@vueuse/core'
import type { Message } from '#shared/schemas/audio'
import type { Category, MessagePatch } from '#shared/schemas/library'

/** What people do with one message: the call, the notice, and the places that show it. */
export function useMessageActions() {
  const { t } = useI18n()
  const { apiPatch, apiPost, apiDelete } = useApi()
  const notification = useNotification()
  const confirm = useConfirm()
  const store = useAudioStore()
  const { apply, hide } = useMessageLists()

  /** Shows a change at once, and takes it back when the server refuses. */
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
    if (saved) await refreshNuxtData(MESSAGE_KEYS.library)
  }

  async function setFavourite(message: Message, is_favourite: boolean) {
    await patch(message, { is_favourite }, { is_favourite }, t('library.change_failed'))
  }

  async function setCategory(message: Message, category: Category | null) {
    await patch(message, { category: category?.category_id ?? null }, { category }, t('library.change_failed'))
  }

  async function setTags(message: Message, tags: string[]) {
    if (await patch(message, { tags }, { tags }, t('library.change_failed'))) await refreshNuxtData('library-tags')
  }

  /** Between which instants it may air; `null` leaves an end open. */
  async function setValidity(message: Message, valid_from: string | null, valid_until: string | null) {
    return patch(message, { valid_from, valid_until }, { valid_from, valid_until }, t('library.change_failed'))
  }

  /** Moves it to the bin. One that still waits to be heard somewhere goes only after a second question. */
  async function remove(message: Message) {
    const restore = hide([message.audio_id])
    try {
      await apiDelete(`/api/v1/library/${message.audio_id}`)
    }
    catch (error) {
      restore()
      if (toApiError(error).code !== 'message_in_use') return notification.failure(t('library.delete_failed'), error)
      if (!await confirm({ title: t('library.in_use_title', { title: message.title }), text: t('library.in_use_text'), action: t('common.actions.delete') })) return
      return removeAnyway(message)
    }
    sayDeleted(message, restore)
  }

  async function removeAnyway(message: Message) {
    const restore = hide([message.audio_id])
    try {
      await apiDelete(`/api/v1/library/${message.audio_id}`, { query: { force: true } })
    }
    catch (error) {
      restore()
      return notification.failure(t('library.delete_failed'), error)
    }
    sayDeleted(message, restore)
  }

  function sayDeleted(message: Message, restore: () => void) {
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

  /** Tries once more to make a sound of an upload that failed. */
  async function retry(message: Message) {
    apply({ ...message, status: 'waiting', failure: null })
    try {
      apply(await apiPost<Message>(`/api/v1/library/${message.audio_id}/retry`))
    }
    catch (error) {
      apply(message)
      notification.failure(t('library.retry_failed'), error)
    }
  }

  async function copyText(message: Message) {
    // Made only now: it asks the browser for permissions, and every card of a list has these actions.
    await useClipboard({ legacy: true }).copy(message.text)
    notification.success(t('library.copied'))
  }

  /** Its words on the Announce page again, to be changed and spoken as a new message. */
  async function editAsNew(message: Message) {
    Object.assign(store.draft, {
      text: message.text,
      spoken: message.spoken_text ? { for: message.text, text: message.spoken_text } : null,
      title: '',
      category: message.category?.category_id ?? null,
      jingle: { with_music: message.jingle !== null, preset_id: null, changes: { ...message.jingle } },
    })
    if (message.voice_id) {
      store.draft.voice_id = message.voice_id
      if (message.voice_settings) store.draft.settings[message.voice_id] = { ...message.voice_settings }
    }
    await navigateTo('/')
  }

  return { rename, save, setFavourite, setCategory, setTags, setValidity, remove, retry, copyText, editAsNew }
}

/** Where a message is downloaded under its own title. */
export function downloadUrl(message: Pick<Message, 'audio_url' | 'title'>): string {
  return `${message.audio_url}?download=${encodeURIComponent(message.title)}`
}
