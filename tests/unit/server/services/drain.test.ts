import { describe, expect, it } from 'vitest'
import { createDrain } from '../../../../server/services/drain'

/** A queue as a table is one: what is in it is seen a few turns after it was written. */
function queueOf(...waiting: string[]) {
  const done: string[] = []
  const drain = createDrain(async () => {
    const item = waiting.shift()
    for (let turn = 0; turn < 3; turn++) await Promise.resolve()
    if (item) done.push(item)
    return Boolean(item)
  })
  return { waiting, done, ...drain }
}

describe('a drain', () => {
  it('does what waits, one after another, and says how much', async () => {
    const queue = queueOf('a', 'b', 'c')
    expect(await queue.drain()).toBe(3)
    expect(queue.done).toEqual(['a', 'b', 'c'])
  })

  it('forgets nobody who comes while it looks for the last time, or right after', async () => {
    for (let turns = 0; turns < 30; turns++) {
      const queue = queueOf('first')
      void queue.drain()
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      queue.waiting.push('late')
      void queue.drain()
      await new Promise(resolve => setTimeout(resolve))
      expect(queue.done, `after ${turns} turns`).toEqual(['first', 'late'])
    }
  })

  it('goes on after a failure when it is called again', async () => {
    let broken = true
    const left = ['a']
    const { drain } = createDrain(async () => {
      if (broken) throw new Error('no database')
      return Boolean(left.pop())
    })
    await expect(drain()).rejects.toThrow('no database')
    broken = false
    expect(await drain()).toBe(1)
  })

  it('is stopped in the middle, and begins anew afterwards', async () => {
    const seen: boolean[] = []
    const { drain, stop } = createDrain(async (signal) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve())
        if (seen.length) resolve()
      })
      seen.push(signal.aborted)
      return seen.length < 2
    })
    const round = drain()
    await Promise.resolve()
    await stop()
    expect(await round).toBe(1)
    await drain()
    expect(seen).toEqual([true, false])
  })
})
