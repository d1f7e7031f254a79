import { FaultReportsSchema } from '../../../../shared/schemas/player'
import { recordFaults } from '../../../services/player/faults'

export default defineApiHandler(async (event) => {
  const player = await requirePlayer(event)
  const { faults } = await parseBody(event, FaultReportsSchema)
  await recordFaults(player, faults)
  return { noted: faults.length }
})
