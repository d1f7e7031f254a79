import type { H3Event } from 'h3'
import type { Me } from '../../shared/schemas/client'
import { describeMe, resolveSession } from '../services/client/access'
import { ADDRESS_HEADER, useAuth } from '../services/client/auth'

/** Opens a session for a person who has just proved the password, and says who they are. */
export async function signIn(event: H3Event, email: string, password: string): Promise<Me> {
  const auth = await useAuth()
  const headers = new Headers(event.headers)
  headers.set(ADDRESS_HEADER, callerAddress(event))
  const { headers: answered } = await auth.api.signInEmail({ body: { email, password }, headers, returnHeaders: true })
  const cookies = answered.getSetCookie()
  for (const cookie of cookies) appendResponseHeader(event, 'set-cookie', cookie)
  return describeMe(await resolveSession(new Headers({ cookie: cookies.map(cookie => cookie.split(';')[0]).join('; ') })))
}
