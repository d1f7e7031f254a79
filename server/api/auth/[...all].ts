import type { H3Event } from 'h3'
import { ADDRESS_HEADER, AUTH_PATHS, OUR_ORIGIN, useAuth } from '../../services/client/auth'
import { DomainError, NotFound, TooManyRequests } from '../../services/errors'

/** better-auth's own routes, those that we let out. Its errors are told in our shape. */
export default defineApiHandler(async (event) => {
  const { pathname, href } = getRequestURL(event)
  const path = pathname.slice('/api/auth'.length)
  if (!AUTH_PATHS.some(allowed => allowed === path)) throw new NotFound('There is no such route.', 'route_not_found')
  const has_body = event.method !== 'GET' && event.method !== 'HEAD'
  const body = has_body ? await readLimited(event) : undefined
  const auth = await useAuth()
  const answer = await auth.handler(new Request(href, { method: event.method, headers: headersFor(event), body: body?.length ? new Uint8Array(body) : undefined }))
  if (answer.ok || answer.status < 400) return answer
  throw await toOurError(answer)
})

function headersFor(event: H3Event): Headers {
  const headers = new Headers(event.headers)
  headers.set(ADDRESS_HEADER, callerAddress(event))
  for (const name of ['x-forwarded-host', 'x-forwarded-proto', 'content-length', 'transfer-encoding']) headers.delete(name)
  // Every browser says which page it posts from. Who says nothing is a script, and no page can make it act.
  const site = headers.get('sec-fetch-site') ?? 'none'
  if (!headers.has('origin') && !headers.has('referer') && ['none', 'same-origin'].includes(site)) headers.set('origin', OUR_ORIGIN)
  return headers
}

async function toOurError(answer: Response): Promise<DomainError> {
  if (answer.status === 429) return new TooManyRequests(Number(answer.headers.get('x-retry-after')) || 60, undefined, 'rate_limited')
  const { code, message } = await answer.json().catch(() => ({})) as { code?: string, message?: string }
  if (code?.endsWith('_ORIGIN')) return new DomainError(403, 'foreign_origin', 'This page may not act for you.')
  if (answer.status >= 500) return new DomainError(500, 'internal_error', 'Something went wrong on our side.')
  return new DomainError(answer.status, code?.toLowerCase() ?? 'bad_request', message ?? 'The request could not be read.')
}
