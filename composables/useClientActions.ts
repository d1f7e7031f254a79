import type { Client, Me, NewClientSchema } from '#shared/schemas/client'
import type { z } from 'zod'

/** Choosing and founding clients. The page starts anew afterwards: nothing of one client may stay for another. */
export function useClientActions() {
  const { apiPost, apiPut } = useApi()
  const { failure } = useNotification()
  const { t } = useI18n()

  async function switchTo(client_id: string, path = '/') {
    try {
      await apiPut<Me>('/api/v1/client/active', { client_id })
      reloadNuxtApp({ path, force: true })
    }
    catch (thrown) {
      failure(t('client.switcher.failed'), thrown)
    }
  }

  async function create(request: z.input<typeof NewClientSchema>) {
    const created = await apiPost<Client>('/api/v1/client/clients', request, { idempotent: true })
    await switchTo(created.client_id)
  }

  return { switchTo, create }
}
