import type { Alert, CreatedWebhook, Notice, Webhook } from '#shared/schemas/alert'

/** What can be done about alerts: the call, the notice, and the lists afterwards. Making throws, so that a form can say why. */
export function useAlertActions() {
  const { apiPost, apiPatch, apiDelete } = useApi()
  const { success, failure } = useNotification()
  const confirm = useConfirm()
  const { t } = useI18n()

  async function see(alert: Alert) {
    try {
      await apiPost(`/api/v1/alert/${alert.alert_id}/seen`)
      await refreshNuxtData([ALERT_KEYS.open, ALERT_KEYS.all])
    }
    catch (thrown) {
      failure(t('alert.see_failed'), thrown)
    }
  }

  async function addWebhook(url: string) {
    const made = await apiPost<CreatedWebhook>('/api/v1/alert/webhooks', { url })
    await refreshNuxtData(ALERT_KEYS.channels)
    return made
  }

  async function switchWebhook({ webhook_id }: Webhook, enabled: boolean) {
    try {
      await apiPatch(`/api/v1/alert/webhooks/${webhook_id}`, { enabled })
    }
    catch (thrown) {
      failure(t('alert.webhook.save_failed'), thrown)
    }
    await refreshNuxtData(ALERT_KEYS.channels)
  }

  async function removeWebhook({ webhook_id, url }: Webhook) {
    if (!await confirm({ title: t('alert.webhook.remove_title'), text: t('alert.webhook.remove_text', { url }), action: t('common.actions.delete') })) return
    try {
      await apiDelete(`/api/v1/alert/webhooks/${webhook_id}`)
      success(t('alert.webhook.removed'))
    }
    catch (thrown) {
      failure(t('alert.webhook.remove_failed'), thrown)
    }
    await refreshNuxtData([ALERT_KEYS.channels, ALERT_KEYS.notices])
  }

  async function test(to: { webhook_id?: string, email?: string } = {}) {
    try {
      await apiPost('/api/v1/alert/test', to)
      success(t('alert.test_sent'))
    }
    catch (thrown) {
      failure(t('alert.test_failed'), thrown)
    }
    await refreshNuxtData(ALERT_KEYS.notices)
  }

  async function retry({ notice_id }: Notice) {
    try {
      await apiPost(`/api/v1/alert/notices/${notice_id}/retry`)
    }
    catch (thrown) {
      failure(t('alert.notice.retry_failed'), thrown)
    }
    await refreshNuxtData(ALERT_KEYS.notices)
  }

  return { see, addWebhook, switchWebhook, removeWebhook, test, retry }
}
