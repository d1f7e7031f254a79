import { DeleteStoreGroupQuerySchema } from '../../../../../shared/schemas/client'
import { deleteGroup } from '../../../../services/client/groups'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deleteGroup(client.id, pathId(event, 'group_id'), parseQuery(event, DeleteStoreGroupQuerySchema))
  return sendNoContent(event)
})
