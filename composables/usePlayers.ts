import { useDebounceFn } from '@vueuse/core'
import type { PlayerListSchema } from '#shared/schemas/player'
import type { z } from 'zod'

export type PlayerList = z.infer<typeof PlayerListSchema>

/** The client's players, kept fresh by the socket. */
export function usePlayers() {
  const { on } = useWebSocket()
  const { data, status, error, refresh } = useFetch<PlayerList>('/api/v1/player/players', { key: 'players', query: { limit: 100 }, lazy: true, dedupe: 'defer' })
  const refreshSoon = useDebounceFn(() => refresh(), 200)
  on('player_changed', () => void refreshSoon())
  // What changed between the page's making on the server and the socket's opening, or during a gap, was not announced.
  on('ready', () => void refresh())

  const players = computed(() => data.value?.items ?? [])
  return { players, loaded: computed(() => data.value !== undefined && data.value !== null), status, error, refresh }
}
