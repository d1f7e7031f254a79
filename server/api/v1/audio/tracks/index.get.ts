import { TrackQuerySchema } from '../../../../../shared/schemas/track'
import { listTracks } from '../../../../services/audio/tracks'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return listTracks(client.id, parseQuery(event, TrackQuerySchema))
})
