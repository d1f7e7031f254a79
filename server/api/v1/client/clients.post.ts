import { NewClientSchema } from '../../../../shared/schemas/client'
import { createClient } from '../../../services/client/clients'
import { Forbidden } from '../../../services/errors'
import { once } from '../../../services/idempotency'

export default defineApiHandler(async (event) => {
  const { user, client } = await requirePerson(event)
  if (!user.is_admin) throw new Forbidden()
  const input = await parseBody(event, NewClientSchema)
  setResponseStatus(event, 201)
  return once(repeatable(event, client?.id ?? '', input), async (tx) => {
    const { client_id } = await createClient(tx, { ...input, owner_id: user.id })
    return { client_id, name: input.name, role: 'owner' as const }
  })
})
