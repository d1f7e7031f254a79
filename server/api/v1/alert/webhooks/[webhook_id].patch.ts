import { WebhookPatchSchema } from '../../../../../shared/schemas/alert'
import { updateWebhook } from '../../../../services/alert/webhooks'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const webhook_id = pathId(event, 'webhook_id')
  return updateWebhook(client.id, webhook_id, await parseBody(event, WebhookPatchSchema))
})
