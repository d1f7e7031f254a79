import { NewScheduleSchema } from '../../../../shared/schemas/schedule'
import { once } from '../../../services/idempotency'
import { createSchedule } from '../../../services/schedule/schedules'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  const request = await parseBody(event, NewScheduleSchema)
  setResponseStatus(event, 201)
  return once(repeatable(event, client.id, request), tx => createSchedule(tx, { client_id: client.id, user_id: user?.id ?? null, request }))
})
