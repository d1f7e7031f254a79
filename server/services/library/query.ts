import { and, arrayContains, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, ne, or, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '../../../db/client'
import { message } from '../../../db/schema'
import { LIST_PEAKS, NARROWED_TOTAL_CAP, TOTAL_CAP, type LibraryFilter, type LibraryList, type LibraryQuery, type LibrarySort } from '../../../shared/schemas/library'
import { toBars } from '../../../shared/utils/waveform'
import { decodeCursor, encodeCursor, type Cursor } from '../cursor'
import { useDb } from '../database'
import { requireCategory } from './categories'
import { countMessages, selectMessages, toMessage } from './rows'
import { understandSearch, type SearchTerms } from './search'

/** Relevance is weighed among this many of the newest that match: where there are more, what is new matters most. */
const WEIGHED = 500
/** A set up to this size is made whole, and then sorted. */
const FEW = 1000

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
  const cap = isNarrowed(query) ? NARROWED_TOTAL_CAP : TOTAL_CAP
  const total = await countMessages(db, wanted, cap + 1)
  const sort = query.sort ?? (search ? 'relevance' : query.deleted ? 'deleted' : 'newest')
  const page = search && sort === 'relevance'
    ? await weighedPlaces(db, wanted, search, query)
    : await sortedPlaces(db, wanted, SORTS[sort === 'relevance' ? 'newest' : sort], query, total <= FEW)
  return { ...await toPage(db, page, query.limit), total: Math.min(total, cap), total_is_capped: total > cap }
}

/** Whether more is asked for than the library, or the bin, as a whole. */
const isNarrowed = ({ cursor: _, limit: __, sort: ___, status: ____, deleted: _____, ...filter }: LibraryQuery) => Object.values(filter).some(value => value !== undefined && value !== '')

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

/** Where a message stands in its list. */
interface Place {
  audio_id: string
  sort_value: string | number
}

/**
 * The next places of a sorted list, one more than a page has.
 * @param few the whole set is small: it is made first, and then sorted. Left to itself, PostgreSQL may walk down an index
 * in the wanted order, in the hope of matches that never come
 */
function sortedPlaces(db: Db, wanted: SQL, { by, value, up }: Order, { cursor, limit }: LibraryQuery, few: boolean): Promise<Place[]> {
  const after = cursor ? decodeCursor(cursor, value) : undefined
  const order = up ? asc : desc
  const source = few
    ? { table: sql`(with wanted as materialized (select ${message.audio_id}, ${by} as sort_value from ${message} where ${wanted}) select * from wanted) as place`, id: sql`place.audio_id`, by: sql`place.sort_value` }
    : { table: message, id: sql`${message.audio_id}`, by }
  return db.select({ audio_id: sql<string>`${source.id}`, sort_value: value === INSTANT ? sql<string>`${source.by}::text` : sql<string | number>`${source.by}` }).from(source.table)
    .where(and(few ? undefined : wanted, after && beyond(source, up, after)))
    .orderBy(order(source.by), order(source.id)).limit(limit + 1)
}

/** The next places among the newest that match, the best first. */
function weighedPlaces(db: Db, wanted: SQL, { score }: SearchTerms, { cursor, limit }: LibraryQuery): Promise<Place[]> {
  const after = cursor ? decodeCursor(cursor, z.number().int()) : undefined
  const newest = db.select({ audio_id: message.audio_id, search_vector: message.search_vector, search_text: message.search_text }).from(message)
    .where(wanted).orderBy(desc(message.audio_id)).limit(WEIGHED).as('newest')
  const best = db.select({ audio_id: newest.audio_id, score: score(newest).as('score') }).from(newest).as('best')
  const place = { id: sql`${best.audio_id}`, by: sql`${best.score}` }
  return db.select({ audio_id: best.audio_id, sort_value: best.score }).from(best)
    .where(after && beyond(place, false, after)).orderBy(desc(place.by), desc(place.id)).limit(limit + 1)
}

async function toPage(db: Db, places: Place[], limit: number): Promise<Pick<LibraryList, 'items' | 'next_cursor'>> {
  const shown = places.slice(0, limit)
  if (!shown.length) return { items: [], next_cursor: null }
  const rows = await selectMessages(db, {}).where(inArray(message.audio_id, shown.map(place => place.audio_id)))
  const messages = new Map(rows.map(row => [row.message.audio_id, toMessage(row)]))
  const last = places.length > limit ? shown.at(-1) : undefined
  return {
    // One that was removed between the two queries is not there any more.
    items: shown.flatMap(({ audio_id }) => messages.get(audio_id) ?? []).map(item => ({ ...item, peaks: toBars(item.peaks, Math.min(LIST_PEAKS, item.peaks.length)) })),
    next_cursor: last ? encodeCursor([last.sort_value, last.audio_id]) : null,
  }
}

function beyond(place: { by: SQL, id: SQL }, up: boolean, [value, id]: Cursor): SQL | undefined {
  const further = up ? gt : lt
  return or(further(place.by, value), and(eq(place.by, value), further(place.id, id)))
}
