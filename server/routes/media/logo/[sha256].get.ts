import { Sha256Schema } from '../../../../shared/schemas/common'
import { NotFound } from '../../../services/errors'
import { isLogoOf } from '../../../services/settings/logo'

/** The logo of a client, for its members and its players. */
export default defineApiHandler(async (event) => {
  const sha256 = Sha256Schema.safeParse(getRouterParam(event, 'sha256'))
  const client_id = (await findPlayer(event))?.client_id ?? (await requireMember(event)).client.id
  event.context.client_id = client_id
  if (!sha256.success || !await isLogoOf(client_id, sha256.data)) throw new NotFound()
  return sendSound(event, sha256.data)
})
