import { FillRequestSchema } from '../../../../../../shared/schemas/template'
import { fillAndGenerate } from '../../../../../services/library/templates'
import { countAct } from '../../../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  await countAct('generate', client.id)
  const template_id = pathId(event, 'template_id')
  const request = await parseBody(event, FillRequestSchema)
  return answerMaking(event, onStep => fillAndGenerate({
    client_id: client.id, user, template_id, request, repeatable: repeatable(event, client.id, request), signal: callerGone(event), onStep,
  }))
})
