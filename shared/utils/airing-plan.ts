import type { AirItem } from '../protocol'
import type { AiringRule, Verdict } from '../schemas/schedule-words'

/*
 * What becomes of all that is due at one player: the same laws as `player/core/queue.ts` and `player/core/airing.ts`,
 * worked out ahead, and before them the limits that spare people's ears, which the player does not know.
 *
 * The air. One at a time: emergency before live before scheduled, the earlier among equals. One that asks to interrupt
 * cuts what is lower, nothing else is ever cut. One that does not wait is dropped when anything is on the air or waits. One
 * that may no longer start is dropped. Between two lies the player's silence; an emergency does not wait for it.
 *
 * The limits. They are asked when something becomes due, the higher priority first where several do at once, and say when
 * it may begin at the earliest: after the quiet time; the gap after the end of what came before; an hour after the first of
 * those that are as many as there may be. If it would begin earlier, it is moved there, and asked again when that moment
 * has come, after all that is due then by itself; too far, and it is dropped by the rule that wants it there. What has its
 * place keeps it: something that comes later never pushes it over a limit. What is cut counts, what is dropped does not. A
 * message that cuts another keeps no gap to it. Emergencies are neither limited nor counted.
 */

const HOUR_MS = 3_600_000
/** The player's: between one time and the next of what is repeated. */
export const REPEAT_AFTER_MS = 1_500
/** The player's: a grace of nothing is still this much. */
const LEAST_GRACE_MS = 1_000
const RANK: Record<AirItem['priority'], number> = { emergency: 0, live: 1, scheduled: 2, music: 3 }

/** One that is due at a player. Instants are ms since 1970. */
export interface Candidate extends Pick<AirItem, 'priority' | 'on_busy' | 'audio_id'> {
  /** Tells it from the others. */
  key: string
  due_ms: number
  /** It may begin before this, when nothing moves it. */
  expires_ms: number
  /** The end of the message's validity: it begins before this, however far it is moved. */
  latest_ms: number
  /** How late it may begin, as its schedule says. */
  grace_ms: number
  /** Of one time. */
  duration_ms: number
  repeat: number
  /** Who is first among equals: the schedule's id. */
  order: string
  /** What it is called where it is in another's way. */
  name: string
}

/** What spares people's ears: `LimitSettings` at a place, with its quiet times as stretches in order. */
export interface Limits {
  quiet: readonly { from: number, to: number, name: string }[]
  min_gap_ms: number
  /** 0: no limit. */
  max_per_hour: number
  max_same_per_hour: number
  move_up_to_ms: number
}

/** How the player airs. */
export interface AiringTimes {
  min_gap_ms: number
  /** Of one time; 0: no limit. */
  max_duration_ms: number
}

export interface Laid<Item extends Candidate = Candidate> {
  item: Item
  verdict: Verdict
  /** Where it is dropped: would have. */
  starts_ms: number
  ends_ms: number
  /** Null where it airs as it is due. */
  rule: AiringRule | null
  /** What came before it, or the name of the quiet time. */
  because: string | null
  /** To where a limit has moved it; null: none has. */
  not_before_ms: number | null
  /** It may begin before this, there. */
  expires_ms: number
  /** A limit has left it out: the player does not know of it. */
  limited: boolean
}

/** One on its way through the day. */
interface Entry<Item extends Candidate> {
  item: Item
  /** When it comes to the queue. */
  at: number
  expires_ms: number
  /** The quiet time that ends its grace early. */
  hushed: string | null
  moved: { rule: AiringRule, because: string | null } | null
  /** Why it does not begin when it comes. */
  waits: { rule: AiringRule, because: string | null } | null
  starts: number
  ends: number
}

/** What is on the air, what waits, and when the silence after the last is over. */
interface Air<Item extends Candidate> {
  now: number
  current: Entry<Item> | null
  waiting: Entry<Item>[]
  free_at: number
  /** The last that began. */
  last: Entry<Item> | null
}

/** What was, or is going to be, heard. */
interface Heard {
  starts: number
  ends: number
  audio_id: string
  name: string
}

interface Violation {
  rule: AiringRule
  because: string | null
  /** The earliest moment at which it is none. */
  until: number
}

/** How long something is on the air, all its times together, ms. */
export function lengthOf({ duration_ms, repeat }: Pick<Candidate, 'duration_ms' | 'repeat'>, { max_duration_ms }: Pick<AiringTimes, 'max_duration_ms'>): number {
  const once = max_duration_ms > 0 ? Math.min(duration_ms, max_duration_ms) : duration_ms
  return once * repeat + REPEAT_AFTER_MS * (repeat - 1)
}

/** The order in which what is due at the same moment comes to the queue. */
export function byDue(a: Pick<Candidate, 'due_ms' | 'priority' | 'order'>, b: Pick<Candidate, 'due_ms' | 'priority' | 'order'>): number {
  return a.due_ms - b.due_ms || RANK[a.priority] - RANK[b.priority] || Number(a.order > b.order) - Number(a.order < b.order)
}

export const hasLimits = ({ quiet, min_gap_ms, max_per_hour, max_same_per_hour }: Limits): boolean => quiet.length > 0 || min_gap_ms > 0 || max_per_hour > 0 || max_same_per_hour > 0

/**
 * What becomes of everything that is due at one player, from an empty air on. The same candidates, limits and times always
 * give the same; whoever wants a part of a long time lays it out from a fixed point before it.
 * @returns in order of `due_ms`
 */
export function layOut<Item extends Candidate>(candidates: readonly Item[], limits: Limits, airing: AiringTimes): Laid<Item>[] {
  const limited = hasLimits(limits)
  const laid = new Map<Item, Laid<Item>>()
  const heard: Heard[] = []
  const air: Air<Item> = { now: -Infinity, current: null, waiting: [], free_at: -Infinity, last: null }
  const due = [...candidates].sort(byDue)
  const moved: Entry<Item>[] = []

  const settle = ({ item, at, moved, expires_ms }: Entry<Item>, said: Pick<Laid, 'verdict' | 'rule' | 'because'> & Partial<Omit<Laid, 'item'>>) => laid.set(item, {
    item, starts_ms: item.due_ms, ends_ms: item.due_ms + lengthOf(item, airing), not_before_ms: moved && at, expires_ms, limited: false, ...said,
  })
  const events: Events<Item> = {
    starts(entry) {
      const { item, starts, ends, moved, waits } = entry
      const late = moved ?? (starts > item.due_ms ? waits : null)
      const short = airing.max_duration_ms > 0 && item.duration_ms > airing.max_duration_ms
      settle(entry, { verdict: late ? 'moved' : short ? 'cut' : 'airs', rule: late?.rule ?? (short ? 'too_long' : null), because: late?.because ?? null, starts_ms: starts, ends_ms: ends })
      if (limited && item.priority !== 'emergency') heard.push({ starts, ends, audio_id: item.audio_id, name: item.name })
    },
    cut(entry, by) {
      settle(entry, { verdict: 'cut', rule: 'interrupted', because: by.item.name, starts_ms: entry.starts, ends_ms: by.at })
      const last = heard.at(-1)
      if (last && entry.item.priority !== 'emergency') last.ends = by.at
    },
    expires: (entry, by) => settle(entry, { verdict: 'dropped', ...entry.hushed === null ? by : { rule: 'quiet_time', because: entry.hushed } }),
  }

  function come(entry: Entry<Item>): void {
    advance(air, entry.at, airing, events)
    // What no limit asks for any more.
    while (heard[0] && Math.max(heard[0].starts + HOUR_MS, heard[0].ends + limits.min_gap_ms) <= entry.at) heard.shift()
    if (limited && entry.item.priority !== 'emergency') {
      const violation = movedOn(entry)
      if (violation) {
        if (violation.until - entry.item.due_ms > limits.move_up_to_ms || violation.until >= entry.item.latest_ms) settle({ ...entry, moved: null }, { verdict: 'dropped', rule: violation.rule, because: violation.because, limited: true })
        else insert(moved, enter(entry.item, violation.until, limits, violation))
        return
      }
    }
    if (offer(air, entry, airing, events) === 'dropped') settle(entry, { verdict: 'dropped', rule: 'on_busy', because: (air.current ?? air.waiting[0])!.item.name })
  }

  /** Where the limits want it, when that is not where it is. */
  function movedOn(entry: Entry<Item>): Violation | null {
    let last: Violation | null = null
    const furthest = entry.item.due_ms + limits.move_up_to_ms
    for (let at = entry.at; at <= furthest;) {
      const violation = violationOf(enter(entry.item, at, limits, null), { air, heard, limits, airing })
      if (!violation) return last
      last = violation
      at = violation.until
    }
    return last
  }

  for (let next = 0; next < due.length || moved.length;) {
    // What is due by itself comes before what was moved there, unless that is higher.
    const own = due[next]
    const other = moved[0]
    if (own && (!other || own.due_ms - other.at < 0 || (own.due_ms === other.at && RANK[own.priority] <= RANK[other.item.priority]))) {
      next++
      come(enter(own, own.due_ms, limits, null))
    }
    else come(moved.shift()!)
  }
  advance(air, Infinity, airing, events)
  return due.map(item => laid.get(item)!)
}

function enter<Item extends Candidate>(item: Item, at: number, { quiet }: Limits, moved: Entry<Item>['moved']): Entry<Item> {
  const own = Math.min(at + item.expires_ms - item.due_ms, item.latest_ms)
  const hush = item.priority === 'emergency' ? undefined : quiet.find(({ from }) => from > at && from < own)
  return { item, at, expires_ms: hush ? hush.from : own, hushed: hush?.name ?? null, moved: moved && { rule: moved.rule, because: moved.because }, waits: null, starts: NaN, ends: NaN }
}

/** By when they come; at once: the higher, and then the one that was due earlier. */
function insert<Item extends Candidate>(moved: Entry<Item>[], entry: Entry<Item>): void {
  const after = moved.findIndex(other => other.at > entry.at || (other.at === entry.at && (RANK[other.item.priority] - RANK[entry.item.priority] || byDue(other.item, entry.item)) > 0))
  moved.splice(after < 0 ? moved.length : after, 0, entry)
}

interface Events<Item extends Candidate> {
  starts: (entry: Entry<Item>) => void
  cut: (entry: Entry<Item>, by: Entry<Item>) => void
  expires: (entry: Entry<Item>, by: { rule: AiringRule, because: string | null }) => void
}

/** When it is late for good: as the player reckons. */
const lateAt = ({ item, at, expires_ms }: Entry<Candidate>): number => at + Math.max(LEAST_GRACE_MS, Math.min(item.grace_ms, expires_ms - at))

/** Lets the air go on to an instant, included. */
function advance<Item extends Candidate>(air: Air<Item>, until: number, airing: AiringTimes, events: Events<Item>): void {
  if (!air.current && !air.waiting.length) {
    if (until !== Infinity) air.now = Math.max(air.now, until)
    return
  }
  for (;;) {
    const { current } = air
    if (current && current.ends > until) break
    if (current) {
      air.now = current.ends
      air.free_at = current.ends + airing.min_gap_ms
      air.current = null
    }
    forgetLate(air, air.now, { rule: 'busy', because: air.last?.item.name ?? null }, events)
    const first = firstOf(air.waiting)
    if (!first) break
    const starts = Math.max(air.now, first.at, first.item.priority === 'emergency' ? -Infinity : air.free_at)
    if (starts > until) break
    air.now = starts
    // The silence between two has lasted too long for some.
    forgetLate(air, starts, { rule: 'min_gap', because: air.last?.item.name ?? null }, events)
    if (!air.waiting.includes(first)) continue
    air.waiting = air.waiting.filter(entry => entry !== first)
    first.starts = starts
    first.ends = starts + lengthOf(first.item, airing)
    air.current = first
    air.last = first
    events.starts(first)
  }
  if (until === Infinity) return
  air.now = Math.max(air.now, until)
  forgetLate(air, until, { rule: air.current ? 'busy' : 'min_gap', because: air.last?.item.name ?? null }, events)
}

/** Takes out what may no longer begin. */
function forgetLate<Item extends Candidate>(air: Air<Item>, now: number, by: { rule: AiringRule, because: string | null }, events: Events<Item>): void {
  if (!air.waiting.length || !air.waiting.some(entry => lateAt(entry) <= now)) return
  const late = air.waiting.filter(entry => lateAt(entry) <= now)
  air.waiting = air.waiting.filter(entry => !late.includes(entry))
  for (const entry of late) events.expires(entry, by)
}

/** The highest, the earliest among equals. */
function firstOf<Item extends Candidate>(waiting: Entry<Item>[]): Entry<Item> | undefined {
  let first = waiting[0]
  for (const entry of waiting) if (RANK[entry.item.priority] < RANK[first!.item.priority]) first = entry
  return first
}

/** Something comes to the queue, now. */
function offer<Item extends Candidate>(air: Air<Item>, entry: Entry<Item>, airing: AiringTimes, events: Events<Item>): 'waits' | 'dropped' {
  const { current } = air
  if (entry.item.on_busy === 'drop' && (current || air.waiting.length)) return 'dropped'
  if (current || air.waiting.length) entry.waits = { rule: 'busy', because: (current ?? air.waiting[0])!.item.name }
  else if (air.free_at > entry.at) entry.waits = { rule: 'min_gap', because: air.last?.item.name ?? null }
  if (current && entry.item.on_busy === 'interrupt' && RANK[entry.item.priority] < RANK[current.item.priority]) {
    current.ends = entry.at
    air.current = null
    air.free_at = entry.at + airing.min_gap_ms
    events.cut(current, entry)
    entry.waits = { rule: 'min_gap', because: current.item.name }
  }
  air.waiting.push(entry)
  advance(air, entry.at, airing, events)
  return 'waits'
}

interface Around<Item extends Candidate> {
  air: Air<Item>
  heard: readonly Heard[]
  limits: Limits
  airing: AiringTimes
}

/** What would be wrong if this came now, and nothing after it: the limit that wants it latest. */
function violationOf<Item extends Candidate>(entry: Entry<Item>, { air, heard, limits, airing }: Around<Item>): Violation | null {
  if (!air.current && !air.waiting.length) return alone(entry, { air, heard, limits, airing })
  const { coming, own, cut } = forecast(air, entry, airing)
  const past = air.current && air.current.item.priority !== 'emergency' ? heard.slice(0, -1) : heard
  const others = [...past, ...coming]
  const over = Math.max(entry.at, ...coming.map(({ ends }) => ends))
  const last = coming.at(-1)
  // Nothing waits so long; where a gap has to be kept anyhow, it is moved behind what is in its way.
  const blocked = !own && limits.min_gap_ms > 0 && entry.item.on_busy !== 'drop' && last
  const worst = blocked ? { rule: 'min_gap' as const, because: last.name, until: over + limits.min_gap_ms } : own && worstOf(own, others, cut, limits)
  if (worst || !air.waiting.length || !last || over <= entry.at) return worst || null
  // What waits already keeps its place: this comes behind it, where it would bring it over a limit.
  const wrong = (from: readonly Heard[], all: readonly Heard[], cut: Heard | null) => from.flatMap(each => worstOf(each, all.filter(other => other !== each), cut, limits) ?? [])
  const before = forecast(air, null, airing).coming
  const after = wrong(coming, own ? [...others, own].sort((a, b) => a.starts - b.starts) : others, cut)
  return after.length > wrong(before, [...past, ...before], null).length ? { rule: after[0]!.rule, because: last.name, until: over } : null
}

/** {@link violationOf} where the air is free: nothing has to be worked out ahead. */
function alone<Item extends Candidate>(entry: Entry<Item>, { air, heard, limits, airing }: Around<Item>): Violation | null {
  const starts = Math.max(entry.at, entry.item.priority === 'emergency' ? -Infinity : air.free_at)
  if (lateAt(entry) <= starts) return null
  return worstOf({ starts, ends: starts + lengthOf(entry.item, airing), audio_id: entry.item.audio_id, name: entry.item.name }, heard, null, limits)
}

/** The limit that wants something latest among others, which are in the order of their starts. */
function worstOf(own: Heard, others: readonly Heard[], cut: Heard | null, limits: Limits): Violation | null {
  const { min_gap_ms, max_per_hour, max_same_per_hour } = limits
  const quiet = limits.quiet.find(({ from, to }) => from <= own.starts && own.starts < to)
  let worst: Violation | null = quiet ? { rule: 'quiet_time', because: quiet.name, until: quiet.to } : null
  worst = later(worst, gapViolation(own, others, cut, min_gap_ms))
  if (max_same_per_hour > 0 && others.length >= max_same_per_hour) worst = later(worst, tooMany('max_same_per_hour', own, others.filter(({ audio_id }) => audio_id === own.audio_id), max_same_per_hour))
  return later(worst, tooMany('max_per_hour', own, others, max_per_hour))
}

/** The one that wants it latest; the first of equals. */
const later = (one: Violation | null, other: Violation | null): Violation | null => other && (!one || other.until > one.until) ? other : one

/** What will be heard if this comes, or nothing does, and nothing after it; emergencies apart. */
function forecast<Item extends Candidate>(air: Air<Item>, entry: Entry<Item> | null, airing: AiringTimes) {
  const coming: Heard[] = []
  let own: Heard | null = null
  let cut: Heard | null = null
  const note = (other: Entry<Item>) => {
    const { item, starts, ends } = other
    if (item.priority === 'emergency') return
    const heard: Heard = { starts, ends, audio_id: item.audio_id, name: item.name }
    if (item === entry?.item) own = heard
    else coming.push(heard)
  }
  const events: Events<Item> = {
    starts: note,
    cut(_, by) {
      const last = coming.at(-1)
      if (!last) return
      last.ends = by.at
      cut = last
    },
    expires: () => undefined,
  }
  const copy = (other: Entry<Item>): Entry<Item> => ({ ...other })
  const ahead: Air<Item> = { ...air, current: air.current && copy(air.current), waiting: air.waiting.map(copy) }
  if (ahead.current) note(ahead.current)
  if (entry) {
    advance(ahead, entry.at, airing, events)
    offer(ahead, entry, airing, events)
  }
  advance(ahead, Infinity, airing, events)
  return { coming, own: own as Heard | null, cut: cut as Heard | null }
}

/** Too near to what comes before or after it. */
function gapViolation(own: Heard, others: readonly Heard[], cut: Heard | null, min_gap_ms: number): Violation | null {
  if (min_gap_ms === 0) return null
  let until = -Infinity
  let because: string | null = null
  for (const other of others) {
    if (other === cut || own.starts >= other.ends + min_gap_ms || other.starts >= own.ends + min_gap_ms) continue
    if (other.ends + min_gap_ms <= until) continue
    until = other.ends + min_gap_ms
    because = other.name
  }
  return because === null ? null : { rule: 'min_gap', because, until }
}

/** More than so many would begin within 60 minutes. */
function tooMany(rule: AiringRule, own: Heard, others: readonly Heard[], most: number): Violation | null {
  if (most === 0) return null
  let until = own.starts
  let because: string | null = null
  for (let at = 0; at + most <= others.length; at++) {
    const [first, last] = [others[at]!, others[at + most - 1]!]
    if (last.starts - first.starts >= HOUR_MS || until >= first.starts + HOUR_MS || until <= last.starts - HOUR_MS) continue
    until = first.starts + HOUR_MS
    because = last.name
  }
  return because === null ? null : { rule, because, until }
}
