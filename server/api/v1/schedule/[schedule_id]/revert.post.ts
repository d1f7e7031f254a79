import { ScheduleRevertSchema } from '../../../../../shared/schemas/schedule'
import { revertSchedule } from '../../../../services/schedule/bulk'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const schedule_id = pathId(event, 'schedule_id')
  return revertSchedule(client.id, schedule_id, await parseBody(event, ScheduleRevertSchema))
})
