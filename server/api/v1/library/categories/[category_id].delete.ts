import { deleteCategory } from '../../../../services/library/categories'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deleteCategory(client.id, pathId(event, 'category_id'))
  return sendNoContent(event)
})
