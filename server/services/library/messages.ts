import { and, asc, count, desc, eq, gt, isNull, lt, ne, or, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '../../../db/client'
import { category, message, user } from '../../../db/schema'
import type { Message } from '../../../shared/schemas/audio'
import type { LibraryList, LibraryQuery, MessagePatch } from '../../../shared/schemas/library'
import { openFile } from '../audio/files'
import { useDb } from '../database'
import { Conflict, NotFound } from '../errors'
import { decodeCursor, encodeCursor } from '../cursor'
import { announceMessage } from '../player/live'
import { requireCategory } from './categories'

const ACCENTED = 'áàäâãéèëêíìïîóòöôõúùüûñç'
const PLAIN = 'aaaaaeeeeiiiiooooouuuunc'

/** How each sort runs: by what (and what such a value is), and which way. The id breaks ties. */
const SORTS = {
  newest: { by: message.audio_id, value: z.uuid(), up: false },
  oldest: { by: message.audio_id, value: z.uuid(), up: true },
  title: { by: sql<string>`lower(${message.title})`, value: z.string(), up: true },
  duration: { by: message.duration_ms, value: z.coerce.number().int().min(0).max(2_147_483_647), up: true },
} as const

/** A page of the client's messages that are not deleted. */
export async function listMessages(clientId: string, query: LibraryQuery): Promise<LibraryList> {
  const db = await useDb()
  const wanted = and(
    eq(message.client_id, clientId),
    isNull(message.deleted_at),
    inStatus(query.status),
    query.category ? eq(message.category_id, (await requireCategory(clientId, query.category)).category_id) : undefined,
    query.q ? matches(query.q) : undefined,
  )
  const { by, value, up } = SORTS[query.sort]
  const after = query.cursor ? decodeCursor<string | number>(query.cursor, value) : undefined
  const order = up ? asc : desc
  const rows = await selectMessages(db, { sort_value: sql<string | number>`${by}` })
    .where(and(wanted, after && beyond(by, up, after)))
    .orderBy(order(by), order(message.audio_id)).limit(query.limit + 1)
  const [all] = await db.select({ total: count() }).from(message).where(wanted)
  const page = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? page.at(-1) : undefined
  return {
    items: page.map(toMessage),
    next_cursor: last ? encodeCursor([last.sort_value, last.message.audio_id]) : null,
    total: all!.total,
  }
}

/**
 * One message, deleted ones too: they can still be brought back.
 * @param tx where to read, when inside a transaction
 * @throws NotFound
 */
export async function getMessage(clientId: string, audioId: string, tx?: Db): Promise<Message> {
  const [row] = await selectMessages(tx ?? await useDb(), {}).where(and(eq(message.client_id, clientId), eq(message.audio_id, audioId)))
  if (!row) throw new NotFound('There is no such message.', 'message_not_found')
  return toMessage(row)
}

/**
 * Renames, files, keeps or brings back a message.
 * @throws NotFound, Conflict when a message is to come back whose sound is lost
 */
export async function updateMessage(clientId: string, audioId: string, patch: MessagePatch): Promise<Message> {
  const { category: wanted, ...fields } = patch
  const category_id = wanted ? (await requireCategory(clientId, wanted)).category_id : wanted
  if (fields.deleted_at === null && !await isAudible(clientId, audioId)) {
    throw new Conflict('The sound of this message is lost. Generate it again.', 'message_file_missing')
  }
  return change(clientId, audioId, { ...fields, category_id })
}

/**
 * Moves a message to the bin; `updateMessage` with `deleted_at: null` brings it back.
 * @throws NotFound
 */
export async function deleteMessage(clientId: string, audioId: string): Promise<void> {
  await change(clientId, audioId, { deleted_at: new Date() })
}

/** Whether the sound is there, or is still to come. */
async function isAudible(clientId: string, audioId: string): Promise<boolean> {
  const { sha256 } = await getMessage(clientId, audioId)
  return sha256 === null || await openFile(sha256) !== null
}

/** A title for a message that was given none: its first words, at most 60 characters. */
export function titleFrom(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const letters = [...line]
  if (letters.length <= 60) return line
  const cut = letters.slice(0, 60).join('')
  return `${cut.slice(0, cut.lastIndexOf(' ') > 20 ? cut.lastIndexOf(' ') : undefined).replace(/[\s,;:.]+$/, '')}…`
}

async function change(clientId: string, audioId: string, values: Partial<typeof message.$inferInsert>): Promise<Message> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    await tx.update(message).set({ ...values, updated_at: new Date() }).where(and(eq(message.client_id, clientId), eq(message.audio_id, audioId)))
    await announceMessage(tx, clientId, audioId)
    return getMessage(clientId, audioId, tx)
  })
}

function selectMessages<Extra extends Record<string, SQL>>(tx: Db, extra: Extra) {
  return tx.select({ message, category, created_by_name: user.name, ...extra }).from(message)
    .leftJoin(category, eq(category.category_id, message.category_id))
    .leftJoin(user, eq(user.id, message.created_by)).$dynamic()
}

function inStatus(status: LibraryQuery['status']): SQL | undefined {
  if (status === 'all') return undefined
  return status === 'kept' ? ne(message.status, 'draft') : eq(message.status, status)
}

/** Every word of the query somewhere in title or text, whatever its case and accents. */
function matches(q: string): SQL | undefined {
  const fold = (value: unknown) => sql`translate(lower(${value}), ${ACCENTED}, ${PLAIN})`
  const words = q.split(/\s+/).filter(Boolean).slice(0, 10)
  return and(...words.map(word => sql`${fold(sql`${message.title} || ' ' || ${message.text}`)} like '%' || replace(replace(replace(${fold(sql`${word}::text`)}, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'`))
}

function beyond(by: typeof SORTS[keyof typeof SORTS]['by'], up: boolean, [value, id]: [string | number, string]): SQL | undefined {
  const further = up ? gt : lt
  return or(further(sql`${by}`, value), and(eq(sql`${by}`, value), further(message.audio_id, id)))
}

function toMessage(row: { message: typeof message.$inferSelect, category: typeof category.$inferSelect | null, created_by_name: string | null }): Message {
  const { client_id: _, category_id: __, created_by: ___, original_sha256: ____, attempts: _____, leased_until: ______, search_text: _______, ...rest } = row.message
  const { created_at, updated_at, deleted_at, last_aired_at, valid_from, valid_until } = rest
  return {
    ...rest,
    audio_url: rest.sha256 && `/media/${rest.sha256}.mp3`,
    category: row.category && { category_id: row.category.category_id, slug: row.category.slug, name: row.category.name, colour: row.category.colour, icon: row.category.icon },
    created_by_name: row.created_by_name,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
    deleted_at: deleted_at?.toISOString() ?? null,
    last_aired_at: last_aired_at?.toISOString() ?? null,
    valid_from: valid_from?.toISOString() ?? null,
    valid_until: valid_until?.toISOString() ?? null,
  }
}
