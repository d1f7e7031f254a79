import { NewPronunciationSchema } from '../../../../../shared/schemas/reading'
import { createPronunciation } from '../../../../services/audio/pronunciations'
import { once } from '../../../../services/idempotency'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const input = await parseBody(event, NewPronunciationSchema)
  setResponseStatus(event, 201)
  return once(repeatable(event, client.id, input), tx => createPronunciation(tx, client.id, input))
})
