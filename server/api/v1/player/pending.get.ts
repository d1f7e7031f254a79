import { toAirItem, waitingPlays } from '../../../services/player/waiting'

export default defineApiHandler(async (event) => {
  const { player_id } = await requirePlayer(event)
  const items = (await waitingPlays(player_id)).map(toAirItem)
  return { server_time: new Date().toISOString(), items }
})
