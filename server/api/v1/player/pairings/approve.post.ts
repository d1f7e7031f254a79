import { ApprovePairingSchema } from '../../../../../shared/schemas/player'
import { once } from '../../../../services/idempotency'
import { approvePairing } from '../../../../services/player/pairing'
import { countFailures } from '../../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const input = await parseBody(event, ApprovePairingSchema)
  setResponseStatus(event, 201)
  return countFailures('pairing_approve', client.id, () =>
    once(repeatable(event, client.id, input), tx => approvePairing(tx, client.id, input)))
})
