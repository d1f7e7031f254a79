import { GenerateRequestSchema } from '../../../../shared/schemas/audio'
import { generateMessage } from '../../../services/audio/generate'
import { countAct } from '../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  await countAct('generate', client.id)
  const request = await parseBody(event, GenerateRequestSchema)
  return answerMaking(event, onStep => generateMessage({
    client_id: client.id, user_id: user?.id ?? null, request, repeatable: repeatable(event, client.id, request), signal: callerGone(event), onStep,
  }))
})
