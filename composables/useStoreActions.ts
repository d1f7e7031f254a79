import type { NewStore, Store, StorePatch } from '#shared/schemas/client'

/** What can be done with stores: the call, the notice, and the list afterwards. Saving throws, so that a form can say why. */
export function useStoreActions() {
  const { apiPost, apiPatch, apiDelete } = useApi()
  const { success, failure } = useNotification()
  const confirm = useConfirm()
  const { t } = useI18n()

  async function create(store: NewStore) {
    const created = await apiPost<Store>('/api/v1/client/stores', store, { idempotent: true })
    success(t('client.stores.created', { name: created.name }))
    await refreshNuxtData(CLIENT_KEYS.stores)
  }

  async function update(store_id: string, patch: StorePatch) {
    const updated = await apiPatch<Store>(`/api/v1/client/stores/${store_id}`, patch)
    success(t('client.stores.saved', { name: updated.name }))
    await refreshNuxtData(CLIENT_KEYS.stores)
  }

  async function remove(store: Store) {
    if (!await confirm({ title: t('client.stores.delete_title', { name: store.name }), text: t('client.stores.delete_text'), action: t('common.actions.delete') })) return
    try {
      await apiDelete(`/api/v1/client/stores/${store.store_id}`)
      success(t('client.stores.deleted', { name: store.name }))
    }
    catch (thrown) {
      failure(t('client.stores.delete_failed'), thrown)
    }
    await refreshNuxtData(CLIENT_KEYS.stores)
  }

  return { create, update, remove }
}
