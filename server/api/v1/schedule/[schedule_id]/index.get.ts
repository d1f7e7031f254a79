import { getSchedule } from '../../../../services/schedule/schedules'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return getSchedule(client.id, pathId(event, 'schedule_id'))
})
