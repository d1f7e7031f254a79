import { revokeKey } from '../../../../services/client/keys'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'owner')
  await revokeKey(client.id, pathText(event, 'key_id'))
  return sendNoContent(event)
})
