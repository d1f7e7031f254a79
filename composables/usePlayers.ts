import type { Player, PlayerListSchema, Targets } from '#shared/schemas/player'
import type { z } from 'zod'

export type PlayerList = z.infer<typeof PlayerListSchema>

/** The client's players, kept fresh by the socket. */
export function usePlayers() {
  const { keepFresh } = useWebSocket()
  const { data, status, error, refresh } = useFetch<PlayerList>('/api/v1/player/players', { key: 'players', query: { limit: 100 }, lazy: true, dedupe: 'defer' })
  // What changed between the page's making on the server and the socket's opening was not announced.
  keepFresh(['player_changed', 'ready'], refresh)

  const players = computed(() => data.value?.items ?? [])
  return { players, loaded: computed(() => data.value !== undefined && data.value !== null), status, error, refresh }
}

/** Those of the players that a message would go to; null for nowhere. */
export function reachedPlayers(players: readonly Player[], targets: Targets | null): Player[] {
  if (!targets) return []
  return players.filter(player => 'all' in targets || ('stores' in targets ? targets.stores.includes(player.store_id) : targets.players.includes(player.player_id)))
}
