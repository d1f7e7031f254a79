import type { StoreGroup } from '#shared/schemas/client'
import type { Player, PlayerListSchema, Targets } from '#shared/schemas/player'
import { useTimeoutFn } from '@vueuse/core'
import type { z } from 'zod'

export type PlayerList = z.infer<typeof PlayerListSchema>

/** Players say something of themselves all the time: what comes within this time is read together, ms. */
const GATHER_MS = 400
/** More than these are read by reading all. */
const ONE_BY_ONE = 50

/** The client's players, kept fresh by the socket: only those that changed are read again, and only they are drawn again. */
export function usePlayers() {
  const { on, keepFresh } = useWebSocket()
  const { apiGet } = useApi()
  const { data, status, error, refresh } = useFetch<PlayerList>('/api/v1/player/players', { key: 'players', query: { limit: 100 }, lazy: true, dedupe: 'defer' })
  // What changed between the page's making on the server and the socket's opening was not announced.
  keepFresh(['ready'], refresh)

  const changed = new Set<string>()
  const { start, isPending } = useTimeoutFn(() => void readChanged(), GATHER_MS, { immediate: false })
  on('player_changed', ({ player_id }) => note(player_id))
  on('fault_changed', ({ player_id }) => note(player_id))
  function note(player_id: string) {
    changed.add(player_id)
    if (!isPending.value) start()
  }

  async function readChanged() {
    const ids = [...changed]
    changed.clear()
    if (!data.value || ids.length > ONE_BY_ONE) return void await refresh()
    try {
      const { items } = await apiGet<PlayerList>(`/api/v1/player/players?player_ids=${ids.join(',')}`)
      data.value = mergePlayers(data.value, ids, items)
    }
    catch {
      await refresh()
    }
  }

  const players = computed(() => data.value?.items ?? [])
  return { players, loaded: computed(() => data.value !== undefined && data.value !== null), status, error, refresh }
}

/** The list with these players as they are now: changed in place, added, or gone. The others stay the same objects. */
export function mergePlayers(list: PlayerList, ids: string[], now: Player[]): PlayerList {
  const byId = new Map(now.map(player => [player.player_id, player]))
  const kept = list.items.flatMap((player) => {
    if (!ids.includes(player.player_id)) return [player]
    const newer = byId.get(player.player_id)
    byId.delete(player.player_id)
    return newer ? [newer] : []
  })
  const items = [...kept, ...byId.values()]
  return { ...list, items, total: items.length }
}

/**
 * Those of the players that a message would go to; null for nowhere.
 * @param groups of stores, where targets may name some
 */
export function reachedPlayers(players: readonly Player[], targets: Targets | null, groups: readonly StoreGroup[] = []): Player[] {
  if (!targets || 'all' in targets) return targets ? [...players] : []
  if ('players' in targets) return players.filter(player => targets.players.includes(player.player_id))
  const stores = new Set('stores' in targets ? targets.stores : groups.flatMap(group => targets.groups.includes(group.group_id) ? group.store_ids : []))
  return players.filter(player => stores.has(player.store_id))
}
