import { feedAddress } from '../../../../../services/schedule/feed'

/** Whoever has it may read it: it is shown to those only who may change what is in it. */
export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  return feedAddress(client.id, pathId(event, 'store_id'), getRequestURL(event).origin)
})
