import type { ApiKey, Invitation, Member, Store, StoreGroup } from '#shared/schemas/client'

interface List<T> {
  items: T[]
  next_cursor: string | null
  total: number
}

/** Keys of the active client's lists: `refreshNuxtData(CLIENT_KEYS.stores)` after a change. */
export const CLIENT_KEYS = {
  stores: 'client:stores',
  groups: 'client:groups',
  members: 'client:members',
  invitations: 'client:invitations',
  api_keys: 'client:keys',
} as const

/** The active client's stores. */
export function useStores(options: { lazy?: boolean } = {}) {
  return useFetch<List<Store>>('/api/v1/client/stores', { key: CLIENT_KEYS.stores, dedupe: 'defer', ...options })
}

/** The active client's groups of stores, as they change. */
export function useStoreGroups() {
  const { keepFresh } = useWebSocket()
  const { data, status, refresh } = useFetch<List<StoreGroup>>('/api/v1/client/groups', { key: CLIENT_KEYS.groups, lazy: true, dedupe: 'defer' })
  keepFresh(['calendar_changed'], refresh)
  return { groups: computed(() => data.value?.items ?? []), status, refresh }
}

/** The people of the active client. */
export function useMembers() {
  return useFetch<List<Member>>('/api/v1/client/members', { key: CLIENT_KEYS.members })
}

/** Invitations that nobody has accepted yet; asked for only by those who may see them. */
export function useInvitations(options: { immediate: boolean }) {
  return useFetch<List<Invitation>>('/api/v1/client/invitations', { key: CLIENT_KEYS.invitations, immediate: options.immediate })
}

/** The keys with which scripts act for the active client. */
export function useApiKeys() {
  return useFetch<List<ApiKey>>('/api/v1/client/keys', { key: CLIENT_KEYS.api_keys })
}
