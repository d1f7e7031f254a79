import { listChannels } from '../../../services/alert/webhooks'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  return listChannels(client.id)
})
