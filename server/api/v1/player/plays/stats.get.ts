import { PlayStatsQuerySchema } from '../../../../../shared/schemas/player'
import { playStats } from '../../../../services/player/play-stats'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return playStats(client.id, parseQuery(event, PlayStatsQuerySchema))
})
