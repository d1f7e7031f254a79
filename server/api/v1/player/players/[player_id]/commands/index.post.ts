import { NewCommandSchema } from '../../../../../../../shared/schemas/player'
import { once } from '../../../../../../services/idempotency'
import { commandPlayer } from '../../../../../../services/player/commands'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  const player_id = pathId(event, 'player_id')
  const request = await parseBody(event, NewCommandSchema)
  setResponseStatus(event, 202)
  return once(repeatable(event, client.id, request), tx => commandPlayer(tx, { client_id: client.id, user }, player_id, request))
})
