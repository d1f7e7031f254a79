import type { NewStore, Store } from '#shared/schemas/client'
import type { AirRequest, AirResponse, ApprovePairing, Player, PlayerPatch } from '#shared/schemas/player'
import type { PlayerList } from './usePlayers'

/** What people do with players: the call, the notice, and the list that shows them. */
export function usePlayerActions() {
  const { t } = useI18n()
  const { apiPost, apiPatch, apiDelete } = useApi()
  const notification = useNotification()
  const store = useAudioStore()
  const { data: list } = useNuxtData<PlayerList>('players')

  function apply(player_id: string, changes: Partial<Player>) {
    if (!list.value) return
    list.value = { ...list.value, items: list.value.items.map(item => item.player_id === player_id ? { ...item, ...changes } : item) }
  }

  /** Sends a message to players. Throws what the API answers: the dialog that sends says why. */
  async function air(request: AirRequest, idempotency_key: string): Promise<AirResponse> {
    const sent = await apiPost<AirResponse>('/api/v1/player/air', request, { idempotency_key })
    store.airs[request.audio_id] = sent.air_id
    return sent
  }

  async function change(player: Player, changes: PlayerPatch) {
    apply(player.player_id, changes)
    try {
      apply(player.player_id, await apiPatch<Player>(`/api/v1/player/players/${player.player_id}`, changes))
    }
    catch (error) {
      apply(player.player_id, player)
      notification.failure(t('player.change_failed', { name: player.name }), error)
    }
  }

  async function command(player: Player, name: 'stop' | 'reload' | 'identify') {
    try {
      await apiPost(`/api/v1/player/players/${player.player_id}/commands`, { command: name })
      notification.success(t(`player.commanded.${name}`, { name: player.name }))
    }
    catch (error) {
      notification.failure(t('player.command_failed', { name: player.name }), error)
    }
  }

  async function unpair(player: Player) {
    try {
      await apiDelete(`/api/v1/player/players/${player.player_id}`)
      notification.success(t('player.unpaired', { name: player.name }))
    }
    catch (error) {
      notification.failure(t('player.unpair_failed', { name: player.name }), error)
    }
    await refreshNuxtData('players')
  }

  /** Takes a screen in by the code it shows. Throws what the API answers. */
  async function pair(pairing: ApprovePairing): Promise<Player> {
    const player = await apiPost<Player>('/api/v1/player/pairings/approve', pairing, { idempotent: true })
    notification.success(t('player.paired', { name: player.name, store: player.store_name }))
    await refreshNuxtData('players')
    return player
  }

  /** Opens a store. Throws what the API answers. */
  async function createStore(store: NewStore): Promise<Store> {
    const created = await apiPost<Store>('/api/v1/client/stores', store, { idempotent: true })
    await refreshNuxtData(CLIENT_KEYS.stores)
    return created
  }

  return { air, change, command, unpair, pair, createStore }
}
