import { startPairing } from '../../../../services/player/pairing'
import { countAct } from '../../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  await countAct('pairing', callerAddress(event))
  setResponseStatus(event, 201)
  return startPairing(getRequestURL(event, { xForwardedHost: true, xForwardedProto: true }).origin)
})
