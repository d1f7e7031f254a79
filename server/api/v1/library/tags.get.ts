import { listTags } from '../../../services/library/usage'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listTags(client.id))
})
