import { programmeOf } from '../../../services/player/programme'

export default defineApiHandler(async (event) => {
  const player = await requirePlayer(event)
  const programme = await programmeOf(player)
  if (handleCacheHeaders(event, { etag: `"${programme.version}"`, maxAge: 0, cacheControls: ['private', 'no-cache'] })) return
  return programme
})
