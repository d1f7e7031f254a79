import type { CalendarItem, CalendarList, CalendarQuery } from '../../../shared/schemas/schedule'
import { dayNumberAt, wallAt, wallMs } from '../../../shared/utils/wall-clock'
import { useDb } from '../database'
import type { LaidOccurrence, LayingPlan } from './laid'
import { laidPieces, storesInOrder } from './occurrences'
import { futurePlan, pastPlan } from './past'
import type { Span } from './plan'

/** So many are told at once, and what is due at the same moment as the last of them. */
const MOST_ITEMS = 3_000

/** What is told as one, as it grows. */
interface Entry {
  item: CalendarItem
  moments: Set<number>
  stores: Set<string>
  last_ms: number
}

/**
 * What airs where between two instants, for many stores at once: what is due at the same instant at several is one item;
 * with `by=day` all of a schedule's day is, with `by=window` of what airs every so many minutes. A window is one with what of it comes
 * after midnight. What is past is told as it was laid out then, what is to come as it will be.
 * @throws NotFound for a store or group that is not the client's
 */
export async function listCalendar(clientId: string, { from, to, store_id, group_id, by, time_zone }: CalendarQuery, now = Date.now()): Promise<CalendarList> {
  const order = await storesInOrder(await useDb(), clientId, { store_id, group_id })
  const end = Date.parse(to)
  const entries = new Map<string, Entry>()
  let at = Date.parse(from)
  for (const { span, plan } of await plansOf(clientId, { from: at, to: end }, now)) {
    const keyOf = (laid: LaidOccurrence) => {
      const { rule: { schedule }, sound, due_ms } = laid
      if (by === 'occurrence' || (by === 'window' && schedule.kind !== 'interval')) return `${schedule.schedule_id} ${sound.audio_id} ${due_ms}`
      return `${schedule.schedule_id} ${schedule.kind === 'interval' ? windowDay(laid, zoneOf(plan, laid)) : dayNumberAt(due_ms, time_zone ?? zoneOf(plan, laid))}`
    }
    for await (const piece of laidPieces(clientId, plan, order, span)) {
      for (const laid of piece.items) put(entries, keyOf(laid), laid, zoneOf(plan, laid))
      at = piece.to
      if (entries.size > MOST_ITEMS) break
    }
    if (entries.size > MOST_ITEMS) break
  }
  const items = [...entries.values()].map(({ item, moments, stores }) => ({ ...item, count: moments.size, stores: stores.size }))
  const told = items.length > MOST_ITEMS ? items.filter(({ due_at }) => due_at <= items[MOST_ITEMS - 1]!.due_at) : items
  const next = items[told.length]?.due_at ?? (at < end ? new Date(at).toISOString() : null)
  return { items: told, next_from: next }
}

/** What held until now, and what will. */
async function plansOf(clientId: string, { from, to }: Span, now: number): Promise<{ span: Span, plan: LayingPlan }[]> {
  const [past, future] = [{ from, to: Math.min(to, now) }, { from: Math.max(from, now), to }]
  return [
    ...past.to > past.from ? [{ span: past, plan: await pastPlan(clientId, past) }] : [],
    ...future.to > future.from ? [{ span: future, plan: await futurePlan(clientId, future) }] : [],
  ]
}

const zoneOf = ({ stores }: LayingPlan, { rule: { schedule }, store_id }: LaidOccurrence): string => schedule.time_zone ?? stores.get(store_id)!.time_zone

/** The day on which the window of a due moment began: the day before, for what comes after midnight. */
function windowDay({ rule: { schedule }, due_ms }: LaidOccurrence, time_zone: string): number {
  const day = dayNumberAt(due_ms, time_zone)
  const begins_ms = wallMs(schedule.window_start!)
  const goes_on = wallMs(schedule.window_end!) < begins_ms
  return goes_on && wallMs(wallAt(due_ms, time_zone).slice(11)) < begins_ms ? day - 1 : day
}

function put(entries: Map<string, Entry>, key: string, laid: LaidOccurrence, time_zone: string): void {
  const { rule: { schedule }, sound, store_id, due_ms, starts_ms, ends_ms, verdict, by, because } = laid
  const known = entries.get(key)
  const entry: Entry = known ?? {
    item: {
      schedule_id: schedule.schedule_id, name: schedule.name, title: sound.title, audio_id: sound.audio_id, colour: sound.colour, priority: schedule.priority, kind: schedule.kind,
      due_at: new Date(due_ms).toISOString(), starts_at: new Date(starts_ms).toISOString(), ends_at: new Date(ends_ms).toISOString(),
      interval_minutes: schedule.interval_minutes, count: 0, stores: 0, moved: 0, dropped: 0, rule: null, because: null, store_id, time_zone,
    },
    moments: new Set(), stores: new Set(), last_ms: due_ms,
  }
  if (!known) entries.set(key, entry)
  const { item } = entry
  entry.moments.add(due_ms)
  entry.stores.add(store_id)
  if (due_ms > entry.last_ms || (verdict === 'airs' && due_ms === entry.last_ms)) {
    entry.last_ms = due_ms
    item.ends_at = new Date(ends_ms).toISOString()
  }
  // Where it airs as it is due at one of the stores, that is what is drawn.
  if (verdict === 'airs' && item.due_at === new Date(due_ms).toISOString()) item.starts_at = new Date(starts_ms).toISOString()
  if (verdict === 'moved') item.moved++
  if (verdict === 'dropped') item.dropped++
  item.rule ??= by
  item.because ??= because
}
