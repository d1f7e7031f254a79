import { Sha256Schema } from '../../../shared/schemas/common'
import { NotFound } from '../../services/errors'
import { mayHear } from '../../services/library/hearing'

/** `/media/<sha256>.mp3`, for the members and the players of a client that has this sound. */
export default defineApiHandler(async (event) => {
  const [name, extension] = (getRouterParam(event, 'file') ?? '').split('.')
  const sha256 = Sha256Schema.safeParse(name)
  const client_id = (await findPlayer(event))?.client_id ?? (await requireMember(event)).client.id
  event.context.client_id = client_id
  if (!sha256.success || extension !== 'mp3' || !await mayHear(client_id, sha256.data)) throw new NotFound()
  const { download } = getQuery(event)
  if (download !== undefined) setResponseHeader(event, 'content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(`${download || 'message'}.mp3`)}`)
  return sendSound(event, sha256.data)
})
