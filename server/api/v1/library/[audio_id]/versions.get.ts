import { listVersions } from '../../../../services/library/versions'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listVersions(client.id, pathId(event, 'audio_id')))
})
