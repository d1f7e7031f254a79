import { getCommand } from '../../../../../../services/player/commands'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return getCommand(client.id, pathId(event, 'player_id'), pathId(event, 'command_id'))
})
