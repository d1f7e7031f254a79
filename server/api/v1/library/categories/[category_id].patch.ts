import { CategoryPatchSchema } from '../../../../../shared/schemas/library'
import { updateCategory } from '../../../../services/library/categories'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const category_id = pathId(event, 'category_id')
  return updateCategory(client.id, category_id, await parseBody(event, CategoryPatchSchema))
})
