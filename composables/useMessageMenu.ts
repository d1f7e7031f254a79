import type { DropdownMenuItem } from '@nuxt/ui'
import type { Message } from '#shared/schemas/audio'

interface Offers {
  /** Starts the renaming, where the place can rename. */
  rename?: () => void
  /** Where its details are, unless they are what is shown. */
  details?: boolean
}

/** What can be done with a message, as a menu: only what the reader's role may do, and what makes sense as it stands. */
export function useMessageMenu(message: () => Message, offers: Offers = {}) {
  const { t } = useI18n()
  const { can } = useClientStore()
  const actions = useMessageActions()
  const { add } = useShortcutActions()
  const { create } = useScheduleEditor()
  const detailsOf = useDetailsLink()

  return computed<DropdownMenuItem[][]>(() => {
    const { status, text, audio_url, source } = message()
    const isDraft = status === 'draft'
    const isEditor = can('editor')
    const only = (condition: unknown, item: DropdownMenuItem) => condition ? [item] : []
    return [
      [
        ...only(isEditor && isDraft, { label: t('audio.save_in_library'), icon: 'i-lucide-bookmark', onSelect: () => void actions.save(message()) }),
        ...only(isEditor && status === 'failed', { label: t('common.actions.retry'), icon: 'i-lucide-rotate-ccw', onSelect: () => void actions.retry(message()) }),
        ...only(offers.details, { label: t('library.details.open'), icon: 'i-lucide-panel-right-open', to: detailsOf(message()) }),
        ...only(isEditor && offers.details && status === 'ready' && source === 'generated', { label: t('library.details.edit_text'), icon: 'i-lucide-pen-line', to: detailsOf(message(), { edit: null }) }),
        ...only(isEditor && text, { label: t('library.edit_as_new'), icon: 'i-lucide-copy-plus', onSelect: () => void actions.editAsNew(message()) }),
        ...only(isEditor && audio_url, { label: t('calendar.schedule_it'), icon: 'i-lucide-calendar-plus', onSelect: () => create({ messages: [messageOfForm(message())] }) }),
        ...only(isEditor && audio_url, { label: t('templates.board.add'), icon: 'i-lucide-layout-grid', onSelect: () => void add(buttonOf(message())) }),
        ...only(isEditor && offers.rename, { label: t('library.rename'), icon: 'i-lucide-text-cursor-input', onSelect: offers.rename }),
      ],
      [
        ...only(text, { label: t('library.copy_text'), icon: 'i-lucide-copy', onSelect: () => void actions.copyText(message()) }),
        ...only(audio_url, { label: t('audio.download'), icon: 'i-lucide-download', to: audio_url ? downloadUrl(message()) : undefined, external: true, download: '' }),
      ],
      only(isEditor, { label: t(isDraft ? 'audio.discard' : 'common.actions.delete'), icon: 'i-lucide-trash-2', color: 'error', onSelect: () => void actions.remove(message()) }),
    ].filter(group => group.length)
  })
}

/** Where a message's details stand: beside the library as it is filtered now. */
export function useDetailsLink() {
  const route = useRoute()
  return (message: Pick<Message, 'audio_id'>, extra: Record<string, null> = {}) => ({
    path: `/library/${message.audio_id}`,
    query: { ...(route.path.startsWith('/library') ? route.query : {}), ...extra },
  })
}
