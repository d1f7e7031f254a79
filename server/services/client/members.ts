import { and, asc, count, desc, eq, gt } from 'drizzle-orm'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { uuidv7 } from 'uuidv7'
import type { Db } from '../../../db/client'
import { account, invitation, member, organization, session, user } from '../../../db/schema'
import { RoleSchema, type Invitation, type Member, type Role } from '../../../shared/schemas/client'
import { useDb } from '../database'
import { Conflict, Forbidden, NotFound, Unprocessable } from '../errors'
import { randomToken } from '../hash'
import { createPerson } from './setup'

/** An invitation may be accepted for this long, ms. */
const INVITATION_VALID_MS = 7 * 24 * 3_600_000

/** The people of a client, first come first. */
export async function listMembers(clientId: string): Promise<Member[]> {
  const db = await useDb()
  const rows = await db.select({ member, name: user.name, email: user.email }).from(member)
    .innerJoin(user, eq(user.id, member.userId)).where(eq(member.organizationId, clientId)).orderBy(asc(member.createdAt))
  return rows.map(row => ({
    member_id: row.member.id, name: row.name, email: row.email, role: roleOf(row.member.role), created_at: row.member.createdAt.toISOString(),
  }))
}

/**
 * Gives a member another role.
 * @throws NotFound, Conflict when nobody would be owner any more
 */
export async function changeRole(clientId: string, memberId: string, role: Role): Promise<Member> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    await lockedMember(tx, clientId, memberId)
    await tx.update(member).set({ role }).where(eq(member.id, memberId))
    await requireAnOwner(tx, clientId)
  })
  return (await listMembers(clientId)).find(row => row.member_id === memberId)!
}

/**
 * Takes a person out of a client. Their sessions fall back to another client of theirs.
 * @throws NotFound, Conflict when nobody would be owner any more
 */
export async function removeMember(clientId: string, memberId: string): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    const { userId } = await lockedMember(tx, clientId, memberId)
    await tx.delete(member).where(eq(member.id, memberId))
    await requireAnOwner(tx, clientId)
    await tx.update(session).set({ activeOrganizationId: null }).where(and(eq(session.userId, userId), eq(session.activeOrganizationId, clientId)))
  })
}

/** Invitations that are still open. Their links were shown when they were made. */
export async function listInvitations(clientId: string): Promise<Invitation[]> {
  const db = await useDb()
  const rows = await openInvitations(db).where(and(eq(invitation.organizationId, clientId), isOpen())).orderBy(desc(invitation.createdAt))
  return rows.map(row => toInvitation(row.invitation, row.client_name))
}

/**
 * Invites a person; the answer carries the link to hand over.
 * @throws Conflict when that person is a member already
 */
export async function invite(tx: Db, clientId: string, inviterId: string, input: { email: string, role: Role }): Promise<Invitation> {
  const [already] = await tx.select({ id: member.id }).from(member).innerJoin(user, eq(user.id, member.userId))
    .where(and(eq(member.organizationId, clientId), eq(user.email, input.email)))
  if (already) throw new Conflict('This person is a member already.', 'already_member')
  await tx.delete(invitation).where(and(eq(invitation.organizationId, clientId), eq(invitation.email, input.email)))
  // The id is the secret of the link.
  const id = randomToken()
  await tx.insert(invitation).values({ id, organizationId: clientId, ...input, inviterId, expiresAt: new Date(Date.now() + INVITATION_VALID_MS) })
  const [row] = await openInvitations(tx).where(eq(invitation.id, id))
  return { ...toInvitation(row!.invitation, row!.client_name), url: `/invite/${id}` }
}

/** Takes an invitation back. @throws NotFound */
export async function cancelInvitation(clientId: string, invitationId: string): Promise<void> {
  const db = await useDb()
  const gone = await db.delete(invitation).where(and(eq(invitation.organizationId, clientId), eq(invitation.id, invitationId))).returning({ id: invitation.id })
  if (!gone.length) throw new NotFound()
}

/** What the invited person sees. @throws NotFound when it does not exist, was used or is too old */
export async function getInvitation(invitationId: string): Promise<Invitation> {
  const db = await useDb()
  const found = await findInvitation(db, invitationId)
  const [existing] = await db.select({ id: user.id }).from(user).where(eq(user.email, found.email))
  return { ...found, has_account: Boolean(existing) }
}

/**
 * Accepts an invitation: a new person gets an account, one with an account proves it by the password.
 * @returns the e-mail to sign in with
 * @throws NotFound, Forbidden when the password is wrong, Unprocessable when a new person gives no name
 */
export async function acceptInvitation(invitationId: string, input: { name?: string, password: string }): Promise<string> {
  // Hashing takes long on purpose: it stays outside of the transaction.
  const password_hash = await hashPassword(input.password)
  const db = await useDb()
  return db.transaction(async (tx) => {
    const { email, role } = await findInvitation(tx, invitationId)
    const [used] = await tx.update(invitation).set({ status: 'accepted' }).where(and(eq(invitation.id, invitationId), isOpen())).returning()
    if (!used) throw new NotFound()
    const [known] = await tx.select({ id: user.id, password: account.password }).from(user)
      .leftJoin(account, and(eq(account.userId, user.id), eq(account.providerId, 'credential'))).where(eq(user.email, email))
    if (known && !(known.password && await verifyPassword({ hash: known.password, password: input.password }))) {
      throw new Forbidden('This e-mail has an account, with another password.', 'wrong_password')
    }
    if (!known && !input.name) throw new Unprocessable('name_required', 'Say your name.', [{ path: 'name', message: 'is needed' }])
    const userId = known?.id ?? await createPerson(tx, { name: input.name!, email, password_hash, role: 'user' })
    await tx.insert(member).values({ id: uuidv7(), organizationId: used.organizationId, userId, role }).onConflictDoNothing()
    return email
  })
}

function openInvitations(tx: Db) {
  return tx.select({ invitation, client_name: organization.name }).from(invitation)
    .innerJoin(organization, eq(organization.id, invitation.organizationId))
}

function isOpen() {
  return and(eq(invitation.status, 'pending'), gt(invitation.expiresAt, new Date()))
}

async function findInvitation(tx: Db, id: string): Promise<Invitation> {
  const [row] = await openInvitations(tx).where(and(eq(invitation.id, id), isOpen()))
  if (!row) throw new NotFound('This invitation does not exist, was used, or is too old.', 'invitation_not_found')
  return toInvitation(row.invitation, row.client_name)
}

function toInvitation(row: typeof invitation.$inferSelect, client_name: string): Invitation {
  return { invitation_id: row.id, email: row.email, role: roleOf(row.role), client_name, expires_at: row.expiresAt.toISOString() }
}

async function lockedMember(tx: Db, clientId: string, memberId: string) {
  // The client's row is the lock: two owners who demote each other at once must not both succeed.
  await tx.select({ id: organization.id }).from(organization).where(eq(organization.id, clientId)).for('update')
  const [row] = await tx.select().from(member).where(and(eq(member.organizationId, clientId), eq(member.id, memberId)))
  if (!row) throw new NotFound()
  return row
}

async function requireAnOwner(tx: Db, clientId: string): Promise<void> {
  const [row] = await tx.select({ owners: count() }).from(member).where(and(eq(member.organizationId, clientId), eq(member.role, 'owner')))
  if (!row!.owners) throw new Conflict('A client needs at least one owner.', 'last_owner')
}

function roleOf(role: string | null): Role {
  return RoleSchema.catch('viewer').parse(role)
}
