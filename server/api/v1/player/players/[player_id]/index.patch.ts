import { PlayerPatchSchema } from '../../../../../../shared/schemas/player'
import { updatePlayer } from '../../../../../services/player/players'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  const player_id = pathId(event, 'player_id')
  return updatePlayer({ client_id: client.id, user }, player_id, await parseBody(event, PlayerPatchSchema))
})
