import { requireTemplate } from '../../../../../services/library/templates'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return requireTemplate(client.id, pathId(event, 'template_id'))
})
