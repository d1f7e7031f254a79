import type { H3Event } from 'h3'
import { roleAllows, type Role } from '../../shared/schemas/client'
import { resolveApiKey, resolvePlayer, resolveSession, type PlayerPrincipal, type Principal } from '../services/client/access'
import { Forbidden, Unauthenticated } from '../services/errors'
import { useSettings } from '../services/settings/env'

/** A principal that acts for a client. */
export interface MemberContext {
  client: { id: string, name: string, role: Role }
  user: Principal['user']
  session_id: string | null
}

/**
 * The client that this request acts for, by session or API key, when its role allows what `role` allows.
 * @throws Unauthenticated, Forbidden
 */
export async function requireMember(event: H3Event, role: Role = 'viewer'): Promise<MemberContext> {
  const principal = await findPrincipal(event)
  if (!principal) throw new Unauthenticated()
  const { client, user, session_id } = principal
  if (!client) throw new Forbidden('This account does not belong to any client.', 'no_client')
  if (!roleAllows(client.role, role)) throw new Forbidden()
  event.context.client_id = client.id
  return { client, user, session_id }
}

/** A person with a session (API keys are refused). */
export async function requirePerson(event: H3Event): Promise<Principal & { user: NonNullable<Principal['user']> }> {
  const principal = await findPrincipal(event)
  if (!principal) throw new Unauthenticated()
  if (!principal.user) throw new Forbidden('An API key cannot do this: sign in.')
  return { ...principal, user: principal.user }
}

/** Who is there, if anybody. */
export async function findPrincipal(event: H3Event): Promise<Principal | null> {
  const token = bearerToken(event)
  if (token) return resolveApiKey(token)
  const principal = await resolveSession(event.headers)
  if (principal) refuseForeignPages(event)
  return principal
}

/** The paired player behind a token, sent as `Authorization: Bearer` or `?token=`. */
export async function requirePlayer(event: H3Event): Promise<PlayerPrincipal> {
  const player = await findPlayer(event)
  if (!player) throw new Unauthenticated('This player is not paired any more.', 'player_unpaired')
  event.context.client_id = player.client_id
  return player
}

/** {@link requirePlayer}, or null. */
export async function findPlayer(event: H3Event): Promise<PlayerPrincipal | null> {
  const token = bearerToken(event) ?? String(getQuery(event).token ?? '')
  return token.startsWith(PLAYER_TOKEN_PREFIX) ? resolvePlayer(token) : null
}

/** What a player's token begins with, so that it is told from an API key at a glance. */
export const PLAYER_TOKEN_PREFIX = 'mfp_'

/** The token in `Authorization: Bearer …`. */
export function bearerToken(event: H3Event): string | undefined {
  return /^Bearer\s+(\S{1,512})$/i.exec(getRequestHeader(event, 'authorization') ?? '')?.[1]
}

/**
 * The caller's address. A reverse proxy on this machine is believed (its last hop only); nobody else is.
 */
export function callerAddress(event: H3Event): string {
  return believedAddress(event.node.req.socket?.remoteAddress, getRequestHeader(event, 'x-forwarded-for'))
}

/** {@link callerAddress} of whoever is connected from there, with that `X-Forwarded-For`. */
export function believedAddress(remote: string | undefined, header: string | null | undefined): string {
  const address = remote?.replace(/^::ffff:/, '') ?? 'internal'
  const forwarded = header?.split(',').at(-1)?.trim()
  return forwarded && (address === '127.0.0.1' || address === '::1') ? forwarded : address
}

/** Whether a page of that origin may call us with the person's cookie: our own host, or one of `CORS_ORIGINS`. */
export function isTrustedOrigin(origin: string, host: string | undefined): boolean {
  if (useSettings().CORS_ORIGINS.includes(origin)) return true
  try {
    return new URL(origin).host === host
  }
  catch {
    return false
  }
}

function refuseForeignPages(event: H3Event): void {
  if (event.method === 'GET' || event.method === 'HEAD') return
  const origin = getRequestHeader(event, 'origin')
  const site = getRequestHeader(event, 'sec-fetch-site')
  const trusted = origin !== undefined
    ? isTrustedOrigin(origin, getRequestHeader(event, 'host'))
    : site === undefined || site === 'same-origin' || site === 'none'
  if (!trusted) throw new Forbidden('This page may not act for you.', 'foreign_origin')
}
