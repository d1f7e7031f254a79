import { and, asc, eq, inArray } from 'drizzle-orm'
import { player, store } from '../../../db/schema'
import type { ListedOccurrence, OccurrenceList, OccurrenceQuery } from '../../../shared/schemas/schedule'
import { requireStore } from '../client/stores'
import { useDb } from '../database'
import { byOrder, dueKey, dueWithin, planOf, type Due, type Plan, type PlannedRule, type PlannedStore, type Span } from './plan'

/** So many are told at once, and what is due at the same moment as the last of them. */
const MOST_OCCURRENCES = 5_000
/** A long range is worked out by pieces, so that a full calendar costs no more than what is told of it, ms. */
const PIECE_MS = 86_400_000

interface Found extends Due {
  rule: PlannedRule
  store_id: string
  player_ids: string[] | null
}

/**
 * What airs at the client's stores in a stretch of time, in order; at one store where it is named. What will not air —
 * paused, deleted, its message not valid then — is not in it.
 * @throws NotFound for a store that is not the client's
 */
export async function listOccurrences(clientId: string, { from, to, store_id }: OccurrenceQuery): Promise<OccurrenceList> {
  const db = await useDb()
  if (store_id) await requireStore(db, clientId, store_id)
  const plan = await planOf(clientId)
  const order = await db.select({ store_id: store.store_id }).from(store)
    .where(and(eq(store.client_id, clientId), store_id ? eq(store.store_id, store_id) : undefined)).orderBy(asc(store.name), asc(store.store_id))
  const places = order.flatMap(({ store_id }) => plan.stores.get(store_id) ?? [])
  const players = await playersByStore(clientId, plan)
  const end = Date.parse(to)
  const items: Found[] = []
  let at = Date.parse(from)
  for (; at < end && items.length <= MOST_OCCURRENCES; at += PIECE_MS) {
    const span = { from: at, to: Math.min(at + PIECE_MS, end) }
    const dueAt = dueByPlace(span)
    const piece = places.flatMap(place => occurrencesAt(plan, place, players, dueAt)).sort(byOrder)
    for (const item of piece) items.push(item)
    // Other requests may go first.
    await new Promise(setImmediate)
  }
  const told = items.length > MOST_OCCURRENCES ? items.filter(({ due_ms }) => due_ms <= items[MOST_OCCURRENCES - 1]!.due_ms) : items
  const next = items[told.length]?.due_ms ?? (at < end ? at : null)
  return { items: told.map(toOccurrence), next_from: next === null ? null : new Date(next).toISOString() }
}

/** When a rule is due in a span, worked out once for places in which it is the same. */
function dueByPlace(span: Span): (rule: PlannedRule, place: PlannedStore) => Due[] {
  const known = new Map<string, Due[]>()
  return (rule, place) => {
    const key = `${rule.schedule.schedule_id} ${dueKey(rule, place)}`
    const due = known.get(key) ?? dueWithin(rule, place, span).filter(({ due_ms }) => due_ms >= span.from)
    known.set(key, due)
    return due
  }
}

function occurrencesAt(plan: Plan, place: PlannedStore, players: Map<string, string[]>, dueAt: ReturnType<typeof dueByPlace>): Found[] {
  const { store_id } = place
  const here = new Set(players.get(store_id))
  const meant = [...plan.everywhere, ...plan.by_store.get(store_id) ?? [], ...forPlayers(plan, here)]
  return meant.flatMap((rule) => {
    const { targets } = rule.schedule
    const player_ids = 'players' in targets ? targets.players.filter(id => here.has(id)) : null
    return dueAt(rule, place).map(due => ({ ...due, rule, store_id, player_ids }))
  })
}

/** What is meant for any of these players, each once. */
const forPlayers = (plan: Plan, playerIds: Set<string>) => new Set([...playerIds].flatMap(player_id => plan.by_player.get(player_id) ?? []))

/** The players that something is meant for alone, by the store in which they stand. */
async function playersByStore(clientId: string, plan: Plan): Promise<Map<string, string[]>> {
  const wanted = [...plan.by_player.keys()]
  if (!wanted.length) return new Map()
  const db = await useDb()
  const rows = await db.select({ player_id: player.player_id, store_id: player.store_id }).from(player).where(and(eq(player.client_id, clientId), inArray(player.player_id, wanted)))
  const found = new Map<string, string[]>()
  for (const { player_id, store_id } of rows) found.set(store_id, [...found.get(store_id) ?? [], player_id])
  return found
}

function toOccurrence({ due_ms, expires_ms, sound, rule: { schedule }, store_id, player_ids }: Found): ListedOccurrence {
  const { schedule_id, name, priority, on_busy, repeat } = schedule
  return {
    schedule_id, name, store_id, player_ids, priority, on_busy, repeat,
    due_at: new Date(due_ms).toISOString(),
    expires_at: new Date(expires_ms).toISOString(),
    audio_id: sound.audio_id,
    title: sound.title,
    duration_ms: sound.duration_ms,
    colour: sound.colour,
    verdict: 'airs',
    starts_at: new Date(due_ms).toISOString(),
    ends_at: new Date(due_ms + sound.duration_ms * repeat).toISOString(),
    rule: null,
    because: null,
  }
}
