import { NewCategorySchema } from '../../../../shared/schemas/library'
import { once } from '../../../services/idempotency'
import { createCategory } from '../../../services/library/categories'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const values = await parseBody(event, NewCategorySchema)
  setResponseStatus(event, 201)
  return once(repeatable(event, client.id, values), tx => createCategory(tx, client.id, values))
})
