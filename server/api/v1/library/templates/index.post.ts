import { NewTemplateSchema } from '../../../../../shared/schemas/template'
import { once } from '../../../../services/idempotency'
import { createTemplate } from '../../../../services/library/templates'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const input = await parseBody(event, NewTemplateSchema)
  setResponseStatus(event, 201)
  return once(repeatable(event, client.id, input), tx => createTemplate(tx, client.id, input))
})
