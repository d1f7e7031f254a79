import { getGroup } from '../../../../services/client/groups'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return getGroup(client.id, pathId(event, 'group_id'))
})
