interface Notice {
  description?: string
  icon?: string
  /** Offers "Undo" while the notice stands. */
  undo?: () => unknown
}

/** Short notices in a corner of the screen, said in the reader's language by the caller. */
export function useNotification() {
  const toast = useToast()
  const { t } = useI18n()
  const { apiErrorMessage } = useApi()

  function success(title: string, notice: Notice = {}) {
    toast.add({
      title,
      description: notice.description,
      color: 'success',
      icon: notice.icon ?? 'i-lucide-circle-check',
      actions: notice.undo ? [{ label: t('common.actions.undo'), color: 'neutral', variant: 'outline', onClick: () => void notice.undo?.() }] : undefined,
      duration: notice.undo ? 10_000 : undefined,
    })
  }

  /** Says why something failed. What the person cancelled themselves is no failure. */
  function failure(title: string, thrown: unknown) {
    const { code } = toApiError(thrown)
    if (code === 'aborted') return
    toast.add({ title, description: apiErrorMessage(thrown), color: 'error', icon: 'i-lucide-circle-alert', duration: 10_000 })
  }

  return { success, failure }
}
