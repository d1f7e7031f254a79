import { and, asc, eq, max, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import { lockInTransaction, type Db } from '../../../db/client'
import { category } from '../../../db/schema'
import { slugOf, type Category, type CategoryPatch, type NewCategorySchema } from '../../../shared/schemas/library'
import { useDb } from '../database'
import { NotFound, Unprocessable } from '../errors'
import { publish } from '../player/live'

/** More than this nobody finds anything in. */
const MOST = 200

const { category_id, slug, name, colour, icon, position, ai_instructions } = category
const columns = { category_id, slug, name, colour, icon, position, ai_instructions }

/** The client's categories in their order. */
export async function listCategories(clientId: string, tx?: Db): Promise<Category[]> {
  const db = tx ?? await useDb()
  return db.select(columns).from(category).where(eq(category.client_id, clientId)).orderBy(asc(position), asc(name))
}

/**
 * A category by its id or its slug.
 * @throws NotFound
 */
export async function requireCategory(clientId: string, idOrSlug: string): Promise<typeof category.$inferSelect> {
  const db = await useDb()
  const [row] = await db.select().from(category).where(and(eq(category.client_id, clientId), or(
    eq(category.slug, idOrSlug),
    z.uuid().safeParse(idOrSlug).success ? eq(category.category_id, idOrSlug) : undefined,
  )))
  if (!row) throw notFound()
  return row
}

/**
 * Adds a category at the end of the list.
 * @throws Unprocessable when there are too many
 */
export async function createCategory(tx: Db, client_id: string, values: z.output<typeof NewCategorySchema>): Promise<Category> {
  await lockInTransaction(tx, `categories:${client_id}`)
  const [last] = await tx.select({ position: max(position) }).from(category).where(eq(category.client_id, client_id))
  const taken = new Set((await listCategories(client_id, tx)).map(row => row.slug))
  if (taken.size >= MOST) throw new Unprocessable('too_many_categories', `There can be ${MOST} categories at most.`)
  const [row] = await tx.insert(category).values({ ...values, client_id, slug: freeSlug(values.name, taken), position: (last?.position ?? -1) + 1 }).returning(columns)
  await publish(tx, client_id, { type: 'library_changed' })
  return row!
}

/** The name as it stands in addresses, with a number where another category has it. `none` means no category there. */
function freeSlug(name: string, taken: Set<string>): string {
  const wanted = slugOf(name)
  let slug = wanted
  for (let number = 2; taken.has(slug) || slug === 'none'; number++) slug = `${wanted}-${number}`
  return slug
}

/** Changes a category; its slug stays, so that addresses do. @throws NotFound */
export async function updateCategory(clientId: string, categoryId: string, patch: CategoryPatch): Promise<Category> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    const [row] = await tx.update(category).set({ ...patch, updated_at: new Date() }).where(own(clientId, categoryId)).returning(columns)
    if (!row) throw notFound()
    await publish(tx, clientId, { type: 'library_changed' })
    return row
  })
}

/** Removes a category; its messages have none then. @throws NotFound */
export async function deleteCategory(clientId: string, categoryId: string): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    const gone = await tx.delete(category).where(own(clientId, categoryId)).returning({ category_id })
    if (!gone.length) throw notFound()
    await publish(tx, clientId, { type: 'library_changed' })
  })
}

/**
 * Puts the categories in this order; those that are not named come after them.
 * @throws NotFound for one that is not the client's
 */
export async function orderCategories(clientId: string, categoryIds: string[]): Promise<Category[]> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `categories:${clientId}`)
    const before = (await listCategories(clientId, tx)).map(row => row.category_id)
    const wanted = [...new Set(categoryIds)]
    if (wanted.some(id => !before.includes(id))) throw notFound()
    const order = [...wanted, ...before.filter(id => !wanted.includes(id))]
    const places = sql.join(order.map((id, place) => sql`(${id}::uuid, ${place}::int)`), sql`, `)
    await tx.execute(sql`update category set position = ordered.place from (values ${places}) as ordered (category_id, place) where category.category_id = ordered.category_id and client_id = ${clientId}`)
    await publish(tx, clientId, { type: 'library_changed' })
    return listCategories(clientId, tx)
  })
}

const own = (clientId: string, categoryId: string) => and(eq(category.client_id, clientId), eq(category_id, categoryId))

const notFound = () => new NotFound('There is no such category.', 'category_not_found')
