import { PlayQuerySchema } from '../../../../shared/schemas/player'
import { listPlays } from '../../../services/player/play-log'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return listPlays(client.id, parseQuery(event, PlayQuerySchema))
})
