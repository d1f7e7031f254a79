import { listMembers } from '../../../../services/client/members'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listMembers(client.id))
})
