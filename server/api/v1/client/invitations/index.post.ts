import { NewInvitationSchema } from '../../../../../shared/schemas/client'
import { invite } from '../../../../services/client/members'
import { Forbidden } from '../../../../services/errors'
import { once } from '../../../../services/idempotency'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'owner')
  if (!user) throw new Forbidden('An API key cannot invite people: sign in.')
  const input = await parseBody(event, NewInvitationSchema)
  setResponseStatus(event, 201)
  return once(repeatable(event, client.id, input), tx => invite(tx, client.id, user.id, input))
})
