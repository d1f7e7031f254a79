import { MixRequestSchema } from '../../../../shared/schemas/audio'
import { remixDraft } from '../../../services/audio/remix'
import { countAct } from '../../../services/rate-limit'

/** Another recipe for a draft; its speech is not made again. */
export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await countAct('mix', client.id)
  const { audio_id, jingle } = await parseBody(event, MixRequestSchema)
  return remixDraft(client.id, audio_id, jingle, callerGone(event))
})
