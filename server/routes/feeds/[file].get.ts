import { NotFound } from '../../services/errors'
import { FEED_FRESH_S, readFeed } from '../../services/schedule/feed'

const FILE = /^([\w-]+)\.ics$/

/** `/feeds/<token>.ics`, for any calendar that knows the address. */
export default defineApiHandler(async (event) => {
  const token = FILE.exec(getRouterParam(event, 'file') ?? '')?.[1]
  if (!token) throw new NotFound()
  const { body, etag } = await readFeed(token)
  setResponseHeaders(event, { etag, 'cache-control': `private, max-age=${FEED_FRESH_S}`, 'x-robots-tag': 'noindex' })
  if (getRequestHeader(event, 'if-none-match') === etag) {
    setResponseStatus(event, 304)
    return null
  }
  setResponseHeaders(event, { 'content-type': 'text/calendar; charset=utf-8', 'content-disposition': 'inline; filename="mediaflow.ics"' })
  return event.context.method === 'HEAD' ? '' : body
})
