import { SchedulePatchSchema } from '../../../../../shared/schemas/schedule'
import { updateSchedule } from '../../../../services/schedule/schedules'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const schedule_id = pathId(event, 'schedule_id')
  return updateSchedule(client.id, schedule_id, await parseBody(event, SchedulePatchSchema))
})
