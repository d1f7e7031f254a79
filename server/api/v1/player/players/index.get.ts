import { listPlayers } from '../../../../services/player/players'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listPlayers(client.id))
})
