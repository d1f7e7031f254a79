import { restoreVersion } from '../../../../../../services/library/versions'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  return restoreVersion(client.id, user?.id ?? null, pathId(event, 'audio_id'), pathId(event, 'version_id'))
})
