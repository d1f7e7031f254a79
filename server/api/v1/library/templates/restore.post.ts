import { restoreTemplates } from '../../../../services/library/templates'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  return wholeList(await restoreTemplates(client.id))
})
