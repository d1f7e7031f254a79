import { cancelInvitation } from '../../../../../services/client/members'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'owner')
  await cancelInvitation(client.id, pathText(event, 'invitation_id'))
  return sendNoContent(event)
})
