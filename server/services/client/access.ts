import { asc, eq, or } from 'drizzle-orm'
import { member, organization, player, session, store, user } from '../../../db/schema'
import { RoleSchema, type Me, type Role } from '../../../shared/schemas/client'
import { useDb } from '../database'
import { NotFound } from '../errors'
import { sha256Of } from '../hash'
import { keepNextToken } from '../player/tokens'
import { useAuth } from './auth'

/** Who acts: a person with a session, or a script with an API key. */
export interface Principal {
  user: { id: string, name: string, email: string, is_admin: boolean } | null
  session_id: string | null
  /** The client acted for, and what the principal may do there; null for a person without any client. */
  client: { id: string, name: string, role: Role } | null
}

/** A paired player, as it proved itself by its token. */
export interface PlayerPrincipal {
  player_id: string
  client_id: string
  client_name: string
  store_id: string
  store_name: string
  time_zone: string
  name: string
  volume: number
}

/** A player with the token that it proved itself by. */
export interface TokenHolder extends PlayerPrincipal {
  muted: boolean
  token_sha256: string
}

/**
 * The person behind a session cookie, with the client that is active in it.
 * @param headers the request's headers
 */
export async function resolveSession(headers: Headers): Promise<Principal | null> {
  if (!headers.get('cookie')?.includes('mediaflow.session_token')) return null
  const auth = await useAuth()
  const found = await auth.api.getSession({ headers })
  if (!found) return null
  const { user } = found
  const rows = await clientsOf(user.id)
  // An active client that the person has left falls back to one that they still belong to.
  const active = rows.find(row => row.id === found.session.activeOrganizationId) ?? rows[0] ?? null
  return {
    user: { id: user.id, name: user.name, email: user.email, is_admin: user.role === 'admin' },
    session_id: found.session.id,
    client: active,
  }
}

/**
 * The client and role of an API key.
 * @param key as sent in `Authorization: Bearer …`
 */
export async function resolveApiKey(key: string): Promise<Principal | null> {
  const auth = await useAuth()
  const { valid, key: row } = await auth.api.verifyApiKey({ body: { key } })
  if (!valid || !row) return null
  const role = RoleSchema.safeParse((row.metadata as { role?: unknown } | null)?.role)
  if (!role.success) return null
  const db = await useDb()
  const [client] = await db.select({ id: organization.id, name: organization.name }).from(organization).where(eq(organization.id, row.referenceId))
  return client ? { user: null, session_id: null, client: { ...client, role: role.data } } : null
}

/**
 * The player that holds a token, or null when no player does. The first use of a token that was sent to take another's
 * place ends that other.
 */
export async function resolvePlayer(token: string): Promise<TokenHolder | null> {
  const db = await useDb()
  const token_sha256 = sha256Of(token)
  const [row] = await db.select({
    player_id: player.player_id,
    client_id: player.client_id,
    client_name: organization.name,
    store_id: player.store_id,
    store_name: store.name,
    time_zone: store.time_zone,
    name: player.name,
    volume: player.volume,
    muted: player.muted,
    next_token_sha256: player.next_token_sha256,
  }).from(player)
    .innerJoin(store, eq(store.store_id, player.store_id))
    .innerJoin(organization, eq(organization.id, player.client_id))
    .where(or(eq(player.token_sha256, token_sha256), eq(player.next_token_sha256, token_sha256)))
  if (!row) return null
  const { next_token_sha256, ...principal } = row
  if (next_token_sha256 === token_sha256) await keepNextToken(db, row.player_id, token_sha256)
  return { ...principal, token_sha256 }
}

/** Everything that a page needs to know about who is signed in. */
export async function describeMe(principal: Principal | null): Promise<Me> {
  if (!principal?.user) return { user: null, client: null, clients: [] }
  const { id, ...user } = principal.user
  const clients = (await clientsOf(id)).map(({ id: client_id, name, role }) => ({ client_id, name, role }))
  const { client } = principal
  return { user, client: client && { client_id: client.id, name: client.name, role: client.role }, clients }
}

/** Changes what a person is called, in every client. */
export async function renamePerson(principal: Principal, name: string): Promise<Principal> {
  if (!principal.user) throw new NotFound()
  const db = await useDb()
  await db.update(user).set({ name, updatedAt: new Date() }).where(eq(user.id, principal.user.id))
  return { ...principal, user: { ...principal.user, name } }
}

/**
 * Makes another client the active one of a session.
 * @throws NotFound when the person does not belong to it
 */
export async function switchClient(principal: Principal, clientId: string): Promise<Principal> {
  const client = principal.user && (await clientsOf(principal.user.id)).find(row => row.id === clientId)
  if (!client || !principal.session_id) throw new NotFound()
  const db = await useDb()
  await db.update(session).set({ activeOrganizationId: clientId }).where(eq(session.id, principal.session_id))
  return { ...principal, client }
}

async function clientsOf(userId: string): Promise<{ id: string, name: string, role: Role }[]> {
  const db = await useDb()
  const rows = await db.select({ id: organization.id, name: organization.name, role: member.role })
    .from(member).innerJoin(organization, eq(organization.id, member.organizationId))
    .where(eq(member.userId, userId)).orderBy(asc(member.createdAt))
  return rows.map(row => ({ ...row, role: RoleSchema.catch('viewer').parse(row.role) }))
}
