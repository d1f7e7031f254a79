import { deleteTemplate } from '../../../../../services/library/templates'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deleteTemplate(client.id, pathId(event, 'template_id'))
  return sendNoContent(event)
})
