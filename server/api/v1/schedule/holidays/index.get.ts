import { HolidayQuerySchema } from '../../../../../shared/schemas/schedule'
import { listHolidays } from '../../../../services/schedule/holidays'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return listHolidays(client.id, parseQuery(event, HolidayQuerySchema))
})
