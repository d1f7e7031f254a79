import { TemplateOrderSchema } from '../../../../../shared/schemas/template'
import { orderTemplates } from '../../../../services/library/templates'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const { template_ids } = await parseBody(event, TemplateOrderSchema)
  return wholeList(await orderTemplates(client.id, template_ids))
})
