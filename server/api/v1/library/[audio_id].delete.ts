import { DeleteMessageQuerySchema } from '../../../../shared/schemas/library'
import { deleteMessage } from '../../../services/library/messages'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deleteMessage(client.id, pathId(event, 'audio_id'), parseQuery(event, DeleteMessageQuerySchema))
  return sendNoContent(event)
})
