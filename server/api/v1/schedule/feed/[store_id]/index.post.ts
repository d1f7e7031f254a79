import { rotateFeed } from '../../../../../services/schedule/feed'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  return rotateFeed(client.id, pathId(event, 'store_id'), getRequestURL(event).origin)
})
