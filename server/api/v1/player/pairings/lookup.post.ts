import { LookupPairingSchema } from '../../../../../shared/schemas/player'
import { lookUpPairing } from '../../../../services/player/places'
import { countFailures } from '../../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const { code } = await parseBody(event, LookupPairingSchema)
  return countFailures('pairing_approve', client.id, () => lookUpPairing(client.id, code))
})
