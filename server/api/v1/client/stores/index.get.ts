import { listStores } from '../../../../services/client/stores'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listStores(client.id))
})
