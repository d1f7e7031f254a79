import { StartPairingSchema } from '../../../../../shared/schemas/player'
import { startPairing } from '../../../../services/player/pairing'
import { countAct } from '../../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  const address = callerAddress(event)
  await countAct('pairing', address)
  const { screen } = await parseBody(event, StartPairingSchema)
  const user_agent = getRequestHeader(event, 'user-agent')?.slice(0, 512)
  setResponseStatus(event, 201)
  return startPairing(getRequestURL(event, { xForwardedHost: true, xForwardedProto: true }).origin, { address, user_agent, screen })
})
