import type { NewStoreGroup, StoreGroup, StoreGroupPatch } from '#shared/schemas/client'

const PATH = '/api/v1/client/groups'

/** What can be done with groups of stores: the call, the notice, and the lists afterwards. Saving throws, so that a form can say why. */
export function useGroupActions() {
  const { apiPost, apiPatch, apiDelete } = useApi()
  const { success, failure } = useNotification()
  const confirm = useConfirm()
  const { t, locale } = useI18n()

  /** Each store says in which groups it is. */
  const reread = () => refreshNuxtData([CLIENT_KEYS.groups, CLIENT_KEYS.stores])

  async function create(group: NewStoreGroup): Promise<StoreGroup> {
    const created = await apiPost<StoreGroup>(PATH, group, { idempotent: true })
    success(t('client.groups.created', { name: created.name }))
    await reread()
    return created
  }

  async function update(group: StoreGroup, patch: StoreGroupPatch) {
    const updated = await apiPatch<StoreGroup>(`${PATH}/${group.group_id}`, patch)
    success(t('client.groups.saved', { name: updated.name }), { undo: () => undo(() => apiPatch(`${PATH}/${group.group_id}`, { name: group.name, store_ids: group.store_ids })) })
    await reread()
  }

  /** Where schedules air in it, it goes only after a question that names them. @returns whether it is gone */
  async function remove(group: StoreGroup): Promise<boolean> {
    try {
      await apiDelete(`${PATH}/${group.group_id}`)
      success(t('client.groups.deleted', { name: group.name }), { icon: 'i-lucide-trash-2', undo: () => undo(() => apiPost(PATH, { name: group.name, store_ids: group.store_ids })) })
    }
    catch (thrown) {
      const error = toApiError(thrown)
      if (error.code !== 'group_in_use') {
        failure(t('client.groups.delete_failed'), error)
        return false
      }
      return removeAnyway(group, error.fields.map(field => `«${field.message}»`))
    }
    await reread()
    return true
  }

  async function removeAnyway(group: StoreGroup, schedules: string[]): Promise<boolean> {
    const names = new Intl.ListFormat(locale.value).format(schedules)
    if (!await confirm({ title: t('client.groups.in_use_title', { name: group.name }), text: t('client.groups.in_use_text', { names }), action: t('client.groups.delete_anyway') })) return false
    try {
      await apiDelete(`${PATH}/${group.group_id}`, { query: { force: true } })
      success(t('client.groups.deleted', { name: group.name }), { icon: 'i-lucide-trash-2' })
    }
    catch (thrown) {
      failure(t('client.groups.delete_failed'), thrown)
      return false
    }
    await reread()
    return true
  }

  async function undo(act: () => Promise<unknown>) {
    try {
      await act()
    }
    catch (thrown) {
      failure(t('client.groups.undo_failed'), thrown)
    }
    await reread()
  }

  return { create, update, remove }
}
