import { StorePatchSchema } from '../../../../../shared/schemas/client'
import { updateStore } from '../../../../services/client/stores'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const store_id = pathId(event, 'store_id')
  return updateStore(client.id, store_id, await parseBody(event, StorePatchSchema))
})
