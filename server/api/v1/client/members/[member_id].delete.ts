import { removeMember } from '../../../../services/client/members'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'owner')
  await removeMember(client.id, pathText(event, 'member_id'))
  return sendNoContent(event)
})
