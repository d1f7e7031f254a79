import { getJob } from '../../../../services/library/jobs'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return getJob(client.id, pathId(event, 'job_id'))
})
