import { DayExportQuerySchema } from '../../../../shared/schemas/schedule'
import { exportDay } from '../../../services/schedule/day-csv'

/** A download by link. */
export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  const query = parseQuery(event, DayExportQuerySchema)
  const csv = await exportDay(client.id, query)
  setResponseHeaders(event, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="mediaflow-day-${query.date}.csv"`,
    'cache-control': 'no-store',
  })
  return event.context.method === 'HEAD' ? '' : csv
})
