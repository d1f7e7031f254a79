import { deleteStore } from '../../../../services/client/stores'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deleteStore(client.id, pathId(event, 'store_id'))
  return sendNoContent(event)
})
