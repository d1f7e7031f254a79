import { getTrack } from '../../../../../services/audio/tracks'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return getTrack(client.id, pathId(event, 'track_id'))
})
