import { DayQuerySchema } from '../../../../shared/schemas/schedule'
import { dayAt } from '../../../services/schedule/day'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return dayAt(client.id, parseQuery(event, DayQuerySchema))
})
