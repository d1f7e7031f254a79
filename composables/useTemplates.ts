import type { Message } from '#shared/schemas/audio'
import { FillResponseSchema, type FillRequest, type NewShortcut, type NewTemplate, type Shortcut, type ShortcutPatch, type Template, type TemplatePatch } from '#shared/schemas/template'

interface List<T> {
  items: T[]
}

const TEMPLATES = '/api/v1/library/templates'
const SHORTCUTS = '/api/v1/library/shortcuts'

/** The client's templates; `shown` are those in the reader's language. */
export function useTemplates() {
  const { locale } = useI18n()
  const { keepFresh } = useWebSocket()
  const { data, status, error, refresh } = useFetch<List<Template>>(TEMPLATES, { key: 'templates', lazy: true, dedupe: 'defer' })
  keepFresh(['library_changed'], refresh)
  const templates = computed(() => data.value?.items ?? [])
  const shown = computed(() => templates.value.filter(entry => entry.language.slice(0, 2) === locale.value))
  return { templates, shown, status, error, refresh }
}

/** The buttons of the board. */
export function useShortcutList() {
  const { keepFresh } = useWebSocket()
  const { data, status, error, refresh } = useFetch<List<Shortcut>>(SHORTCUTS, { key: 'shortcuts', lazy: true, dedupe: 'defer' })
  keepFresh(['library_changed'], refresh)
  return { shortcuts: computed(() => data.value?.items ?? []), status, error, refresh }
}

/** What people do with templates: the call, the notice, and the list afterwards. Saving and filling throw, so that a form can say why. */
export function useTemplateActions() {
  const { t } = useI18n()
  const { apiPost, apiPatch, apiPut, apiDelete } = useApi()
  const { success, failure } = useNotification()
  // The buttons of a template come and go with it.
  const again = () => refreshNuxtData(['templates', 'shortcuts'])

  async function save(template: Template | null, values: NewTemplate | TemplatePatch) {
    if (template) await apiPatch(`${TEMPLATES}/${template.template_id}`, values)
    else await apiPost(TEMPLATES, values, { idempotent: true })
    success(t('templates.saved'))
    await again()
  }

  async function attempt(work: () => Promise<unknown>) {
    try {
      await work()
    }
    catch (error) {
      failure(t('templates.failed'), error)
    }
    await again()
  }

  const order = (template_ids: string[]) => attempt(() => apiPut(`${TEMPLATES}/order`, { template_ids }))
  const restore = () => attempt(async () => {
    await apiPost(`${TEMPLATES}/restore`)
    success(t('templates.restored'))
  })

  /** Gone at once, and its buttons with it; "undo" brings all of them back. */
  const remove = ({ template_id, title }: Template) => attempt(async () => {
    const url = `${TEMPLATES}/${template_id}`
    await apiDelete(url)
    success(t('templates.deleted', { title }), { undo: () => attempt(() => apiPatch(url, { deleted_at: null } satisfies TemplatePatch)) })
  })

  return { save, order, restore, remove }
}

/** A button that airs a message, with the looks of its category. */
export const buttonOf = ({ audio_id, title, category }: Message): NewShortcut => ({
  audio_id, title: title.slice(0, 60), icon: category?.icon ?? 'i-lucide-megaphone', colour: category?.colour ?? '#6366f1',
})

/** What people do with the buttons of the board. */
export function useShortcutActions() {
  const { t } = useI18n()
  const { apiPost, apiPatch, apiPut, apiDelete } = useApi()
  const { success, failure } = useNotification()

  async function attempt(work: () => Promise<unknown>) {
    try {
      await work()
    }
    catch (error) {
      failure(t('templates.failed'), error)
    }
    await refreshNuxtData('shortcuts')
  }

  const add = (values: NewShortcut) => attempt(async () => {
    await apiPost(SHORTCUTS, values, { idempotent: true })
    success(t('templates.board.added', { title: values.title }))
  })
  /** Throws, so that a form can say why. */
  async function change(shortcut_id: string, patch: ShortcutPatch) {
    await apiPatch(`${SHORTCUTS}/${shortcut_id}`, patch)
    await refreshNuxtData('shortcuts')
  }
  const order = (shortcut_ids: string[]) => attempt(() => apiPut(`${SHORTCUTS}/order`, { shortcut_ids }))
  const remove = ({ shortcut_id, title }: Shortcut) => attempt(async () => {
    const url = `${SHORTCUTS}/${shortcut_id}`
    await apiDelete(url)
    success(t('templates.board.removed', { title }), { undo: () => attempt(() => apiPatch(url, { deleted_at: null } satisfies ShortcutPatch)) })
  })

  return { add, change, order, remove }
}

/**
 * A template that is being filled in. What was cancelled may have been sent already: asking the same again does not send
 * it twice, until `reset`.
 */
export function useFill() {
  const { making, failure, make, cancel } = useMaking()
  const fill = ({ template_id, preset_id }: Template, request: FillRequest) =>
    make(`${TEMPLATES}/${template_id}/fill`, request, FillResponseSchema, preset_id !== null)

  function reset() {
    failure.value = null
    forgetUnanswered()
  }

  return { making, failure, fill, cancel, reset }
}
