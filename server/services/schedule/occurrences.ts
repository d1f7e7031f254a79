import { and, asc, eq, exists, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { store, storeGroupStore } from '../../../db/schema'
import type { ListedOccurrence, OccurrenceList, OccurrenceQuery } from '../../../shared/schemas/schedule'
import { requireStore } from '../client/stores'
import { useDb } from '../database'
import { requireTargets } from '../player/targets'
import { layingOf, playersByStore, type LaidOccurrence, type LayingPlan } from './laid'
import { futurePlan } from './past'
import { byOrder, type Span } from './plan'
import { getSchedule } from './rows'

/** So many are told at once, and what is due at the same moment as the last of them. */
const MOST_OCCURRENCES = 5_000
/** A long range is worked out by pieces, so that a full calendar costs no more than what is told of it, ms. */
const PIECE_MS = 4 * 86_400_000

/**
 * What is due at the client's stores in a stretch of time, in order, and what becomes of it; at one store, at those of a
 * group or of one schedule where they are named. What is not due — paused, deleted, its message not valid then — is not in it.
 * @throws NotFound for a store, group or schedule that is not the client's
 */
export async function listOccurrences(clientId: string, { from, to, store_id, group_id, schedule_id }: OccurrenceQuery): Promise<OccurrenceList> {
  const db = await useDb()
  if (schedule_id) await getSchedule(clientId, schedule_id, db)
  const order = await storesInOrder(db, clientId, { store_id, group_id })
  const span = { from: Date.parse(from), to: Date.parse(to) }
  const items: LaidOccurrence[] = []
  let at = span.from
  for await (const piece of laidPieces(clientId, await futurePlan(clientId, span), order, span)) {
    for (const item of piece.items) if (!schedule_id || item.rule.schedule.schedule_id === schedule_id) items.push(item)
    at = piece.to
    if (items.length > MOST_OCCURRENCES) break
  }
  const told = items.length > MOST_OCCURRENCES ? items.filter(({ due_ms }) => due_ms <= items[MOST_OCCURRENCES - 1]!.due_ms) : items
  const next = items[told.length]?.due_ms ?? (at < span.to ? at : null)
  return { items: told.map(toOccurrence), next_from: next === null ? null : new Date(next).toISOString() }
}

/** What is due at stores in a stretch of time, in order, piece after piece. Other requests may go in between. */
export async function* laidPieces(clientId: string, plan: LayingPlan, stores: readonly string[], { from, to }: Span): AsyncGenerator<Span & { items: LaidOccurrence[] }> {
  const players = await playersByStore(clientId, plan)
  for (let at = from; at < to; at += PIECE_MS) {
    const piece = { from: at, to: Math.min(at + PIECE_MS, to) }
    const lay = layingOf(plan, piece)
    yield { ...piece, items: stores.flatMap(id => lay(id, { players: players.get(id) })).sort(byOrder) }
    await new Promise(setImmediate)
  }
}

/**
 * The client's stores by name; one of them, or those of a group, where they are named.
 * @throws NotFound for a store or group that is not the client's
 */
export async function storesInOrder(db: Db, clientId: string, { store_id, group_id }: { store_id?: string, group_id?: string }): Promise<string[]> {
  if (store_id) await requireStore(db, clientId, store_id)
  if (group_id) await requireTargets(db, clientId, { groups: [group_id] })
  const in_group = db.select({ one: sql`1` }).from(storeGroupStore).where(and(eq(storeGroupStore.store_id, store.store_id), eq(storeGroupStore.group_id, group_id!)))
  const rows = await db.select({ store_id: store.store_id }).from(store)
    .where(and(eq(store.client_id, clientId), store_id ? eq(store.store_id, store_id) : undefined, group_id ? exists(in_group) : undefined)).orderBy(asc(store.name), asc(store.store_id))
  return rows.map(row => row.store_id)
}

function toOccurrence({ due_ms, expires_ms, sound, rule: { schedule }, store_id, player_ids, verdict, starts_ms, ends_ms, by, because }: LaidOccurrence): ListedOccurrence {
  const { schedule_id, name, priority, on_busy, repeat } = schedule
  const instant = (ms: number) => new Date(ms).toISOString()
  return {
    schedule_id, name, store_id, player_ids, priority, on_busy, repeat, verdict, because,
    due_at: instant(due_ms),
    expires_at: instant(expires_ms),
    audio_id: sound.audio_id,
    title: sound.title,
    duration_ms: sound.duration_ms,
    colour: sound.colour,
    starts_at: instant(starts_ms),
    ends_at: instant(ends_ms),
    rule: by,
  }
}
