import { listInvitations } from '../../../../services/client/members'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'owner')
  return wholeList(await listInvitations(client.id))
})
