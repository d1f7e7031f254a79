import { HolidayRegionQuerySchema } from '../../../../../shared/schemas/schedule'
import { listHolidayRegions } from '../../../../services/schedule/holidays'

export default defineApiHandler(async (event) => {
  await requireMember(event)
  return listHolidayRegions(parseQuery(event, HolidayRegionQuerySchema).language)
})
