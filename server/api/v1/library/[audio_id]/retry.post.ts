import { retryMessage } from '../../../../services/audio/upload/retry'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  setResponseStatus(event, 202)
  return retryMessage(client.id, pathId(event, 'audio_id'))
})
