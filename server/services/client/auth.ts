import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { admin, organization } from 'better-auth/plugins'
import { asc, eq } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import type { Db } from '../../../db/client'
import * as schema from '../../../db/schema'
import { useDb } from '../database'
import { useSettings, type Settings } from '../settings/env'

/** The header in which our own server hands better-auth the caller's address; whatever a caller sends in it is overwritten. */
export const ADDRESS_HEADER = 'x-mediaflow-address'

/** What better-auth may answer over HTTP. Clients, members, invitations and keys have routes of ours, with our rules. */
export const AUTH_PATHS = ['/sign-in/email', '/sign-out', '/get-session', '/change-password'] as const

/** An origin that no page has: what our own server says of requests that come from none. */
export const OUR_ORIGIN = 'http://mediaflow.invalid'

let auth: Promise<Auth> | undefined

/** Sessions, passwords and API keys. */
export function useAuth(): Promise<Auth> {
  auth ??= useDb().then(db => createAuth(db, useSettings()))
  return auth
}

export type Auth = ReturnType<typeof createAuth>

/**
 * better-auth on our database.
 * @param db an open database
 * @param settings the installation's settings
 */
export function createAuth(db: Db, settings: Pick<Settings, 'APP_NAME' | 'APP_URL' | 'AUTH_SECRET' | 'CORS_ORIGINS'>) {
  return betterAuth({
    appName: settings.APP_NAME,
    secret: settings.AUTH_SECRET,
    // Never left to better-auth: it would trust the Host of the first request for as long as the process lives.
    baseURL: settings.APP_URL ?? OUR_ORIGIN,
    basePath: '/api/auth',
    // Stores open the dashboard by more than one address: a page is trusted when it came from the host that it calls.
    trustedOrigins: request => [OUR_ORIGIN, ...settings.CORS_ORIGINS, ...ownOrigins(request)],
    database: drizzleAdapter(db, { provider: 'pg', schema, transaction: false }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128, revokeSessionsOnPasswordReset: true },
    session: { expiresIn: 30 * 24 * 3600, updateAge: 24 * 3600 },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 300,
      customRules: { '/sign-in/email': { window: 60, max: 10 }, '/change-password': { window: 60, max: 10 }, '/get-session': false },
    },
    advanced: {
      cookiePrefix: 'mediaflow',
      useSecureCookies: settings.APP_URL?.startsWith('https:') ?? false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: () => uuidv7() },
    },
    databaseHooks: {
      session: {
        create: {
          before: async session => ({ data: { ...session, activeOrganizationId: await firstClientOf(db, session.userId) } }),
        },
      },
    },
    plugins: [
      organization({ creatorRole: 'owner', allowUserToCreateOrganization: false, disableOrganizationDeletion: true }),
      admin(),
      apiKey({ references: 'organization', defaultPrefix: 'mf_', enableMetadata: true, rateLimit: { enabled: false }, startingCharactersConfig: { charactersLength: 9 } }),
    ],
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
}

function ownOrigins(request: Request | undefined): string[] {
  const host = request?.headers.get('host')
  return host ? [`http://${host}`, `https://${host}`] : []
}

async function firstClientOf(db: Db, userId: string): Promise<string | null> {
  const [first] = await db.select({ id: schema.member.organizationId }).from(schema.member)
    .where(eq(schema.member.userId, userId)).orderBy(asc(schema.member.createdAt)).limit(1)
  return first?.id ?? null
}
