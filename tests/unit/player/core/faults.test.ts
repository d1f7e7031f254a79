import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFaults } from '../../../../player/core/faults'
import { memoryKeep } from '../../../../player/core/keep'
import type { PlayerFault } from '../../../../shared/protocol'
import { PlayerFaultSchema } from '../../../../shared/protocol'

const NOON = Date.parse('2026-11-22T12:00:00Z')

function device() {
  const keep = memoryKeep()
  const told: PlayerFault[] = []
  return { told, boot: () => createFaults({ keep, now: () => NOON, onNote: fault => told.push(fault) }) }
}

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => vi.useRealTimers())

describe('a fault', () => {
  it('is what the protocol says, with what was done about it', () => {
    const { told, boot } = device()
    boot().note('audio_stuck', 'no sound for 6 s', 'play again', true)
    boot().note('audio_failed', 'x'.repeat(500), null, false)
    expect(told.map(fault => PlayerFaultSchema.parse(fault))).toEqual(told)
    expect(told[0]).toMatchObject({ kind: 'audio_stuck', recovery: 'play again', at: '2026-11-22T12:00:00.000Z', recovered_at: '2026-11-22T12:00:00.000Z' })
    expect(told[1]).toMatchObject({ recovery: null, recovered_at: null, detail: 'x'.repeat(300) })
    expect(told[0]!.fault_id).not.toBe(told[1]!.fault_id)
  })

  it('stays on the device until it is noted, over a reload too', async () => {
    const { boot } = device()
    const faults = boot()
    faults.note('clock_step', '7200 s', 'measured again', true)
    const [fault] = faults.waiting()
    const later = boot()
    await later.load()
    const sent: PlayerFault[] = []
    later.flush(each => sent.push(each) > 0)
    later.flush(each => sent.push(each) > 0)
    expect(sent).toEqual([fault])
    later.noted(fault!.fault_id)
    const last = boot()
    await last.load()
    expect(last.waiting()).toEqual([])
  })

  it('that comes again and again is told once in ten minutes; another one at once', () => {
    const { told, boot } = device()
    const faults = boot()
    for (let i = 0; i < 50; i++) faults.note('page_error', 'x is not a function', null, false)
    faults.note('page_error', 'y is not a function', null, false)
    expect(told).toHaveLength(2)
    vi.advanceTimersByTime(600_000)
    faults.note('page_error', 'x is not a function', null, false)
    expect(told).toHaveLength(3)
  })
})
