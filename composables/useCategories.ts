import type { Category, CategoryPatch, NewCategory } from '#shared/schemas/library'

const KEY = 'categories'

/** The client's categories in their order. */
export function useCategories() {
  const { data } = useCategoryList()
  return computed(() => data.value?.items ?? [])
}

/** The same with its state, for the page that manages them. */
export function useCategoryList() {
  return useFetch<{ items: Category[] }>('/api/v1/library/categories', { key: KEY, lazy: true, dedupe: 'defer' })
}

/** What can be done with categories. Saving throws, so that a form can say why. */
export function useCategoryActions() {
  const { t } = useI18n()
  const { apiPost, apiPatch, apiPut, apiDelete } = useApi()
  const { success, failure } = useNotification()
  const confirm = useConfirm()
  const { data } = useNuxtData<{ items: Category[] }>(KEY)
  const refresh = () => refreshNuxtData([KEY, MESSAGE_KEYS.library])

  async function create(category: NewCategory) {
    const created = await apiPost<Category>('/api/v1/library/categories', category, { idempotent: true })
    success(t('library.categories.created', { name: created.name }))
    await refresh()
  }

  async function update(category_id: string, patch: CategoryPatch) {
    const updated = await apiPatch<Category>(`/api/v1/library/categories/${category_id}`, patch)
    success(t('library.categories.saved', { name: updated.name }))
    await refresh()
  }

  async function remove(category: Category) {
    if (!await confirm({ title: t('library.categories.delete_title', { name: category.name }), text: t('library.categories.delete_text'), action: t('common.actions.delete') })) return
    try {
      await apiDelete(`/api/v1/library/categories/${category.category_id}`)
      success(t('library.categories.deleted', { name: category.name }))
    }
    catch (error) {
      failure(t('library.categories.delete_failed'), error)
    }
    await refresh()
  }

  /** Puts a category at another place; shown at once. */
  async function move(category_id: string, to: number) {
    const before = data.value
    if (!before) return
    const from = before.items.findIndex(category => category.category_id === category_id)
    const items = before.items.toSpliced(from, 1).toSpliced(to, 0, before.items[from]!)
    if (from < 0 || from === to || to < 0 || to >= items.length) return
    data.value = { ...before, items }
    try {
      await apiPut('/api/v1/library/categories/order', { category_ids: items.map(category => category.category_id) })
    }
    catch (error) {
      data.value = before
      failure(t('library.categories.order_failed'), error)
    }
  }

  return { create, update, remove, move }
}
