import { ReadingRequestSchema } from '../../../../shared/schemas/reading'
import { previewReading } from '../../../services/audio/reading'

/** Changes nothing: it says how a text would be read. */
export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return previewReading(client.id, await parseBody(event, ReadingRequestSchema))
})
