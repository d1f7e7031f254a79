import { PlayerCommandSchema } from '../../../../../../shared/schemas/player'
import { sendCommand } from '../../../../../services/player/players'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const player_id = pathId(event, 'player_id')
  await sendCommand(client.id, player_id, await parseBody(event, PlayerCommandSchema))
  setResponseStatus(event, 202)
  return { accepted: true }
})
