import { and, asc, eq, or } from 'drizzle-orm'
import { z } from 'zod'
import { category } from '../../../db/schema'
import type { Category } from '../../../shared/schemas/library'
import { useDb } from '../database'
import { NotFound } from '../errors'

/** The client's categories in their order. */
export async function listCategories(clientId: string): Promise<Category[]> {
  const db = await useDb()
  const { category_id, slug, name, colour, icon } = category
  return db.select({ category_id, slug, name, colour, icon }).from(category)
    .where(eq(category.client_id, clientId)).orderBy(asc(category.position), asc(name))
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
  if (!row) throw new NotFound('There is no such category.', 'category_not_found')
  return row
}
