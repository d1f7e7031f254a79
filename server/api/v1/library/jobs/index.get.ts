import { listJobs } from '../../../../services/library/jobs'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listJobs(client.id))
})
