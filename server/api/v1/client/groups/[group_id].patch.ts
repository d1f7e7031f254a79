import { StoreGroupPatchSchema } from '../../../../../shared/schemas/client'
import { updateGroup } from '../../../../services/client/groups'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const group_id = pathId(event, 'group_id')
  return updateGroup(client.id, group_id, await parseBody(event, StoreGroupPatchSchema))
})
