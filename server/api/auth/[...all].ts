import { ADDRESS_HEADER, AUTH_PATHS, useAuth } from '../../services/client/auth'
import { NotFound } from '../../services/errors'

/** better-auth's own routes, those that we let out. */
export default defineApiHandler(async (event) => {
  const path = event.path.split('?')[0]!.slice('/api/auth'.length)
  if (!AUTH_PATHS.some(allowed => allowed === path)) throw new NotFound('There is no such route.', 'route_not_found')
  const auth = await useAuth()
  const request = toWebRequest(event)
  const headers = new Headers(request.headers)
  headers.set(ADDRESS_HEADER, callerAddress(event))
  headers.delete('x-forwarded-host')
  headers.delete('x-forwarded-proto')
  return auth.handler(new Request(request, { headers }))
})
