import type { NextAiring, SchedulePreview } from '../../../shared/schemas/schedule'
import { DAY_MS } from '../../../shared/utils/wall-clock'
import { layingOf, playersByStore, storesMeant } from './laid'
import { futurePlan } from './past'
import { clocksAt, dueKey, dueWithin, planOf, type PlannedRule, type PlannedStore } from './plan'

/** The next ones are looked for step by step: most are near, and a minute's rule of a year would be long. */
const REACHES_DAYS = [2, 14, 400]
/** Nothing later is looked for. */
export const FARTHEST_DAYS = 400
const MOST_NEXT = 10
/** What becomes of things at a store is laid out for so long; then what is due next stands for what airs, ms. */
const LAID_FOR_MS = 600

/** Places in which a rule is due at the same moments, together. */
export function kindsOf(rule: PlannedRule, places: PlannedStore[]): PlannedStore[][] {
  return [...Map.groupBy(places, place => dueKey(rule, place)).values()]
}

/** The next moments on each zone's clocks; where stores of a zone open at different hours, those of all of them. */
export function nextByZone(rule: PlannedRule, places: PlannedStore[], now: number): SchedulePreview['zones'] {
  const zones = Map.groupBy(kindsOf(rule, places), ([place]) => clocksAt(rule, place!).time_zone)
  return [...zones].map(([time_zone, kinds]) => ({
    time_zone, stores: kinds.flat().length, next: nextDue(rule, kinds, now).slice(0, MOST_NEXT).map(({ due_ms }) => new Date(due_ms).toISOString()),
  })).sort((a, b) => b.stores - a.stores || a.time_zone.localeCompare(b.time_zone))
}

interface NextDue {
  due_ms: number
  /** Where it is due then: places of these kinds. */
  kinds: PlannedStore[][]
}

/** The next moments at places of these kinds, in order: at least ten, if there are as many. */
function nextDue(rule: PlannedRule, kinds: PlannedStore[][], now: number): NextDue[] {
  const from = Math.max(now, rule.schedule.paused_until?.getTime() ?? now)
  let next: NextDue[] = []
  for (const days of REACHES_DAYS) {
    const found = new Map<number, PlannedStore[][]>()
    for (const kind of kinds) {
      for (const { due_ms } of dueWithin(rule, kind[0]!, { from, to: from + days * DAY_MS })) {
        if (due_ms < from) continue
        const same = found.get(due_ms)
        if (same) same.push(kind)
        else found.set(due_ms, [kind])
      }
    }
    next = [...found].map(([due_ms, kinds]) => ({ due_ms, kinds })).sort((a, b) => a.due_ms - b.due_ms)
    if (next.length >= MOST_NEXT) break
  }
  return next
}

/**
 * When schedules air next, and at which store: of the next two days what limits and other schedules leave of it, later what
 * is due. None for one that airs no more, is paused for good, or is not the client's.
 */
export async function nextAirings(clientId: string, schedule_ids: string[], now = Date.now()): Promise<NextAiring[]> {
  const plan = await futurePlan(clientId, { from: now, to: now + FARTHEST_DAYS * DAY_MS })
  const rules = new Map([plan.everywhere, ...plan.by_store.values(), ...plan.by_player.values()].flat().map(rule => [rule.schedule.schedule_id, rule]))
  const isHeard = await heardBy(clientId, now)
  const airings: NextAiring[] = []
  for (const schedule_id of schedule_ids) {
    const rule = rules.get(schedule_id)
    const places = rule ? (await storesMeant(plan, rule.schedule.targets)).map(id => plan.stores.get(id)!) : []
    const next = rule && firstOf(schedule_id, nextDue(rule, kindsOf(rule, places), now), isHeard)
    if (next) airings.push({ schedule_id, due_at: new Date(next.due_ms).toISOString(), store_id: next.place.store_id, time_zone: clocksAt(rule, next.place).time_zone })
    await new Promise(setImmediate)
  }
  return airings
}

type IsHeard = (schedule_id: string, due_ms: number, place: PlannedStore) => boolean

function firstOf(schedule_id: string, due: NextDue[], isHeard: IsHeard): { due_ms: number, place: PlannedStore } | undefined {
  for (const { due_ms, kinds } of due) {
    for (const kind of kinds) {
      const place = kind.find(place => isHeard(schedule_id, due_ms, place))
      if (place) return { due_ms, place }
    }
  }
}

/** Tells what is heard at a store of what is due there: all of which it cannot say otherwise. Each store is laid out when it is first asked for. */
async function heardBy(clientId: string, now: number): Promise<IsHeard> {
  const plan = await planOf(clientId)
  const players = await playersByStore(clientId, plan)
  const lay = layingOf(plan, { from: now, to: plan.span.to }, { kept: true })
  const known = new Map<string, Map<string, boolean>>()
  let left_ms = LAID_FOR_MS
  function fatesAt(store_id: string): Map<string, boolean> | undefined {
    const found = known.get(store_id)
    if (found || left_ms <= 0) return found
    const began = performance.now()
    const fates = new Map<string, boolean>()
    for (const { rule, due_ms, verdict } of lay(store_id, { players: players.get(store_id) })) {
      const key = `${rule.schedule.schedule_id} ${due_ms}`
      fates.set(key, verdict !== 'dropped' || (fates.get(key) ?? false))
    }
    left_ms -= performance.now() - began
    known.set(store_id, fates)
    return fates
  }
  return (schedule_id, due_ms, { store_id }) => fatesAt(store_id)?.get(`${schedule_id} ${due_ms}`) ?? true
}
