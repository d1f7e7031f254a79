import { programmeOf } from '../../../services/player/programme'

export default defineApiHandler(async (event) => {
  const player = await requirePlayer(event)
  const programme = await programmeOf(player)
  setResponseHeader(event, 'cache-control', 'private, no-cache')
  if (notModified(event, `"${programme.version}"`)) return null
  return programme
})
