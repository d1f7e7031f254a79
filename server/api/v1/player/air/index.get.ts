import { listOnAir } from '../../../../services/player/air'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listOnAir(client.id))
})
