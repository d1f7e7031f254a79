import { listKeys } from '../../../../services/client/keys'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'owner')
  return wholeList(await listKeys(client.id))
})
