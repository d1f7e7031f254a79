import { voiceSample } from '../../../../../services/audio/generate'
import { countAct } from '../../../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  await countAct('sample', client.id)
  return sendSound(event, await voiceSample(client.id, pathId(event, 'voice_id')))
})
