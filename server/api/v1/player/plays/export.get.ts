import { PlayExportQuerySchema } from '../../../../../shared/schemas/player'
import { exportPlays } from '../../../../services/player/play-csv'

/** A download by link. */
export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  const query = parseQuery(event, PlayExportQuerySchema)
  const days = [query.from, query.until].filter(Boolean).join('-') || new Date().toISOString().slice(0, 10)
  setResponseHeaders(event, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="mediaflow-plays-${days}.csv"`,
    'cache-control': 'no-store',
  })
  return event.context.method === 'HEAD' ? '' : sendStream(event, await exportPlays(client.id, query))
})
