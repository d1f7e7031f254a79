import { AlertTestSchema } from '../../../../shared/schemas/alert'
import { writeTest } from '../../../services/alert/notices'
import { drainNotices } from '../../../services/alert/send'
import { countAct } from '../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await countAct('alert_test', client.id)
  const notices = await writeTest(client.id, await parseBody(event, AlertTestSchema))
  void drainNotices()
  setResponseStatus(event, 202)
  return { notices }
})
