import { ZipQuerySchema } from '../../../../shared/schemas/library'
import { zipMessages } from '../../../services/library/zip'

/** A download by link. */
export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  const { ids, ...query } = parseQuery(event, ZipQuerySchema)
  return sendZip(event, await zipMessages(client.id, ids ? { audio_ids: ids } : { query }))
})
