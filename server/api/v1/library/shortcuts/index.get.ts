import { listShortcuts } from '../../../../services/library/shortcuts'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listShortcuts(client.id))
})
