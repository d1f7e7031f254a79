import { listNotices } from '../../../../services/alert/notices'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  return wholeList(await listNotices(client.id))
})
