import { AcceptInvitationSchema } from '../../../../../../shared/schemas/client'
import { acceptInvitation } from '../../../../../services/client/members'
import { countAct } from '../../../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  await countAct('invitation', callerAddress(event))
  const input = await parseBody(event, AcceptInvitationSchema)
  const email = await acceptInvitation(pathText(event, 'invitation_id'), input)
  return signIn(event, email, input.password)
})
