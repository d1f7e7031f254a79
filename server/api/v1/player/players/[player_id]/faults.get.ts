import { listFaults } from '../../../../../services/player/faults'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listFaults(client.id, pathId(event, 'player_id')))
})
