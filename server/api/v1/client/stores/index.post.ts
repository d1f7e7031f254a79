import { NewStoreSchema } from '../../../../../shared/schemas/client'
import { createStore } from '../../../../services/client/stores'
import { once } from '../../../../services/idempotency'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const input = await parseBody(event, NewStoreSchema)
  setResponseStatus(event, 201)
  return once(repeatable(event, client.id, input), tx => createStore(tx, client.id, input))
})
