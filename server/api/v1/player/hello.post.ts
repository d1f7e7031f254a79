import { PlayerHelloSchema } from '../../../../shared/schemas/player'
import { greetPolling } from '../../../services/player/polling'

export default defineApiHandler(async (event) => {
  const player = await requirePlayer(event)
  const messages = await greetPolling(player, callerAddress(event), await parseBody(event, PlayerHelloSchema))
  return { server_time: new Date().toISOString(), messages }
})
