import { PageQuerySchema } from '../../../../../../../shared/schemas/common'
import { listCommands } from '../../../../../../services/player/commands'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return listCommands(client.id, pathId(event, 'player_id'), parseQuery(event, PageQuerySchema))
})
