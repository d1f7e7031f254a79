import { NewJobSchema } from '../../../../../shared/schemas/job'
import { startJob } from '../../../../services/library/jobs'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  const wanted = await parseBody(event, NewJobSchema)
  setResponseStatus(event, 202)
  return startJob(client.id, user?.id ?? null, wanted, repeatable(event, client.id, wanted))
})
