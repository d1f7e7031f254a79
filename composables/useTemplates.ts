import type { FillRequest, FillResponse, NewShortcut, NewTemplate, Shortcut, Template, TemplatePatch } from '#shared/schemas/template'

interface List<T> {
  items: T[]
}

const TEMPLATES = '/api/v1/library/templates'
const SHORTCUTS = '/api/v1/library/shortcuts'

/** The client's templates; `shown` are those in the reader's language. */
export function useTemplates() {
  const { locale } = useI18n()
  const { on, onReturn } = useWebSocket()
  const { data, status, error, refresh } = useFetch<List<Template>>(TEMPLATES, { key: 'templates', lazy: true, dedupe: 'defer' })
  on('library_changed', () => void refresh())
  onReturn(() => void refresh())
  const templates = computed(() => data.value?.items ?? [])
  const shown = computed(() => templates.value.filter(entry => entry.language.slice(0, 2) === locale.value))
  return { templates, shown, status, error, refresh }
}

/** The buttons of the board. */
export function useShortcutList() {
  const { on, onReturn } = useWebSocket()
  const { data, status, error, refresh } = useFetch<List<Shortcut>>(SHORTCUTS, { key: 'shortcuts', lazy: true, dedupe: 'defer' })
  on('library_changed', () => void refresh())
  onReturn(() => void refresh())
  return { shortcuts: computed(() => data.value?.items ?? []), status, error, refresh }
}

/** What people do with templates: the call, the notice, and the list afterwards. Saving and filling throw, so that a form can say why. */
export function useTemplateActions() {
  const { t } = useI18n()
  const { apiPost, apiPatch, apiPut, apiDelete } = useApi()
  const { success, failure } = useNotification()
  const again = () => refreshNuxtData('templates')

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

  /** Gone at once; "undo" makes it anew, in its old place. */
  const remove = (template: Template, before: string[]) => attempt(async () => {
    await apiDelete(`${TEMPLATES}/${template.template_id}`)
    const { title, text, fields, language, icon, colour, category_id, voice_id, preset_id } = template
    const undo = () => attempt(async () => {
      const { template_id } = await apiPost<Template>(TEMPLATES, { title, text, fields, language, icon, colour, category_id, voice_id, preset_id })
      await apiPut(`${TEMPLATES}/order`, { template_ids: before.map(id => id === template.template_id ? template_id : id) })
    })
    success(t('templates.deleted', { title: template.title }), { undo })
  })

  const fill = (template: Template, request: FillRequest, idempotency_key: string) =>
    apiPost<FillResponse>(`${TEMPLATES}/${template.template_id}/fill`, request, { idempotency_key })

  return { save, order, restore, remove, fill }
}

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
  const change = (shortcut_id: string, patch: Partial<Pick<Shortcut, 'title' | 'icon' | 'colour' | 'store_ids'>>) => attempt(() => apiPatch(`${SHORTCUTS}/${shortcut_id}`, patch))
  const order = (shortcut_ids: string[]) => attempt(() => apiPut(`${SHORTCUTS}/order`, { shortcut_ids }))
  const remove = (shortcut: Shortcut, before: string[]) => attempt(async () => {
    await apiDelete(`${SHORTCUTS}/${shortcut.shortcut_id}`)
    const { title, icon, colour, audio_id, template_id, store_ids } = shortcut
    const undo = () => attempt(async () => {
      const made = await apiPost<Shortcut>(SHORTCUTS, { title, icon, colour, audio_id, template_id, store_ids })
      await apiPut(`${SHORTCUTS}/order`, { shortcut_ids: before.map(id => id === shortcut.shortcut_id ? made.shortcut_id : id) })
    })
    success(t('templates.board.removed', { title }), { undo })
  })

  return { add, change, order, remove }
}
