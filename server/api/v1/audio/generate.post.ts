import { GenerateRequestSchema } from '../../../../shared/schemas/audio'
import { generateMessage } from '../../../services/audio/generate'
import { countAct } from '../../../services/rate-limit'

/**
 * Answers with the message when it is made, and says in `Server-Timing` how long each step took;
 * `Accept: text/event-stream` hears the steps on the way.
 */
export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  await countAct('generate', client.id)
  const request = await parseBody(event, GenerateRequestSchema)
  const options = { client_id: client.id, user_id: user?.id ?? null, request, repeatable: repeatable(event, client.id, request), signal: callerGone(event) }
  if (getRequestHeader(event, 'accept')?.includes('text/event-stream')) {
    return streamEvents(event, async (push) => {
      push('done', await generateMessage({ ...options, onStep: step => push('step', { step }) }))
    })
  }
  const steps = stepTimer()
  const made = await generateMessage({ ...options, onStep: steps.begin })
  setResponseHeader(event, 'server-timing', steps.serverTiming())
  return made
})
