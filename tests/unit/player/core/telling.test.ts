import { beforeEach, describe, expect, it } from 'vitest'
import { pictureOf } from '../../../../player/core/screenshot'
import { initialState } from '../../../../player/core/state'
import { createTelling } from '../../../../player/core/telling'
import type { PlayerStatus } from '../../../../shared/protocol'

let now: number
let status: PlayerStatus
let sent: PlayerStatus[]
let connected: boolean
let telling: ReturnType<typeof createTelling>

beforeEach(() => {
  now = 1_000
  connected = true
  sent = []
  status = { sound: 'unlocked', state: 'idle', play_id: null, position_ms: null, volume: 1, clock_offset_ms: 0, queue_length: 0, user_agent: '', errors: [], files: { needed_today: 2, ready_today: 0, bytes: 0 } }
  telling = createTelling(() => ({ ...status }), () => now, current => connected && sent.push(current) > 0)
})
/** For so long, looking often. */
function pass(ms: number) {
  for (const end = now + ms; now < end; now += 100) telling.look()
}

describe('a status', () => {
  it('goes out when something has changed, and now and then in any case', () => {
    pass(20_000)
    expect(sent).toHaveLength(1)
    status.muted = true
    pass(1_000)
    expect(sent.at(-1)!.muted).toBe(true)
    pass(61_000)
    expect(sent).toHaveLength(4)
  })

  it('does not go out for what always changes', () => {
    pass(2_000)
    Object.assign(status, { position_ms: 5_000, clock_offset_ms: 7, memory_bytes: 1, synced_at: '2026-11-22T12:00:00.000Z', files: { needed_today: 2, ready_today: 0, bytes: 500 } })
    pass(10_000)
    expect(sent).toHaveLength(1)
    status.files!.ready_today = 1
    pass(2_000)
    expect(sent).toHaveLength(2)
  })

  it('goes out once a second at most, however much changes, and says how it ended', () => {
    for (let i = 0; i < 100; i++) {
      status.volume = i / 100
      pass(100)
    }
    expect(sent.length).toBeLessThanOrEqual(11)
    pass(2_000)
    expect(sent.at(-1)!.volume).toBe(0.99)
  })

  it('that could not be sent is sent later; a new connection hears it again', () => {
    connected = false
    pass(5_000)
    connected = true
    pass(2_000)
    expect(sent).toHaveLength(1)
    telling.again()
    pass(2_000)
    expect(sent).toHaveLength(2)
  })
})

describe('a picture of the player\'s state', () => {
  it('has all that the screen shows', () => {
    const state = { ...initialState(), volume: 0.4 }
    expect(pictureOf(state)).toMatchObject({ phase: 'starting', volume: 0.4, queue_length: 0 })
  })

  it('never weighs more than may travel', () => {
    const state = initialState()
    state.qr = { size: 500, path: 'M0 0h1'.repeat(10_000) }
    state.errors = ['ñ'.repeat(40_000)]
    const picture = pictureOf(state)
    expect(Buffer.byteLength(JSON.stringify(picture))).toBeLessThanOrEqual(32_000)
    expect(picture).toMatchObject({ phase: 'starting', connection: 'connecting' })
  })
})
