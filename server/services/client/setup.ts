import { timingSafeEqual } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import { count } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { lockInTransaction, type Db } from '../../../db/client'
import { account, user } from '../../../db/schema'
import type { SetUpSchema, SetUp } from '../../../shared/schemas/client'
import { useDb } from '../database'
import { Conflict, Forbidden } from '../errors'
import { sha256Of } from '../hash'
import { installationSecret, type Settings } from '../settings/env'
import { createClient } from './clients'

/** Whether nobody has an account yet. */
export async function setUpNeeded(db?: Db): Promise<boolean> {
  const [row] = await (db ?? await useDb()).select({ people: count() }).from(user)
  return row!.people === 0
}

/** The token that the first person must bring: only who sees the console, or `DATA_DIR/secrets/setup-token`, has it. */
export function setUpToken(settings: Pick<Settings, 'DATA_DIR'>): string {
  return installationSecret(settings.DATA_DIR, 'setup-token').slice(0, 12)
}

/**
 * The first admin, client and store, made together, once.
 * @throws Forbidden when the token is wrong, Conflict when it was done before
 */
export async function setUp(input: ReturnType<typeof SetUpSchema.parse>, settings: Pick<Settings, 'DATA_DIR'>): Promise<void> {
  if (!sameToken(input.token.trim(), setUpToken(settings))) throw new Forbidden('This is not the set-up token from the console.', 'setup_token_wrong')
  await createFirstAdmin(input)
}

/**
 * Does the set-up without hands, when `ADMIN_EMAIL` and `ADMIN_PASSWORD` are given and nobody has an account.
 * @returns whether it did
 */
export async function setUpFromSettings(settings: Settings): Promise<boolean> {
  if (!settings.ADMIN_EMAIL || !settings.ADMIN_PASSWORD || !await setUpNeeded()) return false
  try {
    await createFirstAdmin({
      name: 'Admin',
      email: settings.ADMIN_EMAIL,
      password: settings.ADMIN_PASSWORD,
      client_name: settings.APP_NAME,
      store_name: 'Tienda 1',
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    })
    return true
  }
  catch (error) {
    // Another instance that started together with this one did it.
    if (error instanceof Conflict) return false
    throw error
  }
}

async function createFirstAdmin({ name, email, password, client_name, store_name, time_zone }: Omit<SetUp, 'token'>): Promise<void> {
  const password_hash = await hashPassword(password)
  const db = await useDb()
  await db.transaction(async (tx) => {
    await lockInTransaction(tx, 'setup')
    if (!await setUpNeeded(tx)) throw new Conflict('The set-up has been done. Sign in instead.', 'setup_done')
    const owner_id = await createPerson(tx, { name, email, password_hash, role: 'admin' })
    await createClient(tx, { name: client_name, store_name, time_zone, owner_id })
  })
}

/** An account with a password, inside the caller's transaction. */
export async function createPerson(tx: Db, { name, email, password_hash, role }: { name: string, email: string, password_hash: string, role: 'admin' | 'user' }): Promise<string> {
  const id = uuidv7()
  await tx.insert(user).values({ id, name, email, role, emailVerified: true })
  await tx.insert(account).values({ id: uuidv7(), userId: id, accountId: id, providerId: 'credential', password: password_hash })
  return id
}

function sameToken(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Of(given)), Buffer.from(sha256Of(expected)))
}
