import { listGroups } from '../../../../services/client/groups'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listGroups(client.id))
})
