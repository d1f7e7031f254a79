import type { AirItem, SkipReason } from '../../shared/protocol'
import { RANK } from './contract'

/** What is on air and what waits for it, in order of arrival. Pure data: every function here returns a new one. */
export interface Queue {
  readonly current: AirItem | null
  readonly waiting: readonly AirItem[]
}

export const EMPTY_QUEUE: Queue = { current: null, waiting: [] }

export type Offer
  = { outcome: 'waits', queue: Queue }
    /** It waits too, and what is on air has to make room at once. */
    | { outcome: 'cuts', queue: Queue }
    | { outcome: 'known', queue: Queue }
    | { outcome: 'refused', queue: Queue, reason: SkipReason }

/** Whether a message may no longer start. */
export function hasExpired(item: AirItem, now: number): boolean {
  return Date.parse(item.expires_at) <= now
}

function cuts(item: AirItem, current: AirItem): boolean {
  // music is a background: every announcement may cut it; an announcement is cut only by a higher one that asks to
  return RANK[item.priority] < RANK[current.priority] && (item.on_busy === 'interrupt' || current.priority === 'music')
}

/**
 * A new message arrives.
 * @param now server's time, ms
 */
export function offer(queue: Queue, item: AirItem, now: number): Offer {
  const held = queue.current ? queue.waiting.concat(queue.current) : queue.waiting
  const known = held.filter(other => other.play_id === item.play_id)[0]
  if (known) return { outcome: 'known', queue: known.expires_at === item.expires_at ? queue : withExpiry(queue, item) }
  if (hasExpired(item, now)) return { outcome: 'refused', queue, reason: 'expired' }
  if (item.on_busy === 'drop' && held.some(other => other.priority !== 'music')) return { outcome: 'refused', queue, reason: 'dropped' }
  const grown = { current: queue.current, waiting: queue.waiting.concat(item) }
  return { outcome: queue.current && cuts(item, queue.current) ? 'cuts' : 'waits', queue: grown }
}

/** What is held already may have to expire at another instant than it was told. */
function withExpiry(queue: Queue, { play_id, expires_at }: AirItem): Queue {
  const told = (item: AirItem) => item.play_id === play_id ? { ...item, expires_at } : item
  return { current: queue.current && told(queue.current), waiting: queue.waiting.map(told) }
}

/** Takes out what has waited too long. */
export function expire(queue: Queue, now: number): { queue: Queue, expired: AirItem[] } {
  const expired = queue.waiting.filter(item => hasExpired(item, now))
  if (!expired.length) return { queue, expired }
  return { queue: { current: queue.current, waiting: queue.waiting.filter(item => expired.indexOf(item) < 0) }, expired }
}

/** The air is free: the highest of those that wait goes on it, the earliest among equals. */
export function next(queue: Queue): Queue {
  if (queue.current || !queue.waiting.length) return queue
  const first = queue.waiting.reduce((best, item) => RANK[item.priority] < RANK[best.priority] ? item : best)
  return { current: first, waiting: queue.waiting.filter(item => item !== first) }
}

/** The air is free again. */
export function finish(queue: Queue): Queue {
  return { current: null, waiting: queue.waiting }
}

/** What was on air could not sound yet: it goes back to where it came from, the front. */
export function putBack(queue: Queue): Queue {
  return queue.current ? { current: null, waiting: [queue.current].concat(queue.waiting) } : queue
}

/** Takes one message, or all, out of those that wait. */
export function withdraw(queue: Queue, playId: string | null): { queue: Queue, withdrawn: AirItem[] } {
  const withdrawn = queue.waiting.filter(item => playId === null || item.play_id === playId)
  return { queue: { current: queue.current, waiting: queue.waiting.filter(item => withdrawn.indexOf(item) < 0) }, withdrawn }
}
