import { NewClientSchema } from '../../../../shared/schemas/client'
import { createClient } from '../../../services/client/clients'
import { Forbidden } from '../../../services/errors'
import { once } from '../../../services/idempotency'

export default defineApiHandler(async (event) => {
  const { user, client } = await requirePerson(event)
  if (!user.is_admin) throw new Forbidden()
  const input = await parseBody(event, NewClientSchema)
  setResponseStatus(event, 201)
  const request = repeatable(event, client?.id ?? '', input)
  // Keys are kept with the client that a person acts for: who has none yet makes the first one without.
  return once(client ? request : { ...request, key: undefined }, async (tx) => {
    const { client_id } = await createClient(tx, { ...input, owner_id: user.id })
    return { client_id, name: input.name, role: 'owner' as const }
  })
})
