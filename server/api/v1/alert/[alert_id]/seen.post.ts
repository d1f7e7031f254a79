import { seeAlert } from '../../../../services/alert/alerts'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  return seeAlert(client.id, pathId(event, 'alert_id'))
})
