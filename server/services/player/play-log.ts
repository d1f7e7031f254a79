import { and, desc, eq, inArray, isNotNull, isNull, like, lt, or, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { play } from '../../../db/schema'
import type { SkipReason } from '../../../shared/protocol'
import { PLAY_TOTAL_CAP, type Play, type PlayFilter, type PlayList, type PlayQuery } from '../../../shared/schemas/player'
import { foldedWords } from '../../../shared/utils/fold'
import { endOfDay, startOfDay } from '../../../shared/utils/zoned-day'
import { decodeCursor, encodeCursor } from '../cursor'
import { useDb } from '../database'

export type PlayRow = typeof play.$inferSelect

/** When a play was to be heard: its due moment, or when it was sent. The expression of its indexes. */
export const heardAt = sql`coalesce(${play.due_at}, ${play.created_at})`

/** As PostgreSQL writes it, to the microsecond: what a cursor holds. */
const MomentSchema = z.string().max(40).regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d(?::\d\d)?$/)
  .refine(text => !Number.isNaN(Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`)))

/** {@link PlayFilter}; days begin in UTC where no zone is named. */
export type WantedPlays = Omit<PlayFilter, 'time_zone'> & { time_zone?: string }

/** The condition of a filter. */
export function playsWanted(clientId: string, filter: WantedPlays): SQL {
  const { air_id, audio_id, player_id, store_id, schedule_id, status, result, priority, kind, q, from, until, time_zone = 'UTC' } = filter
  const words = foldedWords(q ?? '')
  return and(
    eq(play.client_id, clientId),
    air_id ? eq(play.air_id, air_id) : undefined,
    audio_id ? eq(play.audio_id, audio_id) : undefined,
    player_id ? eq(play.player_id, player_id) : undefined,
    store_id ? eq(play.store_id, store_id) : undefined,
    schedule_id ? eq(play.schedule_id, schedule_id) : undefined,
    status ? eq(play.status, status) : undefined,
    result && withResult(result),
    priority ? eq(play.priority, priority) : undefined,
    kind && (kind === 'scheduled' ? isNotNull(play.due_at) : isNull(play.due_at)),
    from ? sql`${heardAt} >= ${startOfDay(from, time_zone).toISOString()}::timestamptz` : undefined,
    until ? sql`${heardAt} <= ${endOfDay(until, time_zone).toISOString()}::timestamptz` : undefined,
    // Signs alone, such as "¿?", are no word: they find nothing.
    q && !words.length ? sql`false` : undefined,
    ...words.map(word => like(play.search_text, `%${word}%`)),
  )!
}

function withResult(result: NonNullable<PlayFilter['result']>): SQL | undefined {
  switch (result) {
    case 'heard': return eq(play.status, 'played')
    case 'playing': return eq(play.status, 'playing')
    case 'waiting': return inArray(play.status, ['pending', 'delivered'])
    case 'missed': return eq(play.status, 'skipped')
    default: return and(eq(play.status, 'skipped'), eq(play.reason, result satisfies SkipReason))
  }
}

/** A page of the play log of a client, newest first. */
export async function listPlays(clientId: string, query: WantedPlays & Pick<PlayQuery, 'cursor' | 'limit'>): Promise<PlayList> {
  const db = await useDb()
  const wanted = playsWanted(clientId, query)
  const page = await pageOfPlays(wanted, query.limit, query.cursor)
  const counted = db.select({ one: sql`1` }).from(play).where(wanted).limit(PLAY_TOTAL_CAP + 1).as('counted')
  const [all] = await db.select({ total: sql<number>`count(*)::int` }).from(counted)
  const { total } = all!
  return { items: page.rows.map(toPlay), next_cursor: page.next_cursor, total: Math.min(total, PLAY_TOTAL_CAP), total_is_capped: total > PLAY_TOTAL_CAP }
}

/**
 * The next rows of the log, newest first, without counting them.
 * @throws BadRequest for a cursor that no list gave
 */
export async function pageOfPlays(wanted: SQL, limit: number, cursor?: string | null): Promise<{ rows: PlayRow[], next_cursor: string | null }> {
  const db = await useDb()
  const after = cursor ? decodeCursor(cursor, MomentSchema) : undefined
  const older = after && or(sql`${heardAt} < ${after[0]}::timestamptz`, and(sql`${heardAt} = ${after[0]}::timestamptz`, lt(play.play_id, after[1])))
  const found = await db.select({ play, moment: sql<string>`${heardAt}::text` }).from(play)
    .where(and(wanted, older)).orderBy(desc(heardAt), desc(play.play_id)).limit(limit + 1)
  const page = found.slice(0, limit)
  const last = found.length > limit ? page.at(-1) : undefined
  return { rows: page.map(row => row.play), next_cursor: last ? encodeCursor([last.moment, last.play.play_id]) : null }
}

/** A row as the API answers it. */
export function toPlay(row: PlayRow): Play {
  const { client_id: _, sha256: __, duration_ms: ___, on_busy: ____, delivered_at: _____, updated_at: ______, search_text: _______, created_at, due_at, expires_at, started_at, ended_at, ...rest } = row
  return {
    ...rest,
    created_at: created_at.toISOString(),
    due_at: due_at?.toISOString() ?? null,
    expires_at: expires_at.toISOString(),
    started_at: started_at?.toISOString() ?? null,
    ended_at: ended_at?.toISOString() ?? null,
  }
}
