import { and, asc, eq, inArray, isNull, max, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { lockInTransaction, type Db } from '../../../db/client'
import { message, shortcut, store, template } from '../../../db/schema'
import type { NewShortcutSchema, Shortcut, ShortcutPatchSchema } from '../../../shared/schemas/template'
import { useDb } from '../database'
import { NotFound, Unprocessable } from '../errors'
import { publish } from '../player/live'
import { getMessage } from './messages'
import { requireTemplate } from './templates'

/** More than this nobody finds a button in. */
const MOST = 60

/** The client's buttons in their order; those whose message or template is deleted wait with it for its return. */
export async function listShortcuts(client_id: string, tx?: Db): Promise<Shortcut[]> {
  const db = tx ?? await useDb()
  const rows = await db.select({ shortcut }).from(shortcut).leftJoin(message, eq(message.audio_id, shortcut.audio_id)).leftJoin(template, eq(template.template_id, shortcut.template_id))
    // Of what is not joined at all the column is null too.
    .where(and(eq(shortcut.client_id, client_id), present, isNull(message.deleted_at), isNull(template.deleted_at)))
    .orderBy(asc(shortcut.position), asc(shortcut.shortcut_id))
  return rows.map(row => toShortcut(row.shortcut))
}

/**
 * Adds a button at the end.
 * @throws NotFound for a message, template or store that is not the client's; Unprocessable when there are too many
 */
export async function createShortcut(tx: Db, client_id: string, values: z.output<typeof NewShortcutSchema>): Promise<Shortcut> {
  if (values.audio_id) await getMessage(client_id, values.audio_id, tx)
  if (values.template_id) await requireTemplate(client_id, values.template_id, tx)
  await requireStores(tx, client_id, values.store_ids)
  await lockInTransaction(tx, `shortcuts:${client_id}`)
  await requireRoom(tx, client_id)
  const [last] = await tx.select({ position: max(shortcut.position) }).from(shortcut).where(eq(shortcut.client_id, client_id))
  // A button airs: what it airs is kept.
  if (values.audio_id) await tx.update(message).set({ status: 'ready' }).where(and(eq(message.client_id, client_id), eq(message.audio_id, values.audio_id), eq(message.status, 'draft')))
  const [row] = await tx.insert(shortcut).values({ ...values, client_id, position: (last?.position ?? -1) + 1 }).returning()
  await publish(tx, client_id, { type: 'library_changed' })
  return toShortcut(row!)
}

/**
 * Changes the looks of a button, or the stores that hear it; `deleted_at: null` brings one back.
 * @throws NotFound for one that is not the client's, or that is deleted and stays so; Unprocessable when there are too many
 */
export async function updateShortcut(client_id: string, shortcut_id: string, patch: z.output<typeof ShortcutPatchSchema>): Promise<Shortcut> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    await requireStores(tx, client_id, patch.store_ids)
    if (patch.deleted_at === null) {
      await lockInTransaction(tx, `shortcuts:${client_id}`)
      await requireRoom(tx, client_id)
    }
    const [row] = await tx.update(shortcut).set({ ...patch, updated_at: new Date() })
      .where(and(own(client_id, shortcut_id), patch.deleted_at === null ? undefined : present)).returning()
    if (!row) throw notFound()
    await publish(tx, client_id, { type: 'library_changed' })
    return toShortcut(row)
  })
}

/**
 * Takes a button away; its message or template stays. `updateShortcut` with `deleted_at: null` brings it back.
 * @throws NotFound
 */
export async function deleteShortcut(client_id: string, shortcut_id: string): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    const gone = await tx.update(shortcut).set({ deleted_at: new Date() }).where(and(own(client_id, shortcut_id), present)).returning({ shortcut_id: shortcut.shortcut_id })
    if (!gone.length) throw notFound()
    await publish(tx, client_id, { type: 'library_changed' })
  })
}

/** Puts the buttons in this order; those that are not named come after them. @throws NotFound for one that is not the client's */
export async function orderShortcuts(client_id: string, shortcut_ids: string[]): Promise<Shortcut[]> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `shortcuts:${client_id}`)
    const rows = await tx.select({ id: shortcut.shortcut_id }).from(shortcut).where(and(eq(shortcut.client_id, client_id), present)).orderBy(asc(shortcut.position), asc(shortcut.shortcut_id))
    const before = rows.map(row => row.id)
    const wanted = [...new Set(shortcut_ids)]
    if (wanted.some(id => !before.includes(id))) throw notFound()
    const order = [...wanted, ...before.filter(id => !wanted.includes(id))]
    if (order.length) {
      const places = sql.join(order.map((id, place) => sql`(${id}::uuid, ${place}::int)`), sql`, `)
      await tx.execute(sql`update shortcut set position = ordered.place from (values ${places}) as ordered (shortcut_id, place) where shortcut.shortcut_id = ordered.shortcut_id and client_id = ${client_id}`)
    }
    await publish(tx, client_id, { type: 'library_changed' })
    return listShortcuts(client_id, tx)
  })
}

async function requireStores(tx: Db, client_id: string, store_ids: string[] | null | undefined): Promise<void> {
  if (!store_ids) return
  const wanted = [...new Set(store_ids)]
  const found = await tx.select({ store_id: store.store_id }).from(store).where(and(eq(store.client_id, client_id), inArray(store.store_id, wanted)))
  if (found.length !== wanted.length) throw new NotFound('There is no such store.', 'store_not_found')
}

const own = (client_id: string, shortcut_id: string) => and(eq(shortcut.client_id, client_id), eq(shortcut.shortcut_id, shortcut_id))

const present = isNull(shortcut.deleted_at)

async function requireRoom(tx: Db, client_id: string): Promise<void> {
  if ((await listShortcuts(client_id, tx)).length >= MOST) throw new Unprocessable('too_many_shortcuts', `There can be ${MOST} buttons at most.`)
}

const notFound = () => new NotFound('There is no such button.', 'shortcut_not_found')

function toShortcut({ client_id: _, created_at: __, updated_at: ___, deleted_at: ____, ...row }: typeof shortcut.$inferSelect): Shortcut {
  return row
}
