import { todayAt } from '../../../services/schedule/today'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return todayAt(client.id)
})
