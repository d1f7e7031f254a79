import { ZipRequestSchema } from '../../../../shared/schemas/library'
import { zipMessages } from '../../../services/library/zip'

/** More messages than a link can name. */
export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return sendZip(event, await zipMessages(client.id, await parseBody(event, ZipRequestSchema)))
})
