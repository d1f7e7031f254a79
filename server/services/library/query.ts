import { and, arrayContains, asc, desc, eq, gt, gte, isNotNull, isNull, lt, lte, ne, or, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '../../../db/client'
import { message } from '../../../db/schema'
import { LIST_PEAKS, TOTAL_CAP, type LibraryFilter, type LibraryList, type LibraryQuery, type LibrarySort } from '../../../shared/schemas/library'
import { toBars } from '../../../shared/utils/waveform'
import { decodeCursor, encodeCursor, type Cursor } from '../cursor'
import { useDb } from '../database'
import { requireCategory } from './categories'
import { selectMessages, toMessage } from './rows'
import { understandSearch, type SearchTerms } from './search'

/** Relevance is weighed among this many of the newest that match: where there are more, what is new matters most. */
const WEIGHED = 1000

/** How a sort runs: by what (and what such a value is), and which way. The id breaks ties. */
interface Order {
  by: SQL
  value: z.ZodType<string | number>
  up: boolean
}

const INSTANT = z.union([z.literal('-infinity'), z.string().max(40).regex(/^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d/)])

const SORTS: Record<Exclude<LibrarySort, 'relevance'>, Order> = {
  newest: { by: sql`${message.audio_id}`, value: z.uuid(), up: false },
  oldest: { by: sql`${message.audio_id}`, value: z.uuid(), up: true },
  title: { by: sql`lower(${message.title})`, value: z.string(), up: true },
  duration: { by: sql`${message.duration_ms}`, value: z.number().int().min(0).max(2_147_483_647), up: true },
  aired: { by: sql`coalesce(${message.last_aired_at}, '-infinity'::timestamptz)`, value: INSTANT, up: false },
  deleted: { by: sql`coalesce(${message.deleted_at}, '-infinity'::timestamptz)`, value: INSTANT, up: false },
}

/** A page of the client's messages. */
export async function listMessages(clientId: string, query: LibraryQuery): Promise<LibraryList> {
  const db = await useDb()
  const { wanted, search } = await conditions(db, clientId, query)
  if (!wanted) return { items: [], next_cursor: null, total: 0, total_is_capped: false }
  const sort = query.sort ?? (search ? 'relevance' : query.deleted ? 'deleted' : 'newest')
  const page = search && sort === 'relevance'
    ? await weighedPage(db, wanted, search, query)
    : await sortedPage(db, wanted, SORTS[sort === 'relevance' ? 'newest' : sort], query)
  const [counted] = await db.select({ total: sql<number>`count(*)::int` })
    .from(db.select({ one: sql`1`.as('one') }).from(message).where(wanted).limit(TOTAL_CAP + 1).as('counted'))
  const { total } = counted!
  return { ...page, total: Math.min(total, TOTAL_CAP), total_is_capped: total > TOTAL_CAP }
}

/**
 * Which rows a filter means.
 * @returns `wanted` is null when there can be none
 * @throws NotFound for a category that is not the client's
 */
export async function conditions(db: Db, clientId: string, filter: LibraryFilter): Promise<{ wanted: SQL | null, search: SearchTerms | null }> {
  const search = filter.q ? await understandSearch(db, clientId, filter.q) : null
  // Signs alone, such as "¿?", are no word: they find nothing.
  if (filter.q && !search) return { wanted: null, search }
  const wanted = and(
    eq(message.client_id, clientId),
    filter.deleted ? isNotNull(message.deleted_at) : isNull(message.deleted_at),
    inStatus(filter.status),
    await inCategory(clientId, filter.category),
    filter.voice_id ? eq(message.voice_id, filter.voice_id) : undefined,
    filter.source ? eq(message.source, filter.source) : undefined,
    filter.favourite === undefined ? undefined : filter.favourite ? message.is_favourite : sql`not ${message.is_favourite}`,
    filter.tags?.length ? arrayContains(message.tags, filter.tags) : undefined,
    filter.min_duration_ms === undefined ? undefined : gte(message.duration_ms, filter.min_duration_ms),
    filter.max_duration_ms === undefined ? undefined : lte(message.duration_ms, filter.max_duration_ms),
    filter.from === undefined ? undefined : gte(message.created_at, instantOf(filter.from)),
    madeUntil(filter.until),
    filter.unused === undefined ? undefined : filter.unused ? isNull(message.last_aired_at) : isNotNull(message.last_aired_at),
    filter.expired === undefined ? undefined : filter.expired ? lte(message.valid_until, sql`now()`) : sql`(${message.valid_until} is null or ${message.valid_until} > now())`,
    search?.matches,
  )!
  return { wanted, search }
}

function inStatus(status: LibraryFilter['status']): SQL | undefined {
  if (status === 'all') return undefined
  return status === 'kept' ? ne(message.status, 'draft') : eq(message.status, status)
}

async function inCategory(clientId: string, category: string | undefined): Promise<SQL | undefined> {
  if (!category) return undefined
  return category === 'none' ? isNull(message.category_id) : eq(message.category_id, (await requireCategory(clientId, category)).category_id)
}

/** To the end of a day, or to an instant. */
function madeUntil(until: string | undefined): SQL | undefined {
  if (until === undefined) return undefined
  const is_day = !until.includes('T')
  return is_day ? lt(message.created_at, new Date(instantOf(until).getTime() + 86_400_000)) : lte(message.created_at, instantOf(until))
}

/** PostgreSQL has no year 0, and drivers none after 9999. */
const instantOf = (text: string) => new Date(Math.min(Math.max(0, Date.parse(text)), Date.UTC(9999, 11, 30)))

type Page = Pick<LibraryList, 'items' | 'next_cursor'>

async function sortedPage(db: Db, wanted: SQL, { by, value, up }: Order, { cursor, limit }: LibraryQuery): Promise<Page> {
  const after = cursor ? decodeCursor(cursor, value) : undefined
  const order = up ? asc : desc
  const rows = await selectMessages(db, { sort_value: value === INSTANT ? sql<string>`${by}::text` : sql<string | number>`${by}` })
    .where(and(wanted, after && beyond(by, up, after)))
    .orderBy(order(by), order(message.audio_id)).limit(limit + 1)
  return toPage(rows, limit)
}

/** The best of the newest that match. */
async function weighedPage(db: Db, wanted: SQL, { score }: SearchTerms, { cursor, limit }: LibraryQuery): Promise<Page> {
  const after = cursor ? decodeCursor(cursor, z.number().int()) : undefined
  const newest = db.select({ audio_id: message.audio_id, score: score.as('score') }).from(message)
    .where(wanted).orderBy(desc(message.audio_id)).limit(WEIGHED).as('newest')
  const by = sql`${newest.score}`
  const best = await db.select({ audio_id: newest.audio_id, score: sql<number>`${newest.score}` }).from(newest)
    .where(after && or(lt(by, after[0]), and(eq(by, after[0]), lt(newest.audio_id, after[1]))))
    .orderBy(desc(by), desc(newest.audio_id)).limit(limit + 1)
  if (!best.length) return { items: [], next_cursor: null }
  const scores = new Map(best.map((row, place) => [row.audio_id, { place, score: row.score }]))
  const rows = await selectMessages(db, {}).where(sql`${message.audio_id} in ${best.map(row => row.audio_id)}`)
  const ordered = rows.map(row => ({ ...row, ...scores.get(row.message.audio_id)!, sort_value: scores.get(row.message.audio_id)!.score }))
    .sort((a, b) => a.place - b.place)
  return toPage(ordered, limit)
}

function toPage(rows: (Parameters<typeof toMessage>[0] & { sort_value: string | number })[], limit: number): Page {
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    items: page.map(toMessage).map(item => ({ ...item, peaks: toBars(item.peaks, Math.min(LIST_PEAKS, item.peaks.length)) })),
    next_cursor: last ? encodeCursor([last.sort_value, last.message.audio_id]) : null,
  }
}

function beyond(by: SQL, up: boolean, [value, id]: Cursor): SQL | undefined {
  const further = up ? gt : lt
  return or(further(by, value), and(eq(by, value), further(message.audio_id, id)))
}
