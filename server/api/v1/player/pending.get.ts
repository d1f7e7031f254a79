import { pendingItems } from '../../../services/player/waiting'

export default defineApiHandler(async (event) => {
  const player = await requirePlayer(event)
  const items = await pendingItems(player)
  return { server_time: new Date().toISOString(), items }
})
