import { listTemplates } from '../../../../services/library/templates'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listTemplates(client.id))
})
