import { listPresets } from '../../../../services/audio/jingle-presets'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listPresets(client.id))
})
