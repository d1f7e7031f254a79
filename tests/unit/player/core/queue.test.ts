import { describe, expect, it } from 'vitest'
import type { Queue } from '../../../../player/core/queue'
import { EMPTY_QUEUE, expire, finish, hasExpired, next, offer, putBack, withdraw } from '../../../../player/core/queue'
import type { AirItem, Priority } from '../../../../shared/protocol'
import { PRIORITIES } from '../../../../shared/protocol'
import { airItem } from '../../../fixtures/air-item'
import { wholeChance } from '../../../fixtures/chance'

const NOW = Date.now()
const item = (priority: Priority, on_busy: AirItem['on_busy'] = 'after_current', title: string = priority) => airItem({ priority, on_busy, title })
const filled = (...items: AirItem[]) => items.reduce<Queue>((queue, each) => offer(queue, each, NOW).queue, EMPTY_QUEUE)
const playing = (current: AirItem, ...waiting: AirItem[]): Queue => ({ current, waiting })
/** The titles in the order in which they would be aired. */
function order(queue: Queue): string[] {
  const { current } = next(queue)
  return current ? [current.title, ...order(finish(next(queue)))] : []
}

describe('the order on air', () => {
  it('goes by priority, and by arrival among equals', () => {
    const queue = filled(item('scheduled', 'after_current', 's1'), item('live', 'after_current', 'l1'), item('music'), item('emergency'), item('live', 'after_current', 'l2'), item('scheduled', 'after_current', 's2'))
    expect(order(queue)).toEqual(['emergency', 'l1', 'l2', 's1', 's2', 'music'])
  })

  it('leaves what is on air where it is until it has finished', () => {
    const queue = playing(item('scheduled', 'after_current', 'now'), item('emergency'))
    expect(next(queue).current!.title).toBe('now')
    expect(next(finish(queue)).current!.title).toBe('emergency')
  })

  it('puts what could not sound back to the front', () => {
    const queue = putBack(playing(item('live', 'after_current', 'first'), item('live', 'after_current', 'second')))
    expect(order(queue)).toEqual(['first', 'second'])
    expect(putBack(EMPTY_QUEUE)).toBe(EMPTY_QUEUE)
  })
})

describe('a message that finds the air busy', () => {
  const cases = PRIORITIES.flatMap(current => PRIORITIES.map(incoming => ({ current, incoming, higher: PRIORITIES.indexOf(incoming) < PRIORITIES.indexOf(current) })))

  it.each(cases)('$incoming with interrupt over $current', ({ current, incoming, higher }) => {
    expect(offer(playing(item(current)), item(incoming, 'interrupt'), NOW).outcome).toBe(higher ? 'cuts' : 'waits')
  })

  it.each(cases)('$incoming with after_current over $current: only music makes room', ({ current, incoming, higher }) => {
    expect(offer(playing(item(current)), item(incoming), NOW).outcome).toBe(higher && current === 'music' ? 'cuts' : 'waits')
  })

  it('is refused when it asks to be dropped, also when something merely waits', () => {
    expect(offer(playing(item('live')), item('emergency', 'drop'), NOW)).toMatchObject({ outcome: 'refused', reason: 'dropped' })
    expect(offer(filled(item('live')), item('live', 'drop'), NOW)).toMatchObject({ outcome: 'refused', reason: 'dropped' })
  })

  it('does not count music as busy', () => {
    expect(offer(playing(item('music')), item('live', 'drop'), NOW).outcome).toBe('cuts')
    expect(offer(EMPTY_QUEUE, item('live', 'drop'), NOW).outcome).toBe('waits')
  })
})

describe('what is not taken', () => {
  it('is what is held already, on air or waiting', () => {
    const [current, waiting] = [item('live'), item('live')]
    const queue = playing(current, waiting)
    for (const known of [current, waiting]) expect(offer(queue, { ...known, title: 'again' }, NOW)).toEqual({ outcome: 'known', queue })
  })

  it('is what is held already, and has to expire at another instant from now on', () => {
    const [current, waiting] = [item('live'), item('live')]
    const expires_at = new Date(NOW + 5000).toISOString()
    expect(offer(playing(current, waiting), { ...waiting, expires_at }, NOW)).toEqual({ outcome: 'known', queue: playing(current, { ...waiting, expires_at }) })
    expect(offer(playing(current, waiting), { ...current, expires_at }, NOW)).toEqual({ outcome: 'known', queue: playing({ ...current, expires_at }, waiting) })
  })

  it('is what came too late', () => {
    const late = airItem({ expires_at: new Date(NOW).toISOString() })
    expect(offer(EMPTY_QUEUE, late, NOW)).toEqual({ outcome: 'refused', reason: 'expired', queue: EMPTY_QUEUE })
    expect(offer(EMPTY_QUEUE, late, NOW - 1).outcome).toBe('waits')
  })
})

describe('what waits', () => {
  it('leaves when its time is over, and not what is on air', () => {
    const soon = airItem({ expires_at: new Date(NOW + 1_000).toISOString() })
    const later = airItem()
    const { queue, expired } = expire(playing(soon, soon, later), NOW + 1_000)
    expect(expired).toEqual([soon])
    expect(queue).toEqual(playing(soon, later))
    expect(expire(queue, NOW + 2_000).queue).toBe(queue)
  })

  it('can be withdrawn one by one or altogether', () => {
    const [a, b, c] = [item('live'), item('live'), item('live')]
    expect(withdraw(playing(a, b, c), b.play_id)).toEqual({ queue: playing(a, c), withdrawn: [b] })
    expect(withdraw(playing(a, b, c), null)).toEqual({ queue: playing(a), withdrawn: [b, c] })
  })
})

describe('whatever happens, in thousands of random days', () => {
  const rank = ({ priority }: AirItem) => PRIORITIES.indexOf(priority)
  const ON_BUSY = ['interrupt', 'after_current', 'drop'] as const

  it('each message ends once, nothing lower cuts anything, and equals go in the order of their arrival', () => {
    let ends = 0
    for (let seed = 1; seed <= 3_000; seed++) {
      const random = wholeChance(seed)
      let queue = EMPTY_QUEUE
      let now = NOW
      const arrived: AirItem[] = []
      const ended = new Map<string, string[]>()
      const end = (item: AirItem, how: string) => ended.set(item.play_id, [...ended.get(item.play_id) ?? [], how])
      /** Thousands of these a second: `expect` would take them a minute. */
      const check = (right: boolean, what: string) => {
        if (!right) throw new Error(`seed ${seed}, after ${arrived.length} messages: ${what}`)
      }

      for (let step = 0; step < 40; step++) {
        const what = random(10)
        now += random(5_000)
        if (what < 5) {
          const made = airItem({
            priority: PRIORITIES[random(4)]!, on_busy: ON_BUSY[random(3)]!, title: String(arrived.length), expires_at: new Date(now + random(60_000) - 2_000).toISOString(),
          })
          const again = arrived.length && random(8) === 0 ? arrived[random(arrived.length)]! : null
          const given = again ?? made
          const before = queue
          // what has ended is kept away from the queue by its memory of ids
          if (again && ended.has(again.play_id)) continue
          const answer = offer(queue, given, now)
          queue = answer.queue
          if (again) {
            check(answer.outcome === 'known', 'what is held is known')
            continue
          }
          arrived.push(given)
          check(queue.current === before.current, 'nothing goes on air by arriving')
          if (answer.outcome === 'refused') {
            end(given, answer.reason)
            if (answer.reason === 'dropped') check([before.current, ...before.waiting].some(other => other && other.priority !== 'music'), 'it was dropped for something')
          }
          if (answer.outcome === 'cuts') {
            check(rank(given) < rank(before.current!), 'only what is higher cuts')
            check(before.current!.priority === 'music' || given.on_busy === 'interrupt', 'only what asks to cuts')
            end(before.current!, 'preempted')
            queue = finish(queue)
          }
        }
        else if (what < 7) {
          const free = queue.current === null
          const waited = queue.waiting
          queue = next(queue)
          if (free && queue.current) {
            const before = waited.filter(other => arrived.indexOf(other) < arrived.indexOf(queue.current!))
            check(waited.every(other => rank(other) >= rank(queue.current!)), 'the highest goes first')
            check(before.every(other => rank(other) > rank(queue.current!)), 'the earliest among equals')
          }
        }
        else if (what < 8) {
          if (queue.current) end(queue.current, 'played')
          queue = finish(queue)
        }
        else if (what < 9) {
          const left = expire(queue, now)
          check(left.queue.current === queue.current, 'what is on air does not expire')
          left.expired.forEach(item => end(item, 'expired'))
          check(left.queue.waiting.every(item => !hasExpired(item, now)), 'what has expired leaves')
          queue = left.queue
        }
        else if (random(2)) {
          const one = queue.waiting[random(queue.waiting.length || 1)]
          const { queue: left, withdrawn } = withdraw(queue, one ? one.play_id : null)
          withdrawn.forEach(item => end(item, 'stopped'))
          queue = left
        }
        else {
          queue = putBack(queue)
        }
        const held = [queue.current, ...queue.waiting].filter(item => item !== null)
        check(new Set(held.map(({ play_id }) => play_id)).size === held.length, 'nothing is held twice')
        check(held.length + ended.size === arrived.length, 'nothing is lost')
        check(!held.some(({ play_id }) => ended.has(play_id)), 'what has ended is held no more')
      }
      check([...ended.values()].every(times => times.length === 1), 'each ends once')
      ends += ended.size
    }
    expect(ends).toBeGreaterThan(20_000)
  })
})
