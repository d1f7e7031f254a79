import { PlayerListQuerySchema } from '../../../../../shared/schemas/player'
import { listPlayers } from '../../../../services/player/players'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  const { player_ids } = parseQuery(event, PlayerListQuerySchema)
  return wholeList(await listPlayers(client.id, player_ids))
})
