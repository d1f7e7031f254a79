import { PlayReachQuerySchema } from '../../../../../shared/schemas/player'
import { reachOf } from '../../../../services/player/play-reach'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  const { audio_ids, time_zone } = parseQuery(event, PlayReachQuerySchema)
  return wholeList(await reachOf(client.id, audio_ids, time_zone))
})
