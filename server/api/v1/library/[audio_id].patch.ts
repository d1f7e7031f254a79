import { MessagePatchSchema } from '../../../../shared/schemas/library'
import { updateMessage } from '../../../services/library/messages'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const audio_id = pathId(event, 'audio_id')
  return updateMessage(client.id, audio_id, await parseBody(event, MessagePatchSchema))
})
