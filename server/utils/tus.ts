import type { H3Event } from 'h3'
import { asSender, identityHeaders, requireUpload, tusServer } from '../services/audio/upload/resumable'

/**
 * Hands a request to the protocol of uploads in pieces, for who may upload; an upload that somebody else began is not found.
 * @throws Unauthenticated, Forbidden, NotFound
 */
export async function handleTus(event: H3Event): Promise<void> {
  const { client, user } = await requireMember(event, 'editor')
  const owner = { client_id: client.id, user_id: user?.id ?? null }
  const id = getRouterParam(event, 'upload_id')
  if (id !== undefined) setResponseHeaders(event, identityHeaders(await requireUpload(owner, id)))
  await asSender(owner, requestId(event), () => tusServer().handle(event.node.req, event.node.res))
  event._handled = true
}
