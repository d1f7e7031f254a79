import { MemberPatchSchema } from '../../../../../shared/schemas/client'
import { changeRole } from '../../../../services/client/members'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'owner')
  const { role } = await parseBody(event, MemberPatchSchema)
  return changeRole(client.id, pathText(event, 'member_id'), role)
})
