import { deleteWebhook } from '../../../../services/alert/webhooks'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deleteWebhook(client.id, pathId(event, 'webhook_id'))
  return sendNoContent(event)
})
