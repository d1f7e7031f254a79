import { getInvitation } from '../../../../../services/client/members'
import { countAct } from '../../../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  await countAct('invitation', callerAddress(event))
  return getInvitation(pathText(event, 'invitation_id'))
})
