import { listVoices } from '../../../../services/audio/voices'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listVoices(client.id))
})
