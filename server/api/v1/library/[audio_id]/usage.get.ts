import { messageUsage } from '../../../../services/library/usage'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return messageUsage(client.id, pathId(event, 'audio_id'))
})
