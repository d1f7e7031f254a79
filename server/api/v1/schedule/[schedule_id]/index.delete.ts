import { deleteSchedule } from '../../../../services/schedule/schedules'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deleteSchedule(client.id, pathId(event, 'schedule_id'))
  return sendNoContent(event)
})
