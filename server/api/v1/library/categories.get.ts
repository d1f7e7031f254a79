import { listCategories } from '../../../services/library/categories'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listCategories(client.id))
})
