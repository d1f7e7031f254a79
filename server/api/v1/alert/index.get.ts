import { AlertQuerySchema } from '../../../../shared/schemas/alert'
import { listAlerts } from '../../../services/alert/alerts'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return listAlerts(client.id, parseQuery(event, AlertQuerySchema))
})
