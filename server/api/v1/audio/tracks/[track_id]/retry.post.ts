import { retryTrack } from '../../../../../services/audio/upload/retry'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  setResponseStatus(event, 202)
  return retryTrack(client.id, pathId(event, 'track_id'))
})
