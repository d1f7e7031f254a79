import { describe, expect, it } from 'vitest'
import { Slots } from '../../../../../server/providers/speech/slots'

const free = new AbortController().signal

function gate() {
  return Promise.withResolvers<string>()
}

describe('Slots', () => {
  it('runs so many at once and the rest in order', async () => {
    const slots = new Slots(2)
    const gates = [gate(), gate(), gate(), gate()]
    const started: number[] = []
    const works = gates.map((one, index) => slots.run(free, () => {
      started.push(index)
      return one.promise
    }))
    await Promise.resolve()
    expect(started).toEqual([0, 1])
    gates[1]!.resolve('b')
    expect(await works[1]).toBe('b')
    expect(started).toEqual([0, 1, 2])
    slots.resize(3)
    await Promise.resolve()
    expect(started).toEqual([0, 1, 2, 3])
    for (const one of gates) one.resolve('x')
    await Promise.all(works)
  })

  it('frees the slot of a work that failed', async () => {
    const slots = new Slots(1)
    await expect(slots.run(free, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await slots.run(free, async () => 'yes')).toBe('yes')
  })

  it('forgets who stopped waiting', async () => {
    const slots = new Slots(1)
    const first = gate()
    const running = slots.run(free, () => first.promise)
    const stop = new AbortController()
    const waiting = slots.run(stop.signal, async () => 'never')
    stop.abort(new Error('left'))
    await expect(waiting).rejects.toThrow('left')
    first.resolve('done')
    await running
    expect(await slots.run(free, async () => 'next')).toBe('next')
    await expect(slots.run(stop.signal, async () => 'never')).rejects.toThrow('left')
  })
})
