import { deleteTrack } from '../../../../../services/audio/tracks'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deleteTrack(client.id, pathId(event, 'track_id'))
  return sendNoContent(event)
})
