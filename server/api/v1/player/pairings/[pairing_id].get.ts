import { Unauthenticated } from '../../../../services/errors'
import { pairingState } from '../../../../services/player/pairing'
import { countAct } from '../../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  const pairing_id = pathId(event, 'pairing_id')
  await countAct('pairing_poll', pairing_id)
  const secret = bearerToken(event)
  if (!secret) throw new Unauthenticated('Send the secret of this pairing as Authorization: Bearer.')
  return pairingState(pairing_id, secret)
})
