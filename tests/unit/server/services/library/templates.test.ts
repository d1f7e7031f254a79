import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { ensureShippedTemplates, loadTemplatesConfig } from '../../../../../server/services/library/shipped-templates'
import { createShortcut, deleteShortcut, listShortcuts, orderShortcuts, updateShortcut } from '../../../../../server/services/library/shortcuts'
import { createTemplate, deleteTemplate, forgetDeletedTemplates, listTemplates, orderTemplates, requireTemplate, restoreTemplates, updateTemplate } from '../../../../../server/services/library/templates'
import { NewShortcutSchema, NewTemplateSchema } from '../../../../../shared/schemas/template'
import { addClient, onBothDatabases } from '../../../../fixtures/database'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

const LOOK = { title: 'Una', icon: 'i-lucide-car', colour: '#0ea5e9' }

it('ships ten templates in each language, and names what is wrong in the file', () => {
  const { templates } = loadTemplatesConfig()
  expect(templates.filter(({ language }) => language === 'es')).toHaveLength(10)
  expect(templates.filter(({ language }) => language === 'en')).toHaveLength(10)
  const broken = structuredClone(templates)
  broken[0]!.fields.pop()
  expect(() => loadTemplatesConfig({ templates: broken })).toThrow('config/templates-config.json: templates.0.fields must describe every blank')
})

onBothDatabases('templates and buttons', (use) => {
  let db: Db
  let shops = 0
  let shop: string
  beforeAll(() => {
    db = use().db
    opened.db = db
  })
  beforeEach(async () => {
    shop = await addClient(db, `shop-${++shops}`)
    await ensureShippedTemplates()
  })
  const add = (text: string) => db.transaction(tx => createTemplate(tx, shop, NewTemplateSchema.parse({ ...LOOK, text, language: 'es' })))

  it('gives the shipped ones once, and brings back those that were deleted without touching the others', async () => {
    await ensureShippedTemplates()
    const [first, second, ...rest] = await listTemplates(shop)
    expect(rest).toHaveLength(18)
    await updateTemplate(shop, first!.template_id, { title: 'Mía' })
    await deleteTemplate(shop, second!.template_id)
    const restored = await restoreTemplates(shop)
    expect(restored).toHaveLength(20)
    expect(restored.find(row => row.template_id === first!.template_id)).toMatchObject({ title: 'Mía' })
    expect(restored.map(row => row.shipped)).toContain(second!.shipped)
  })

  it('describes blanks as the text has them', async () => {
    const made = await add('Hola, {nombre}.')
    expect(made.fields).toMatchObject([{ key: 'nombre', kind: 'name' }])
    expect((await updateTemplate(shop, made.template_id, { text: 'Cerramos en {minutos}.' })).fields).toMatchObject([{ key: 'minutos', kind: 'minutes' }])
  })

  it('orders, and finds nothing of another client', async () => {
    const { template_id } = await add('Última')
    expect((await orderTemplates(shop, [template_id]))[0]!.template_id).toBe(template_id)
    const other = await addClient(db, `other-${shops}`)
    expect(await requireTemplate(shop, template_id)).toMatchObject({ template_id, text: 'Última' })
    await expect(requireTemplate(other, template_id)).rejects.toMatchObject({ status: 404 })
    await expect(orderTemplates(other, [template_id])).rejects.toMatchObject({ status: 404 })
    await expect(updateTemplate(other, template_id, { title: 'x' })).rejects.toMatchObject({ status: 404 })
    await expect(deleteTemplate(other, template_id)).rejects.toMatchObject({ status: 404 })
    await expect(db.transaction(tx => createShortcut(tx, other, NewShortcutSchema.parse({ ...LOOK, template_id })))).rejects.toMatchObject({ status: 404 })
  })

  it('keeps buttons in their order, and takes them away with their template', async () => {
    const { template_id } = await add('Hola')
    const button = () => db.transaction(tx => createShortcut(tx, shop, NewShortcutSchema.parse({ ...LOOK, template_id })))
    const [a, b, c] = [await button(), await button(), await button()]
    expect((await orderShortcuts(shop, [c.shortcut_id])).map(row => row.shortcut_id)).toEqual([c, a, b].map(row => row.shortcut_id))
    await deleteShortcut(shop, a.shortcut_id)
    expect(await listShortcuts(shop)).toHaveLength(2)
    await deleteTemplate(shop, template_id)
    expect(await listShortcuts(shop)).toEqual([])
  })

  it('brings a deleted template back as it was: its id, its place, its mark and its buttons', async () => {
    const before = await listTemplates(shop)
    const { template_id, shipped } = before[3]!
    expect(shipped).toBeTruthy()
    const button = await db.transaction(tx => createShortcut(tx, shop, NewShortcutSchema.parse({ ...LOOK, template_id })))
    await deleteTemplate(shop, template_id)
    expect((await listTemplates(shop)).map(row => row.template_id)).not.toContain(template_id)
    expect(await listShortcuts(shop)).toEqual([])
    await expect(requireTemplate(shop, template_id)).rejects.toMatchObject({ status: 404 })
    await expect(updateTemplate(shop, template_id, { title: 'x' })).rejects.toMatchObject({ status: 404 })
    await expect(deleteTemplate(shop, template_id)).rejects.toMatchObject({ status: 404 })
    await expect(orderTemplates(shop, [template_id])).rejects.toMatchObject({ status: 404 })
    await expect(db.transaction(tx => createShortcut(tx, shop, NewShortcutSchema.parse({ ...LOOK, template_id })))).rejects.toMatchObject({ status: 404 })
    await expect(updateTemplate(await addClient(db, `other-${shops}`), template_id, { deleted_at: null })).rejects.toMatchObject({ status: 404 })
    await updateTemplate(shop, template_id, { deleted_at: null })
    expect(await listTemplates(shop)).toEqual(before)
    expect(await listShortcuts(shop)).toEqual([button])
  })

  it('brings a deleted button back as it was', async () => {
    const { template_id } = await add('Hola')
    const made = async () => db.transaction(tx => createShortcut(tx, shop, NewShortcutSchema.parse({ ...LOOK, template_id })))
    const before = [await made(), await made(), await made()]
    const { shortcut_id } = before[1]!
    await deleteShortcut(shop, shortcut_id)
    expect(await listShortcuts(shop)).toHaveLength(2)
    await expect(updateShortcut(shop, shortcut_id, { title: 'x' })).rejects.toMatchObject({ status: 404 })
    await expect(deleteShortcut(shop, shortcut_id)).rejects.toMatchObject({ status: 404 })
    await updateShortcut(shop, shortcut_id, { deleted_at: null })
    expect(await listShortcuts(shop)).toEqual(before)
  })

  it('gives no shipped ones to a client that wanted none, whenever the server starts', async () => {
    for (const { template_id } of await listTemplates(shop)) await deleteTemplate(shop, template_id)
    await ensureShippedTemplates()
    await forgetDeletedTemplates(new Date(Date.now() + 40 * 86_400_000))
    await ensureShippedTemplates()
    expect(await listTemplates(shop)).toEqual([])
    expect(await restoreTemplates(shop)).toHaveLength(20)
  })

  it('forgets what was deleted a month ago', async () => {
    const { template_id } = await add('Hola')
    await deleteTemplate(shop, template_id)
    await forgetDeletedTemplates()
    await updateTemplate(shop, template_id, { deleted_at: null })
    await deleteTemplate(shop, template_id)
    await forgetDeletedTemplates(new Date(Date.now() + 40 * 86_400_000))
    await expect(updateTemplate(shop, template_id, { deleted_at: null })).rejects.toMatchObject({ status: 404 })
  })

  it('takes a button for one thing only', () => {
    expect(NewShortcutSchema.safeParse(LOOK).success).toBe(false)
    expect(NewShortcutSchema.safeParse({ ...LOOK, audio_id: crypto.randomUUID(), template_id: crypto.randomUUID() }).success).toBe(false)
  })
})
