import { stopAir } from '../../../../../services/player/air'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  await stopAir(client.id, pathId(event, 'air_id'), user)
  return sendNoContent(event)
})
