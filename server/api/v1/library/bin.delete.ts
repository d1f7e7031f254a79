import { clearBin } from '../../../services/library/bin'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  return clearBin(client.id)
})
