import type { ApiKey, CreatedApiKey, Role } from '#shared/schemas/client'

/** API keys. Creating throws, so that its form can say why; the key itself is in that one answer only. */
export function useKeyActions() {
  const { apiPost, apiDelete } = useApi()
  const { success, failure } = useNotification()
  const confirm = useConfirm()
  const { t } = useI18n()

  async function create(name: string, role: Role): Promise<CreatedApiKey> {
    const created = await apiPost<CreatedApiKey>('/api/v1/client/keys', { name, role })
    await refreshNuxtData(CLIENT_KEYS.api_keys)
    return created
  }

  async function revoke(key: ApiKey) {
    if (!await confirm({ title: t('client.keys.revoke_title', { name: key.name }), text: t('client.keys.revoke_text'), action: t('client.keys.revoke') })) return
    try {
      await apiDelete(`/api/v1/client/keys/${key.key_id}`)
      success(t('client.keys.revoked', { name: key.name }))
    }
    catch (thrown) {
      failure(t('client.keys.revoke_failed'), thrown)
    }
    await refreshNuxtData(CLIENT_KEYS.api_keys)
  }

  return { create, revoke }
}
