import { buffer } from 'node:stream/consumers'
import { MAX_LOGO_BYTES, setLogo } from '../../../../services/settings/logo'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const { file } = await readUploadForm(event, MAX_LOGO_BYTES, async bytes => ({ bytes: await buffer(bytes), discard: async () => {} }))
  return setLogo(client.id, file.bytes)
})
