import type { NewStore, Store } from '#shared/schemas/client'
import type { AirRequest, AirResponse, ApprovePairing, NewCommand, PairingLookup, Player, PlayerCommand, PlayerPatch, Targets } from '#shared/schemas/player'
import type { PlayerList } from './usePlayers'

/** What is told to many at once. */
export type GroupCommand = 'identify' | 'set_volume' | 'mute' | 'unmute' | 'stop_all'

/** What people do with players: the call, the notice, and the list that shows them. */
export function usePlayerActions() {
  const { t } = useI18n()
  const { commandResult } = usePlayerWords()
  const { apiPost, apiPatch, apiDelete } = useApi()
  const notification = useNotification()
  const { outcome } = useCommandResults()
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

  /** Tells a player to do something, and then what became of it. @returns null when it was not done */
  async function command(player: Player, name: Exclude<NewCommand['command'], 'set_volume'>): Promise<PlayerCommand | null> {
    try {
      if (name === 'mute' || name === 'unmute') apply(player.player_id, { muted: name === 'mute' })
      const asked = await apiPost<PlayerCommand>(`/api/v1/player/players/${player.player_id}/commands`, { command: name })
      const ended = await outcome(asked)
      if (ended.status === 'done') {
        if (name !== 'screenshot' && name !== 'mute' && name !== 'unmute') notification.success(t(`player.commanded.${name}`, { name: player.name }))
        return ended
      }
      notification.failure(t('player.command_failed', { name: player.name }), new Error(commandResult(ended)))
    }
    catch (error) {
      if (name === 'mute' || name === 'unmute') apply(player.player_id, { muted: player.muted })
      notification.failure(t('player.command_failed', { name: player.name }), error)
    }
    return null
  }

  /** Tells many players the same. Each one's answer stands in its history. */
  async function commandAll(targets: Targets, order: NewCommand & { command: GroupCommand }) {
    try {
      const { total } = await apiPost<{ total: number }>('/api/v1/player/commands', { ...order, targets })
      notification.success(t(`player.commanded_all.${order.command}`, total))
    }
    catch (error) {
      notification.failure(t('player.commands_failed'), error)
    }
  }

  /** Takes a sending off the air everywhere. */
  async function stopAir(air_id: string, title: string) {
    try {
      await apiPost(`/api/v1/player/air/${air_id}/stop`)
      notification.success(t('player.on_air.stopped', { title }))
    }
    catch (error) {
      notification.failure(t('player.on_air.stop_failed', { title }), error)
    }
    await refreshNuxtData('player_on_air')
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

  /** What the television with this code says of itself, and which places it may have had. Throws what the API answers. */
  const lookUp = (code: string) => apiPost<PairingLookup>('/api/v1/player/pairings/lookup', { code })

  /** Opens a store. Throws what the API answers. */
  async function createStore(store: NewStore): Promise<Store> {
    const created = await apiPost<Store>('/api/v1/client/stores', store, { idempotent: true })
    await refreshNuxtData(CLIENT_KEYS.stores)
    return created
  }

  return { air, stopAir, change, command, commandAll, unpair, lookUp, pair, createStore }
}
