import { requireUpload } from '../../../../../services/audio/upload/resumable'

/** HEAD is the protocol's; GET tells the same as JSON. */
export default defineApiHandler(async (event) => {
  if (event.context.method === 'HEAD') return handleTus(event)
  const { client, user } = await requireMember(event, 'editor')
  return requireUpload({ client_id: client.id, user_id: user?.id ?? null }, getRouterParam(event, 'upload_id') ?? '')
})
