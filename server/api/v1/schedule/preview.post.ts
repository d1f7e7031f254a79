import { SchedulePreviewQuerySchema } from '../../../../shared/schemas/schedule'
import { previewSchedule } from '../../../services/schedule/preview'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return previewSchedule(client.id, await parseBody(event, SchedulePreviewQuerySchema))
})
