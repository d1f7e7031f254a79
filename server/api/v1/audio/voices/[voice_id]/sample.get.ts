import { voiceSample } from '../../../../../services/audio/generate'
import { countAct } from '../../../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  await countAct('sample', client.id)
  // The same address sounds otherwise once the settings are changed.
  return sendSound(event, await voiceSample(client.id, pathId(event, 'voice_id')), 'private, no-cache')
})
