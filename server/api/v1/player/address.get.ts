import { playerAddress } from '../../../services/player/address'

export default defineApiHandler(async (event) => {
  await requireMember(event)
  return { url: playerAddress(getRequestHeader(event, 'host') ?? 'localhost') }
})
