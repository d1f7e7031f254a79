import { LibraryQuerySchema } from '../../../../shared/schemas/library'
import { listMessages } from '../../../services/library/query'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return listMessages(client.id, parseQuery(event, LibraryQuerySchema))
})
