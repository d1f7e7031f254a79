import { ScheduleBulkSchema } from '../../../../shared/schemas/schedule'
import { changeMany } from '../../../services/schedule/bulk'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  return changeMany(client.id, await parseBody(event, ScheduleBulkSchema))
})
