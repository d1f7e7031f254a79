import { cancelJob } from '../../../../services/library/jobs'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  return cancelJob(client.id, pathId(event, 'job_id'))
})
