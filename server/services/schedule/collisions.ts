import { eq } from 'drizzle-orm'
import { store } from '../../../db/schema'
import type { Collision, SchedulePreview } from '../../../shared/schemas/schedule'
import { dayName, dayNumberAt, weekdayOf } from '../../../shared/utils/wall-clock'
import { useDb } from '../database'
import { freeMoment } from './free-moment'
import { airingOf, heardFor, layingOf, playersByStore, type LaidOccurrence, type LayingPlan } from './laid'
import { clocksAt, type PlannedRule, type PlannedStore, type Span } from './plan'

const MOST_COLLISIONS = 50
/** Somebody is typing: stores that take longer are left for when it is on the calendar, and the answer says so, ms. */
const LOOKED_FOR_MS = 1_500
const LIMITS = new Set<string>(['quiet_time', 'min_gap', 'max_per_hour', 'max_same_per_hour'])

interface CollideOptions {
  clientId: string
  plan: LayingPlan
  rule: PlannedRule
  meant: string[]
  span: Span
  without?: string
}

type Found = Pick<SchedulePreview, 'collisions' | 'stores_checked' | 'limited' | 'next_free' | 'free_patch'>

/** What is in the way of the rule, and of what it is, at its stores one after the other for as long as there is time. */
export async function collide({ clientId, plan, rule, meant, span, without }: CollideOptions): Promise<Found> {
  const names = await namesOf(clientId)
  const order = [...meant].sort((a, b) => (names.get(a) ?? '').localeCompare(names.get(b) ?? ''))
  const players = await playersByStore(clientId, plan, [rule])
  const lay = layingOf(plan, span, { extra: [rule], without })
  const collisions = new Map<string, Collision>()
  const limited = new Map<string, { moved: number, dropped: number }>()
  const checked: { place: PlannedStore, laid: LaidOccurrence[] }[] = []
  const until = performance.now() + LOOKED_FOR_MS
  for (const store_id of order) {
    const laid = lay(store_id, { players: players.get(store_id) })
    const place = plan.stores.get(store_id)!
    checked.push({ place, laid })
    for (const own of laid) {
      if (own.rule !== rule || !own.by || !LIMITS.has(own.by) || !(own.limited || own.not_before_ms !== null)) continue
      const counted = limited.get(own.by) ?? { moved: 0, dropped: 0 }
      limited.set(own.by, counted)
      if (own.verdict === 'dropped') counted.dropped++
      else counted.moved++
    }
    const airing = airingOf(plan, place)
    const length = (of: LaidOccurrence) => heardFor(of, airing)
    for (const [own, other] of touching(laid, rule, length)) {
      const { schedule } = other.rule
      const key = `${store_id} ${schedule.schedule_id}`
      const { time_zone } = clocksAt(rule, place)
      const weekday = weekdayOf(dayName(dayNumberAt(own.due_ms, time_zone)))
      const known = collisions.get(key)
      if (known) {
        known.count++
        if (!known.weekdays.includes(weekday)) known.weekdays = [...known.weekdays, weekday].sort()
      }
      else {
        collisions.set(key, {
          store_id, store_name: names.get(store_id) ?? '', schedule_id: schedule.schedule_id, name: schedule.name ?? other.sound.title,
          due_at: new Date(own.due_ms).toISOString(), other_due_at: new Date(other.due_ms).toISOString(),
          count: 1, weekdays: [weekday], verdict: own.verdict, other_verdict: other.verdict, rule: own.by ?? other.by,
        })
      }
    }
    if (performance.now() > until) break
    await new Promise(setImmediate)
  }
  const all = [...collisions.values()].sort((a, b) => a.due_at.localeCompare(b.due_at))
  const free = all.length ? freeMoment({ plan, rule, checked }) : null
  return {
    collisions: all.slice(0, MOST_COLLISIONS), stores_checked: checked.length,
    limited: [...limited].map(([rule, counted]) => ({ rule: rule as Found['limited'][number]['rule'], ...counted })),
    next_free: free && new Date(free.due_ms).toISOString(), free_patch: free && free.patch,
  }
}

async function namesOf(clientId: string): Promise<Map<string, string>> {
  const db = await useDb()
  const rows = await db.select({ store_id: store.store_id, name: store.name }).from(store).where(eq(store.client_id, clientId))
  return new Map(rows.map(({ store_id, name }) => [store_id, name]))
}

/** Pairs of the rule's own and others that are due in the same seconds, or that are there when the other is due. */
function touching(laid: LaidOccurrence[], rule: PlannedRule, length: (of: LaidOccurrence) => number): [LaidOccurrence, LaidOccurrence][] {
  const own = laid.filter(each => each.rule === rule)
  const others = laid.filter(each => each.rule !== rule)
  const longest = laid.reduce((most, each) => Math.max(most, length(each) + Math.max(0, each.ends_ms - each.due_ms)), 0)
  const pairs: [LaidOccurrence, LaidOccurrence][] = []
  let first = 0
  for (const mine of own) {
    while (first < others.length && others[first]!.due_ms < mine.due_ms - longest) first++
    for (let at = first; at < others.length && others[at]!.due_ms < mine.due_ms + longest; at++) {
      if (together(mine, others[at]!, length)) pairs.push([mine, others[at]!])
    }
  }
  return pairs
}

function together(one: LaidOccurrence, other: LaidOccurrence, length: (of: LaidOccurrence) => number): boolean {
  const same_player = !one.player_ids || !other.player_ids || one.player_ids.some(id => other.player_ids!.includes(id))
  const meets = (a: Span, b: Span) => a.from < b.to && b.from < a.to
  const asked = (each: LaidOccurrence): Span => ({ from: each.due_ms, to: each.due_ms + length(each) })
  const aired = (each: LaidOccurrence): Span => each.verdict === 'dropped' ? { from: 0, to: 0 } : { from: each.starts_ms, to: each.ends_ms }
  return same_player && (meets(asked(one), asked(other)) || meets(asked(one), aired(other)) || meets(aired(one), asked(other)))
}
