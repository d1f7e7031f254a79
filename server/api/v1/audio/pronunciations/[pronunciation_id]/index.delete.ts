import { deletePronunciation } from '../../../../../services/audio/pronunciations'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deletePronunciation(client.id, pathId(event, 'pronunciation_id'))
  return sendNoContent(event)
})
