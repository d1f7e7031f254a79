import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createWakeLock } from '../../../../player/core/wake-lock'

/** A browser's wake lock: it is gone whenever the page is out of sight, or the system wants it. */
let sentinels: { onrelease: (() => void) | null }[]
let refuses: boolean
let faults: unknown[][]
const page = { hidden: false }
const settled = () => new Promise(resolve => setTimeout(resolve, 0))

beforeEach(() => {
  sentinels = []
  refuses = false
  faults = []
  page.hidden = false
  vi.stubGlobal('document', page)
  vi.stubGlobal('navigator', { wakeLock: { request: async () => {
    if (refuses) throw new Error('low battery')
    const sentinel = { onrelease: null }
    sentinels.push(sentinel)
    return sentinel
  } } })
})
afterEach(() => vi.unstubAllGlobals())

function lock() {
  const made = createWakeLock((...what) => faults.push(what))
  return async () => {
    made.look()
    await settled()
  }
}

describe('the wake lock', () => {
  it('is taken once, and again when the page comes back into sight, which is no fault', async () => {
    const look = lock()
    await look()
    await look()
    expect(sentinels).toHaveLength(1)
    page.hidden = true
    sentinels[0]!.onrelease!()
    await look()
    expect(sentinels).toHaveLength(1)
    page.hidden = false
    await look()
    expect(sentinels).toHaveLength(2)
    expect(faults).toEqual([])
  })

  it('that is taken away from a page in sight is taken again, and told', async () => {
    const look = lock()
    await look()
    sentinels[0]!.onrelease!()
    await look()
    expect(faults).toEqual([['wake_lock_lost', 'released by the system', 'taken again', true]])
    sentinels[1]!.onrelease!()
    refuses = true
    await look()
    await look()
    expect(faults[1]).toEqual(['wake_lock_lost', 'Error: low battery', null, false])
    expect(faults).toHaveLength(2)
  })

  it('is nothing to an engine without it', async () => {
    vi.stubGlobal('navigator', {})
    await lock()()
    expect(faults).toEqual([])
  })
})
