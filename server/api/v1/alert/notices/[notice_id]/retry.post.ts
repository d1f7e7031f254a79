import { retryNotice } from '../../../../../services/alert/notices'
import { drainNotices } from '../../../../../services/alert/send'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const retried = await retryNotice(client.id, pathId(event, 'notice_id'))
  void drainNotices()
  return retried
})
