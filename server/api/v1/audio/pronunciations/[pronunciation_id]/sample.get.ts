import { sayPronunciation } from '../../../../../services/audio/reading'
import { countAct } from '../../../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  await countAct('sample', client.id)
  const mp3 = await sayPronunciation(client.id, pathId(event, 'pronunciation_id'))
  // The same address says another word once the word is changed.
  setResponseHeader(event, 'cache-control', 'no-store')
  return send(event, Buffer.from(mp3), 'audio/mpeg')
})
