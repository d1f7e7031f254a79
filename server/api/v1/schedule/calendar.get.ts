import { CalendarQuerySchema } from '../../../../shared/schemas/schedule'
import { listCalendar } from '../../../services/schedule/calendar'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return listCalendar(client.id, parseQuery(event, CalendarQuerySchema))
})
