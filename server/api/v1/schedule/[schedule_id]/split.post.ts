import { ScheduleSplitSchema } from '../../../../../shared/schemas/schedule'
import { splitSchedule } from '../../../../services/schedule/split'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  const schedule_id = pathId(event, 'schedule_id')
  return splitSchedule({ client_id: client.id, user_id: user?.id ?? null, schedule_id, request: await parseBody(event, ScheduleSplitSchema) })
})
