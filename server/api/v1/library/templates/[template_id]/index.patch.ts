import { TemplatePatchSchema } from '../../../../../../shared/schemas/template'
import { updateTemplate } from '../../../../../services/library/templates'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const template_id = pathId(event, 'template_id')
  return updateTemplate(client.id, template_id, await parseBody(event, TemplatePatchSchema))
})
