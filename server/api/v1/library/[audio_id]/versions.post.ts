import { NewVersionSchema } from '../../../../../shared/schemas/library'
import { addVersion } from '../../../../services/library/versions'
import { countAct } from '../../../../services/rate-limit'

/** Answers as `POST /api/v1/audio/generate` does: with the message, or with its steps on the way. */
export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  await countAct('generate', client.id)
  const audio_id = pathId(event, 'audio_id')
  const request = await parseBody(event, NewVersionSchema)
  return answerMaking(event, onStep => addVersion({
    client_id: client.id, user_id: user?.id ?? null, audio_id, request, repeatable: repeatable(event, client.id, request), signal: callerGone(event), onStep,
  }))
})
