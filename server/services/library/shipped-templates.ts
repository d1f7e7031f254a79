import { eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import templatesConfig from '../../../config/templates-config.json'
import type { Db } from '../../../db/client'
import { category, organization, template } from '../../../db/schema'
import { NewTemplateSchema } from '../../../shared/schemas/template'
import { blanksOf } from '../../../shared/utils/template'
import { checkedConfig } from '../config-file'
import { useDb } from '../database'

/** The shape of `config/templates-config.json`: the templates that a client starts with, in every language. */
export const TemplatesConfigSchema = z.strictObject({
  templates: z.array(NewTemplateSchema.pick({ title: true, text: true, icon: true, colour: true, fields: true, language: true })
    .extend({ id: z.string().regex(/^[a-z]{2}-[a-z]+$/), category: z.string() }).strict()).min(1),
}).superRefine(({ templates }, context) => {
  for (const [index, { id, text, fields }] of templates.entries()) {
    const complain = (field: string, message: string) => context.addIssue({ code: 'custom', path: ['templates', index, field], message })
    if (templates.findIndex(other => other.id === id) !== index) complain('id', `has ${id} twice`)
    const blanks = blanksOf(text)
    const keys = fields.map(({ key }) => key)
    if (blanks.length !== keys.length || blanks.some(key => !keys.includes(key))) complain('fields', 'must describe every blank of the text, and nothing else')
  }
})

/** The shipped templates, checked. Throws one line that names the file and the field. */
export function loadTemplatesConfig(raw: unknown = templatesConfig) {
  return checkedConfig('config/templates-config.json', TemplatesConfigSchema, raw)
}

/** Gives a client the shipped templates of every language; those that it has stay as they are. */
export async function addShippedTemplates(tx: Db, client_id: string): Promise<void> {
  const { templates } = loadTemplatesConfig()
  const categories = await tx.select({ category_id: category.category_id, slug: category.slug }).from(category).where(eq(category.client_id, client_id))
  await tx.insert(template).values(templates.map(({ id, category: slug, ...row }, position) => ({
    ...row, client_id, position, shipped: id, category_id: categories.find(entry => entry.slug === slug)?.category_id,
  }))).onConflictDoNothing()
}

/** Makes true: every client without any template has the shipped ones. */
export async function ensureShippedTemplates(): Promise<void> {
  const db = await useDb()
  const without = await db.select({ client_id: organization.id }).from(organization)
    .leftJoin(template, eq(template.client_id, organization.id)).where(isNull(template.template_id))
  for (const { client_id } of without) await db.transaction(tx => addShippedTemplates(tx, client_id))
}
