import { NewStoreGroupSchema } from '../../../../../shared/schemas/client'
import { createGroup } from '../../../../services/client/groups'
import { once } from '../../../../services/idempotency'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const input = await parseBody(event, NewStoreGroupSchema)
  setResponseStatus(event, 201)
  return once(repeatable(event, client.id, input), tx => createGroup(tx, client.id, input))
})
