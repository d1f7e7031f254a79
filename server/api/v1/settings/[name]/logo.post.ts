import { buffer } from 'node:stream/consumers'
import { NotFound } from '../../../../services/errors'
import { MAX_LOGO_BYTES, setLogo } from '../../../../services/settings/logo'

/** `/api/v1/settings/look/logo`: beside a folder `look`, the router would not find `/api/v1/settings/look` any more. */
export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  if (getRouterParam(event, 'name') !== 'look') throw new NotFound()
  const { file } = await readUploadForm(event, MAX_LOGO_BYTES, async bytes => ({ bytes: await buffer(bytes), discard: async () => {} }))
  return setLogo(client.id, file.bytes)
})
