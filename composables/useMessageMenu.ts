import type { DropdownMenuItem } from '@nuxt/ui'
import type { Message } from '#shared/schemas/audio'

interface Offers {
  /** Starts the renaming, where the place can rename. */
  rename?: () => void
}

/** What can be done with a message, as a menu: only what the reader's role may do. */
export function useMessageMenu(message: () => Message, offers: Offers = {}) {
  const { t } = useI18n()
  const { can } = useClientStore()
  const actions = useMessageActions()

  return computed<DropdownMenuItem[][]>(() => {
    const isDraft = message().status === 'draft'
    const groups: DropdownMenuItem[][] = [[
      { label: t('library.copy_text'), icon: 'i-lucide-copy', onSelect: () => void actions.copyText(message()) },
      { label: t('audio.download'), icon: 'i-lucide-download', to: downloadUrl(message()), external: true, download: '' },
    ]]
    if (!can('editor')) return groups
    groups.unshift([
      ...(isDraft ? [{ label: t('audio.save_in_library'), icon: 'i-lucide-bookmark', onSelect: () => void actions.save(message()) }] : []),
      { label: t('library.use_again'), icon: 'i-lucide-pen-line', onSelect: () => void actions.useAgain(message()) },
      ...(offers.rename ? [{ label: t('library.rename'), icon: 'i-lucide-text-cursor-input', onSelect: offers.rename }] : []),
    ])
    groups.push([{ label: t(isDraft ? 'audio.discard' : 'common.actions.delete'), icon: 'i-lucide-trash-2', color: 'error', onSelect: () => void actions.remove(message()) }])
    return groups
  })
}
