import { PronunciationPatchSchema } from '../../../../../../shared/schemas/reading'
import { updatePronunciation } from '../../../../../services/audio/pronunciations'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const pronunciation_id = pathId(event, 'pronunciation_id')
  return updatePronunciation(client.id, pronunciation_id, await parseBody(event, PronunciationPatchSchema))
})
