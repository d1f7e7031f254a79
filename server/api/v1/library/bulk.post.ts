import { BulkRequestSchema } from '../../../../shared/schemas/library'
import { changeMessages } from '../../../services/library/bulk'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  return changeMessages(client.id, await parseBody(event, BulkRequestSchema))
})
