import { OccurrenceQuerySchema } from '../../../../shared/schemas/schedule'
import { listOccurrences } from '../../../services/schedule/occurrences'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return listOccurrences(client.id, parseQuery(event, OccurrenceQuerySchema))
})
