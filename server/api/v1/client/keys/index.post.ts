import { NewApiKeySchema } from '../../../../../shared/schemas/client'
import { createKey } from '../../../../services/client/keys'
import { Forbidden } from '../../../../services/errors'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'owner')
  if (!user) throw new Forbidden('An API key cannot make keys: sign in.')
  const input = await parseBody(event, NewApiKeySchema)
  setResponseStatus(event, 201)
  return createKey(client.id, user.id, input)
})
