import { NewCommandsSchema } from '../../../../shared/schemas/player'
import { once } from '../../../services/idempotency'
import { commandPlayers } from '../../../services/player/commands'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  const request = await parseBody(event, NewCommandsSchema)
  setResponseStatus(event, 202)
  return once(repeatable(event, client.id, request), async tx => wholeList(await commandPlayers(tx, { client_id: client.id, user }, request)))
})
