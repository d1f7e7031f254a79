import { listPronunciations } from '../../../../services/audio/pronunciations'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return wholeList(await listPronunciations(client.id))
})
