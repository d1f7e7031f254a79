import { deletePlayer } from '../../../../../services/player/players'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deletePlayer(client.id, pathId(event, 'player_id'))
  return sendNoContent(event)
})
