import { getMessage } from '../../../services/library/messages'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return getMessage(client.id, pathId(event, 'audio_id'))
})
