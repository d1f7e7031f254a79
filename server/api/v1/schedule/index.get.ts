import { ScheduleQuerySchema } from '../../../../shared/schemas/schedule'
import { listSchedules } from '../../../services/schedule/listing'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return listSchedules(client.id, parseQuery(event, ScheduleQuerySchema))
})
