import { AirRequestSchema } from '../../../../../shared/schemas/player'
import { once } from '../../../../services/idempotency'
import { airMessage } from '../../../../services/player/air'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  const request = await parseBody(event, AirRequestSchema)
  return once(repeatable(event, client.id, request), tx => airMessage(tx, { client_id: client.id, user, request }))
})
