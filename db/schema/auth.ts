import { bigint, boolean, index, integer, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

// The tables of better-auth keep that library's names, inside and out. A `member` belongs to an
// `organization`, which is what this product calls a client: its id is every other table's `client_id`.

const time = () => timestamp({ withTimezone: true, mode: 'date' })

export const user = pgTable('user', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: boolean().notNull().default(false),
  image: text(),
  role: text().default('user'),
  banned: boolean().default(false),
  banReason: text(),
  banExpires: time(),
  createdAt: time().notNull().defaultNow(),
  updatedAt: time().notNull().defaultNow(),
})

export const session = pgTable('session', {
  id: text().primaryKey(),
  expiresAt: time().notNull(),
  token: text().notNull().unique(),
  ipAddress: text(),
  userAgent: text(),
  userId: text().notNull().references(() => user.id, { onDelete: 'cascade' }),
  activeOrganizationId: text(),
  impersonatedBy: text(),
  createdAt: time().notNull().defaultNow(),
  updatedAt: time().notNull().defaultNow(),
}, t => [index('session_user_idx').on(t.userId)])

export const account = pgTable('account', {
  id: text().primaryKey(),
  accountId: text().notNull(),
  providerId: text().notNull(),
  userId: text().notNull().references(() => user.id, { onDelete: 'cascade' }),
  accessToken: text(),
  refreshToken: text(),
  idToken: text(),
  accessTokenExpiresAt: time(),
  refreshTokenExpiresAt: time(),
  scope: text(),
  password: text(),
  createdAt: time().notNull().defaultNow(),
  updatedAt: time().notNull().defaultNow(),
}, t => [index('account_user_idx').on(t.userId)])

export const verification = pgTable('verification', {
  id: text().primaryKey(),
  identifier: text().notNull(),
  value: text().notNull(),
  expiresAt: time().notNull(),
  createdAt: time().notNull().defaultNow(),
  updatedAt: time().notNull().defaultNow(),
}, t => [index('verification_identifier_idx').on(t.identifier)])

export const organization = pgTable('organization', {
  id: text().primaryKey(),
  name: text().notNull(),
  slug: text().notNull().unique(),
  logo: text(),
  metadata: text(),
  createdAt: time().notNull().defaultNow(),
})

export const member = pgTable('member', {
  id: text().primaryKey(),
  organizationId: text().notNull().references(() => organization.id, { onDelete: 'cascade' }),
  userId: text().notNull().references(() => user.id, { onDelete: 'cascade' }),
  role: text().notNull().default('viewer'),
  createdAt: time().notNull().defaultNow(),
}, t => [uniqueIndex('member_organization_user_idx').on(t.organizationId, t.userId), index('member_user_idx').on(t.userId)])

export const invitation = pgTable('invitation', {
  id: text().primaryKey(),
  organizationId: text().notNull().references(() => organization.id, { onDelete: 'cascade' }),
  email: text().notNull(),
  role: text(),
  status: text().notNull().default('pending'),
  expiresAt: time().notNull(),
  inviterId: text().notNull().references(() => user.id, { onDelete: 'cascade' }),
  createdAt: time().notNull().defaultNow(),
}, t => [index('invitation_organization_idx').on(t.organizationId)])

export const apikey = pgTable('apikey', {
  id: text().primaryKey(),
  configId: text().notNull().default('default'),
  name: text(),
  start: text(),
  prefix: text(),
  key: text().notNull(),
  referenceId: text().notNull(),
  refillInterval: integer(),
  refillAmount: integer(),
  lastRefillAt: time(),
  enabled: boolean().default(true),
  rateLimitEnabled: boolean().default(false),
  rateLimitTimeWindow: integer(),
  rateLimitMax: integer(),
  requestCount: integer().default(0),
  remaining: integer(),
  lastRequest: time(),
  expiresAt: time(),
  permissions: text(),
  metadata: text(),
  createdAt: time().notNull().defaultNow(),
  updatedAt: time().notNull().defaultNow(),
}, t => [index('apikey_key_idx').on(t.key), index('apikey_reference_idx').on(t.referenceId)])

export const rateLimit = pgTable('rateLimit', {
  id: text().primaryKey(),
  key: text().notNull().unique(),
  count: integer().notNull(),
  // better-auth keeps milliseconds since 1970 here
  lastRequest: bigint({ mode: 'number' }).notNull(),
})
