import { CategoryOrderSchema } from '../../../../../shared/schemas/library'
import { orderCategories } from '../../../../services/library/categories'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const { category_ids } = await parseBody(event, CategoryOrderSchema)
  return wholeList(await orderCategories(client.id, category_ids))
})
