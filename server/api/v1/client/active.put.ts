import { ActiveClientSchema } from '../../../../shared/schemas/client'
import { describeMe, switchClient } from '../../../services/client/access'

export default defineApiHandler(async (event) => {
  const person = await requirePerson(event)
  const { client_id } = await parseBody(event, ActiveClientSchema)
  return describeMe(await switchClient(person, client_id))
})
