import { PlayReportsSchema } from '../../../../shared/schemas/player'
import { recordReports } from '../../../services/player/plays'

export default defineApiHandler(async (event) => {
  const player = await requirePlayer(event)
  const { reports } = await parseBody(event, PlayReportsSchema)
  return recordReports(player, reports)
})
