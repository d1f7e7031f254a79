import type { Alert, AlertChannels, Notice } from '#shared/schemas/alert'

interface AlertList {
  items: Alert[]
  next_cursor: string | null
  total: number
}

/** Keys of what is told about alerts. */
export const ALERT_KEYS = { open: 'alerts:open', all: 'alerts:all', channels: 'alerts:channels', notices: 'alerts:notices' } as const

/** What is wrong now, kept fresh: for the menu and the pages alike. */
export function useOpenAlerts() {
  const { client } = storeToRefs(useClientStore())
  const { keepFresh } = useWebSocket()
  const { data, refresh } = useFetch<AlertList>('/api/v1/alert', { key: ALERT_KEYS.open, query: { state: 'open', limit: 100 }, server: false, lazy: true, dedupe: 'defer', immediate: client.value !== null })
  keepFresh(['alert_changed'], refresh)
  return { alerts: computed(() => data.value?.items ?? []), total: computed(() => data.value?.total ?? 0) }
}

/** What is wrong, and what was in the past 30 days. */
export function useAlerts() {
  return useFetch<AlertList>('/api/v1/alert', { key: ALERT_KEYS.all, query: { limit: 100 }, lazy: true })
}

export function useAlertChannels() {
  return useFetch<AlertChannels>('/api/v1/alert/channels', { key: ALERT_KEYS.channels, lazy: true })
}

export function useNotices() {
  return useFetch<{ items: Notice[] }>('/api/v1/alert/notices', { key: ALERT_KEYS.notices, lazy: true })
}
