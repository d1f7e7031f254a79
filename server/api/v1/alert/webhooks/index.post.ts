import { NewWebhookSchema } from '../../../../../shared/schemas/alert'
import { createWebhook } from '../../../../services/alert/webhooks'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const input = await parseBody(event, NewWebhookSchema)
  setResponseStatus(event, 201)
  return createWebhook(client.id, input)
})
