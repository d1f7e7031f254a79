import { and, asc, count, eq, ne, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '../../../db/client'
import { organization, pronunciation } from '../../../db/schema'
import type { NewPronunciationSchema, Pronunciation, PronunciationPatchSchema } from '../../../shared/schemas/reading'
import { useDb } from '../database'
import { Conflict, NotFound, Unprocessable } from '../errors'

/** More words than any client needs; the list is read with every message. */
export const MAX_PRONUNCIATIONS = 1000

/** How the client's words are said, by the alphabet. */
export async function listPronunciations(client_id: string, tx?: Db): Promise<Pronunciation[]> {
  const db = tx ?? await useDb()
  const rows = await db.select().from(pronunciation).where(eq(pronunciation.client_id, client_id))
    .orderBy(asc(sql`lower(${pronunciation.written})`), asc(pronunciation.pronunciation_id))
  return rows.map(toPronunciation)
}

/**
 * Adds a word.
 * @throws Conflict when it is there for this language, Unprocessable when the list is full
 */
export async function createPronunciation(tx: Db, client_id: string, { written, spoken, language }: z.output<typeof NewPronunciationSchema>): Promise<Pronunciation> {
  await holdList(tx, client_id)
  const [{ total } = { total: 0 }] = await tx.select({ total: count() }).from(pronunciation).where(eq(pronunciation.client_id, client_id))
  if (total >= MAX_PRONUNCIATIONS) throw new Unprocessable('too_many_pronunciations', `There are ${MAX_PRONUNCIATIONS} words already: remove one first.`)
  await refuseTwin(tx, client_id, written, language ?? null)
  const [row] = await tx.insert(pronunciation).values({ client_id, written, spoken, language: language ?? null }).returning()
  return toPronunciation(row!)
}

/**
 * Changes what is named in the patch.
 * @throws NotFound, Conflict when the word is there for this language
 */
export async function updatePronunciation(client_id: string, pronunciation_id: string, patch: z.output<typeof PronunciationPatchSchema>): Promise<Pronunciation> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    await holdList(tx, client_id)
    const [before] = await tx.select().from(pronunciation).where(own(client_id, pronunciation_id))
    if (!before) throw notThere()
    await refuseTwin(tx, client_id, patch.written ?? before.written, patch.language === undefined ? before.language : patch.language, pronunciation_id)
    const [row] = await tx.update(pronunciation).set({ ...patch, updated_at: new Date() }).where(own(client_id, pronunciation_id)).returning()
    return toPronunciation(row!)
  })
}

/** @throws NotFound */
export async function deletePronunciation(client_id: string, pronunciation_id: string): Promise<void> {
  const db = await useDb()
  const gone = await db.delete(pronunciation).where(own(client_id, pronunciation_id)).returning({ pronunciation_id: pronunciation.pronunciation_id })
  if (!gone.length) throw notThere()
}

/** @throws NotFound */
export async function requirePronunciation(client_id: string, pronunciation_id: string): Promise<Pronunciation> {
  const db = await useDb()
  const [row] = await db.select().from(pronunciation).where(own(client_id, pronunciation_id))
  if (!row) throw notThere()
  return toPronunciation(row)
}

/** One change of a list at a time: two who add the same word at once are told apart. */
async function holdList(tx: Db, client_id: string): Promise<void> {
  await tx.select({ id: organization.id }).from(organization).where(eq(organization.id, client_id)).for('no key update')
}

async function refuseTwin(tx: Db, client_id: string, written: string, language: string | null, but?: string): Promise<void> {
  const [twin] = await tx.select({ pronunciation_id: pronunciation.pronunciation_id }).from(pronunciation).where(and(
    eq(pronunciation.client_id, client_id),
    sql`lower(${pronunciation.written}) = lower(${written})`,
    sql`coalesce(${pronunciation.language}, '') = ${language ?? ''}`,
    but ? ne(pronunciation.pronunciation_id, but) : undefined,
  ))
  if (twin) throw new Conflict('This word is in the list already.', 'pronunciation_exists', { fields: [{ path: 'written', message: 'is in the list already' }] })
}

const notThere = () => new NotFound('There is no such word.', 'pronunciation_not_found')

const own = (client_id: string, pronunciation_id: string) => and(eq(pronunciation.client_id, client_id), eq(pronunciation.pronunciation_id, pronunciation_id))

function toPronunciation({ pronunciation_id, written, spoken, language, created_at }: typeof pronunciation.$inferSelect): Pronunciation {
  return { pronunciation_id, written, spoken, language, created_at: created_at.toISOString() }
}
