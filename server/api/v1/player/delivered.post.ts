import { DeliveredSchema } from '../../../../shared/schemas/player'
import { acknowledgePlays } from '../../../services/player/plays'

export default defineApiHandler(async (event) => {
  const player = await requirePlayer(event)
  const { play_ids } = await parseBody(event, DeliveredSchema)
  await acknowledgePlays(player, play_ids)
  return sendNoContent(event)
})
