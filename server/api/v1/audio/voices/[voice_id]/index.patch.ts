import { VoicePatchSchema } from '../../../../../../shared/schemas/audio'
import { updateVoice } from '../../../../../services/audio/voices'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const voice_id = pathId(event, 'voice_id')
  return updateVoice(client.id, voice_id, await parseBody(event, VoicePatchSchema))
})
