import { and, eq, inArray, isNotNull, isNull, ne, or, sql, type SQL } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { z } from 'zod'
import type { Db } from '../../../db/client'
import { message } from '../../../db/schema'
import { BULK_LIMIT, type BulkRequestSchema, type BulkResponse, type LibraryFilter } from '../../../shared/schemas/library'
import { useFileStore } from '../audio/files'
import { useDb } from '../database'
import { Unprocessable } from '../errors'
import { announceMessage, publish } from '../player/live'
import { requireCategory } from './categories'
import { releaseFromPlayers } from './messages'
import { conditions } from './query'
import { messageNotFound } from './rows'
import { indexMessages } from './search'

/** So few changes are told one by one. */
const FEW = 10
const MOST_TAGS = 20

type Request = z.output<typeof BulkRequestSchema>

/** Which messages are meant: by id, or all that a filter finds. */
export interface Selection {
  audio_ids?: string[]
  query?: LibraryFilter
}

/**
 * Does one thing to many messages, in one transaction: to all, or to none. Those that are so already are not changed.
 * @returns which ones changed
 * @throws NotFound when none of them is there; Unprocessable when they are too many, or would have too many tags;
 * Conflict when one that is to be deleted still waits at a player
 */
export async function changeMessages(clientId: string, request: Request): Promise<BulkResponse> {
  const db = await useDb()
  const wanted = await selected(db, clientId, request)
  const change = await changeOf(clientId, request)
  return db.transaction(async (tx) => {
    // By id, so that two who change the same ones never wait for one another in a circle.
    const rows = wanted && await tx.select({ audio_id: message.audio_id, sha256: message.sha256 }).from(message).where(wanted).orderBy(message.audio_id).limit(BULK_LIMIT + 1).for('update')
    if (!rows?.length) throw messageNotFound()
    if (rows.length > BULK_LIMIT) throw tooMany()
    const pending = and(eq(message.client_id, clientId), inArray(message.audio_id, await changeable(request, rows)), change.differs)
    if (request.action === 'delete') await releaseFromPlayers(tx, clientId, await idsOf(tx, pending), request.force)
    const changed = await tx.update(message).set({ ...change.values, updated_at: new Date() }).where(pending).returning({ audio_id: message.audio_id, tags: message.tags })
    if (changed.some(row => row.tags.length > MOST_TAGS)) throw new Unprocessable('too_many_tags', `A message can have ${MOST_TAGS} tags at most.`, [{ path: 'tags', message: 'are too many for one of the messages' }])
    const audio_ids = changed.map(row => row.audio_id)
    if (request.tags) await indexMessages(tx, clientId, audio_ids)
    await tell(tx, clientId, audio_ids)
    return { matched: rows.length, changed: audio_ids.length, audio_ids }
  })
}

/** SQL: the rows that are meant; null when there can be none. */
export async function selected(db: Db, clientId: string, { audio_ids, query }: Selection): Promise<SQL | null> {
  if (query) return (await conditions(db, clientId, query)).wanted
  return and(eq(message.client_id, clientId), inArray(message.audio_id, audio_ids ?? []))!
}

export const tooMany = () => new Unprocessable('too_many_messages', `These are more than ${BULK_LIMIT} messages: choose fewer.`)

/** What an action sets, and at which rows that is a change. */
async function changeOf(clientId: string, { action, category, tags = [] }: Request): Promise<{ values: PgUpdateSetSource<typeof message>, differs: SQL | undefined }> {
  const list = sql`array[${sql.join(tags.map(tag => sql`${tag}::text`), sql`, `)}]::text[]`
  switch (action) {
    case 'categorise': {
      const category_id = category ? (await requireCategory(clientId, category)).category_id : null
      return { values: { category_id }, differs: category_id ? or(isNull(message.category_id), ne(message.category_id, category_id)) : isNotNull(message.category_id) }
    }
    case 'tag':
      return { values: { tags: sql`${message.tags} || array(select tag from unnest(${list}) as tag where tag <> all (${message.tags}))` }, differs: sql`not ${message.tags} @> ${list}` }
    case 'untag':
      return { values: { tags: sql`array(select tag from unnest(${message.tags}) with ordinality as old (tag, place) where tag <> all (${list}) order by place)` }, differs: sql`${message.tags} && ${list}` }
    case 'favourite':
      return { values: { is_favourite: true }, differs: eq(message.is_favourite, false) }
    case 'unfavourite':
      return { values: { is_favourite: false }, differs: eq(message.is_favourite, true) }
    case 'delete':
      return { values: { deleted_at: new Date() }, differs: isNull(message.deleted_at) }
    case 'restore':
      return { values: { deleted_at: null }, differs: isNotNull(message.deleted_at) }
  }
}

/** All of them; of those that are to come back, the ones whose sound is still there, or still to come. */
async function changeable({ action }: Request, rows: { audio_id: string, sha256: string | null }[]): Promise<string[]> {
  if (action !== 'restore') return rows.map(row => row.audio_id)
  const heard = await Promise.all(rows.map(async row => !row.sha256 || await useFileStore().stat(row.sha256)))
  return rows.filter((_, place) => heard[place]).map(row => row.audio_id)
}

const idsOf = async (tx: Db, where: SQL | undefined) => (await tx.select({ audio_id: message.audio_id }).from(message).where(where)).map(row => row.audio_id)

async function tell(tx: Db, clientId: string, audioIds: string[]): Promise<void> {
  if (audioIds.length > FEW) return publish(tx, clientId, { type: 'library_changed' })
  for (const audio_id of audioIds) await announceMessage(tx, clientId, audio_id)
}
