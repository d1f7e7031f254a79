import { and, desc, eq } from 'drizzle-orm'
import { apikey } from '../../../db/schema'
import { RoleSchema, type ApiKey, type CreatedApiKey, type Role } from '../../../shared/schemas/client'
import { useDb } from '../database'
import { NotFound } from '../errors'
import { useAuth } from './auth'

/** The keys that scripts of this client hold. */
export async function listKeys(clientId: string): Promise<ApiKey[]> {
  const db = await useDb()
  const rows = await db.select().from(apikey).where(eq(apikey.referenceId, clientId)).orderBy(desc(apikey.createdAt))
  return rows.map(toKey)
}

/**
 * Makes a key for a script. The answer is the only place where the key itself is ever seen.
 * @param ownerId the person who makes it, an owner of the client
 */
export async function createKey(clientId: string, ownerId: string, input: { name: string, role: Role }): Promise<CreatedApiKey> {
  const auth = await useAuth()
  const made = await auth.api.createApiKey({ body: { organizationId: clientId, userId: ownerId, name: input.name, metadata: { role: input.role } } })
  const db = await useDb()
  const [row] = await db.select().from(apikey).where(eq(apikey.id, made.id))
  return { ...toKey(row!), key: made.key }
}

/** Revokes a key: it stops working at once. @throws NotFound */
export async function revokeKey(clientId: string, keyId: string): Promise<void> {
  const db = await useDb()
  const gone = await db.delete(apikey).where(and(eq(apikey.referenceId, clientId), eq(apikey.id, keyId))).returning({ id: apikey.id })
  if (!gone.length) throw new NotFound()
}

function toKey(row: typeof apikey.$inferSelect): ApiKey {
  const metadata: unknown = row.metadata ? JSON.parse(row.metadata) : null
  const { role } = typeof metadata === 'string' ? JSON.parse(metadata) : metadata ?? {}
  return {
    key_id: row.id,
    name: row.name ?? '',
    role: RoleSchema.catch('viewer').parse(role),
    start: row.start ?? '',
    created_at: row.createdAt.toISOString(),
    last_used_at: row.lastRequest?.toISOString() ?? null,
  }
}
