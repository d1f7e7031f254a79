import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { retryDelay, useWebSocket } from '~/composables/useWebSocket'

/** A socket that the test opens, feeds and drops. */
class FakeSocket {
  static all: FakeSocket[] = []
  static readonly OPEN = 1
  onopen?: () => void
  onclose?: (event: object) => void
  onmessage?: (event: { data: string }) => void
  sent: string[] = []
  closed = false
  readonly url: string
  constructor(url: string) {
    this.url = url
    FakeSocket.all.push(this)
  }

  send(data: string) {
    this.sent.push(data)
  }

  close() {
    this.closed = true
  }
}
const last = () => FakeSocket.all.at(-1)!
const say = (message: object) => last().onmessage?.({ data: JSON.stringify(message) })
const id = '019a0000-0000-7000-8000-000000000001'

async function listen(setup: (socket: ReturnType<typeof useWebSocket>) => void) {
  return mountSuspended(defineComponent({ setup() {
    setup(useWebSocket())
    return () => h('i')
  } }))
}

describe('useWebSocket', () => {
  beforeEach(() => {
    FakeSocket.all = []
    vi.stubGlobal('WebSocket', FakeSocket)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('opens one socket for everybody, and closes it when the last has gone', async () => {
    const one = await listen(() => {})
    const two = await listen(() => {})
    expect(FakeSocket.all).toHaveLength(1)
    expect(last().url).toMatch(/^ws:\/\/.+\/ws\/dashboard$/)
    one.unmount()
    expect(last().closed).toBe(false)
    two.unmount()
    expect(last().closed).toBe(true)
  })

  it('hands each message to those who asked for its type, and nothing that does not fit', async () => {
    const [players, messages] = [vi.fn(), vi.fn()]
    const listener = await listen(({ on }) => {
      on('player_changed', players)
      on('message_changed', messages)
    })
    last().onopen?.()
    say({ type: 'player_changed', player_id: id })
    say({ type: 'player_changed', player_id: 'no id' })
    say({ type: 'from_the_future' })
    last().onmessage?.({ data: '{broken' })
    expect(players.mock.calls).toEqual([[{ type: 'player_changed', player_id: id }]])
    expect(messages).not.toHaveBeenCalled()
    listener.unmount()
  })

  it('has a list read once more behind a reading during which news came, and once for a burst', async () => {
    const answers: (() => void)[] = []
    const refresh = vi.fn(() => new Promise<void>(resolve => answers.push(resolve)))
    const listener = await listen(({ keepFresh }) => keepFresh(['library_changed', 'message_changed'], refresh))
    last().onopen?.()
    const news = async () => {
      say({ type: 'library_changed' })
      say({ type: 'message_changed', audio_id: id })
      await vi.advanceTimersByTimeAsync(1000)
    }
    await news()
    expect(refresh).toHaveBeenCalledTimes(1)
    await news()
    await news()
    expect(refresh).toHaveBeenCalledTimes(1)
    answers[0]!()
    await vi.advanceTimersByTimeAsync(0)
    expect(refresh).toHaveBeenCalledTimes(2)
    answers[1]!()
    await vi.advanceTimersByTimeAsync(1000)
    expect(refresh).toHaveBeenCalledTimes(2)
    listener.unmount()
  })

  it('comes back after a gap, says that it was away, and has the lists read again', async () => {
    const back = vi.fn()
    let socket!: ReturnType<typeof useWebSocket>
    const listener = await listen((found) => {
      socket = found
      found.onReturn(back)
    })
    expect(socket.connected.value).toBe(true)
    last().onopen?.()
    expect(back).not.toHaveBeenCalled()

    last().onclose?.({})
    expect(socket.connected.value).toBe(false)
    await vi.advanceTimersByTimeAsync(3000)
    expect(FakeSocket.all).toHaveLength(2)
    last().onopen?.()
    expect(socket.connected.value).toBe(true)
    expect(back).toHaveBeenCalledTimes(1)
    listener.unmount()
  })

  it('beats every 30 s, and gives a socket up that does not answer', async () => {
    const listener = await listen(() => {})
    const first = last()
    first.onopen?.()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(first.sent).toEqual(['{"type":"ping"}'])
    say({ type: 'pong' })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(first.closed).toBe(false)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(first.closed).toBe(true)
    listener.unmount()
  })
})

describe('retryDelay', () => {
  it('doubles from 3 s up to 30 s, spread by half', () => {
    expect([1, 2, 3, 4, 5, 20].map(attempt => retryDelay(attempt, 1))).toEqual([3000, 6000, 12_000, 24_000, 30_000, 30_000])
    expect([1, 2, 20].map(attempt => retryDelay(attempt, 0))).toEqual([1500, 3000, 15_000])
  })
})
