import { and, eq, getTableColumns, sql, type SQL } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { category, message, user } from '../../../db/schema'
import type { Message } from '../../../shared/schemas/audio'
import { BIN_DAYS } from '../../../shared/schemas/library'
import { useDb } from '../database'
import { NotFound } from '../errors'

const { search_vector: _, search_text: __, ...columns } = getTableColumns(message)

/** Messages with what hangs on them: the source of every answer about a message. */
export function selectMessages<Extra extends Record<string, SQL>>(tx: Db, extra: Extra) {
  return tx.select({ message: columns, category, created_by_name: user.name, ...extra }).from(message)
    .leftJoin(category, eq(category.category_id, message.category_id))
    .leftJoin(user, eq(user.id, message.created_by)).$dynamic()
}

interface MessageRow {
  message: Omit<typeof message.$inferSelect, 'search_vector' | 'search_text'>
  category: typeof category.$inferSelect | null
  created_by_name: string | null
}

/** A message as the API sends it. */
export function toMessage({ message: row, category: filed, created_by_name }: MessageRow): Message {
  const { client_id: _, category_id: __, created_by: ___, original_sha256: ____, attempts: _____, leased_until: ______, words: _______, ...rest } = row
  return {
    ...rest,
    audio_url: urlOf(rest.sha256),
    category: filed && { category_id: filed.category_id, slug: filed.slug, name: filed.name, colour: filed.colour, icon: filed.icon },
    created_by_name,
    created_at: rest.created_at.toISOString(),
    updated_at: rest.updated_at.toISOString(),
    deleted_at: rest.deleted_at?.toISOString() ?? null,
    purge_at: rest.deleted_at && new Date(rest.deleted_at.getTime() + BIN_DAYS * 86_400_000).toISOString(),
    last_aired_at: rest.last_aired_at?.toISOString() ?? null,
    valid_from: rest.valid_from?.toISOString() ?? null,
    valid_until: rest.valid_until?.toISOString() ?? null,
  }
}

/** Where a sound is heard. */
export const urlOf = (sha256: string | null) => sha256 && `/media/${sha256}.mp3`

/**
 * One message, deleted ones too: they can still be brought back.
 * @param tx where to read, when inside a transaction
 * @throws NotFound
 */
export async function getMessage(clientId: string, audioId: string, tx?: Db): Promise<Message> {
  const [row] = await selectMessages(tx ?? await useDb(), {}).where(ownMessage(clientId, audioId))
  if (!row) throw messageNotFound()
  return toMessage(row)
}

/** The row of a message, held until the transaction ends. @throws NotFound */
export async function holdMessage(tx: Db, clientId: string, audioId: string) {
  const [row] = await tx.select(columns).from(message).where(ownMessage(clientId, audioId)).for('update')
  if (!row) throw messageNotFound()
  return row
}

export const ownMessage = (clientId: string, audioId: string) => and(eq(message.client_id, clientId), eq(message.audio_id, audioId))

export const messageNotFound = () => new NotFound('There is no such message.', 'message_not_found')

/**
 * How many messages there are, counted no further than `cap`. The set is planned as a whole and read only as far as it
 * is needed: a bare `limit` would have PostgreSQL read the table from its beginning, in the hope of an early match.
 */
export async function countMessages(tx: Db, wanted: SQL, cap: number): Promise<number> {
  const [counted] = await tx.select({ total: sql<number>`counted.total` }).from(sql`(
    with wanted as materialized (select 1 from ${message} where ${wanted})
    select count(*)::int as total from (select 1 from wanted limit ${cap}) as counted_rows
  ) as counted`)
  return counted!.total
}
