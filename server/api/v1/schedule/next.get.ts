import { NextAiringQuerySchema } from '../../../../shared/schemas/schedule'
import { nextAirings } from '../../../services/schedule/next'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return { items: await nextAirings(client.id, parseQuery(event, NextAiringQuerySchema).schedule_ids) }
})
