import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClock } from '../../../../player/core/clock'
import type { PlayerSocket, SocketLimits } from '../../../../player/core/socket'
import { createSocket } from '../../../../player/core/socket'
import type { ServerToPlayer } from '../../../../shared/protocol'
import type { PlayerStandIn } from '../../../fixtures/player-stand-in'
import { startPlayerStandIn } from '../../../fixtures/player-stand-in'

let server: PlayerStandIn
let socket: PlayerSocket
let messages: ServerToPlayer[]
let downs: number[]
const clock = createClock()

function connect(limits: Partial<SocketLimits> = {}, random: () => number = () => 0.5, token = server.token) {
  socket = createSocket({
    url: () => `${server.url.replace('http', 'ws')}/ws/player?token=${token}`,
    hello: () => ({ type: 'hello', protocol: 1, version: 'test' }),
    clock,
    onWelcome: welcome => messages.push(welcome),
    onMessage: message => messages.push(message),
    onDown: code => downs.push(code),
    limits: { reconnect_ms: 40, slowest_reconnect_ms: 200, look_ms: 20, ...limits },
    random,
  })
  socket.start()
}
const until = (check: () => unknown) => vi.waitUntil(check, { timeout: 5_000, interval: 5 })

beforeEach(async () => {
  messages = []
  downs = []
  server = await startPlayerStandIn()
  server.behaviour.reconnect_interval_ms = 40
})
afterEach(async () => {
  socket?.stop()
  await server.stop()
})

describe('the connection of a player', () => {
  it('says hello first and nothing else before the welcome', async () => {
    server.behaviour.silent = true
    connect()
    await until(() => server.received.length)
    expect(socket.send({ type: 'ack', play_id: crypto.randomUUID() })).toBe(false)
    expect(server.received).toEqual([{ type: 'hello', protocol: 1, version: 'test' }])
  })

  it('is up with the welcome, and learns the clock from pings', async () => {
    connect()
    await until(() => server.received.filter(message => message.type === 'ping').length >= 3)
    expect(socket.welcomed()).toBe(true)
    expect(messages[0]).toMatchObject({ type: 'welcome', player: { store_name: 'Centro' } })
    expect(Math.abs(clock.offsetMs()!)).toBeLessThan(1_000)
    expect(server.refused).toEqual([])
  })

  it('hands on what the server sends and ignores what it does not know', async () => {
    connect()
    await until(() => socket.welcomed())
    server.send({ type: 'dance' } as never)
    server.send({ type: 'set_volume', volume: 0.4 })
    await until(() => messages.length > 1)
    expect(messages.slice(1)).toEqual([{ type: 'set_volume', volume: 0.4 }])
  })

  it('comes back by itself after the server restarts', async () => {
    connect()
    await until(() => socket.welcomed())
    server.hangUp(1012)
    await until(() => downs.length)
    expect(downs).toEqual([1012])
    await until(() => server.connections() === 2 && socket.welcomed())
  })

  it('notices that nobody answers, drops the socket and connects anew', async () => {
    connect({ ping_ms: 50, silence_ms: 300 })
    await until(() => socket.welcomed())
    server.behaviour.silent = true
    await until(() => downs.length)
    expect(downs).toEqual([0])
    expect(socket.welcomed()).toBe(false)
    server.behaviour.silent = false
    await until(() => socket.welcomed())
  })

  it('gives up a connection that never gets its welcome', async () => {
    server.behaviour.silent = true
    connect({ silence_ms: 200 })
    await until(() => server.connections() >= 2)
    expect(socket.welcomed()).toBe(false)
  })

  it('pings more often than the server asks, so that silence means something', async () => {
    server.behaviour.heartbeat_interval_ms = 30_000
    connect({ ping_ms: 60 })
    await until(() => server.received.filter(message => message.type === 'ping').length >= 8)
  })

  it('stays away when the same player has connected elsewhere', async () => {
    connect()
    await until(() => socket.welcomed())
    server.hangUp(4002)
    await until(() => downs.length)
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(server.connections()).toBe(1)
  })

  it('opens nothing more once it has been stopped', async () => {
    server.behaviour.no_sockets = true
    connect()
    await until(() => downs.length >= 2)
    socket.stop()
    server.behaviour.no_sockets = false
    await new Promise(resolve => setTimeout(resolve, 400))
    expect(server.connections()).toBe(0)
  })

  it('connects at once when the network comes back', async () => {
    server.behaviour.no_sockets = true
    connect({ reconnect_ms: 60_000, slowest_reconnect_ms: 60_000 })
    await until(() => downs.length)
    server.behaviour.no_sockets = false
    socket.wake()
    await until(() => socket.welcomed())
  })
})

describe('with a stand-in for the browser\'s WebSocket', () => {
  class FakeSocket {
    static made: FakeSocket[] = []
    onopen: (() => void) | null = null
    onmessage: ((event: { data: string }) => void) | null = null
    onclose: ((event: { code: number }) => void) | null = null
    readyState = 1
    send = vi.fn()
    close = vi.fn()
    constructor(readonly url: string) {
      FakeSocket.made.push(this)
    }
  }
  const latest = () => FakeSocket.made.at(-1)!
  const welcome = () => {
    latest().onopen!()
    latest().onmessage!({ data: JSON.stringify({ type: 'welcome', server_time: new Date().toISOString(), player: {}, settings: { reconnect_interval_ms: 3_000, heartbeat_interval_ms: 30_000 } }) })
  }

  beforeEach(() => {
    FakeSocket.made = []
    vi.useFakeTimers()
    vi.stubGlobal('WebSocket', FakeSocket)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('waits longer after each failure, up to a minute, somewhere between nothing and the whole', () => {
    connect({ reconnect_ms: 3_000, slowest_reconnect_ms: 60_000, look_ms: 1_000, silence_ms: 1e9 }, () => 0.999)
    const waits: number[] = []
    for (let i = 0; i < 7; i++) {
      const failed = latest()
      const from = Date.now()
      failed.onclose!({ code: 1006 })
      while (latest() === failed) vi.advanceTimersByTime(100)
      waits.push(Math.round((Date.now() - from) / 1000))
    }
    expect(waits).toEqual([3, 6, 12, 24, 48, 60, 60])
  })

  it('uses the whole interval for its jitter', () => {
    connect({ reconnect_ms: 3_000, look_ms: 1_000, silence_ms: 1e9 }, () => 0)
    latest().onclose!({ code: 1012 })
    vi.advanceTimersByTime(1)
    expect(FakeSocket.made).toHaveLength(2)
  })

  it('starts from the first interval again after it was well for a while', () => {
    connect({ reconnect_ms: 3_000, slowest_reconnect_ms: 60_000, look_ms: 1_000, silence_ms: 1e9 }, () => 0.999)
    for (let i = 0; i < 4; i++) {
      latest().onclose!({ code: 1006 })
      vi.advanceTimersByTime(60_000)
    }
    welcome()
    vi.advanceTimersByTime(12_000)
    const count = FakeSocket.made.length
    latest().onclose!({ code: 1012 })
    vi.advanceTimersByTime(3_000)
    expect(FakeSocket.made).toHaveLength(count + 1)
  })

  it('takes its hands off a silent socket after 20 s, without waiting for its close', () => {
    connect({ look_ms: 1_000, reconnect_ms: 3_000 })
    welcome()
    const silent = latest()
    vi.advanceTimersByTime(19_000)
    expect(silent.onmessage).not.toBeNull()
    expect(silent.send.mock.calls.filter(([frame]) => frame.includes('ping')).length).toBeGreaterThan(4)
    vi.advanceTimersByTime(6_000)
    expect(silent.onmessage).toBeNull()
    expect(silent.onclose).toBeNull()
    expect(latest()).not.toBe(silent)
  })

  it('is left alone in a page in the background, where timers run once a minute', () => {
    vi.stubGlobal('document', { hidden: true })
    connect({ look_ms: 60_000 })
    welcome()
    const before = latest()
    for (let minute = 0; minute < 5; minute++) {
      latest().onmessage!({ data: JSON.stringify({ type: 'pong', t: performance.now(), server_time: new Date().toISOString() }) })
      vi.advanceTimersByTime(60_000)
    }
    expect(latest()).toBe(before)
    vi.advanceTimersByTime(120_000)
    expect(latest()).not.toBe(before)
  })

  it('connects anew when it is told to: the set has slept, or has a new token', () => {
    connect({ look_ms: 1_000 })
    welcome()
    const before = latest()
    socket.renew()
    expect(before.onmessage).toBeNull()
    expect(latest()).not.toBe(before)
    expect(downs).toEqual([-1])
    socket.stop()
    socket.renew()
    expect(FakeSocket.made).toHaveLength(2)
  })

  it('has the clock measured several times over when it is told that it was set', () => {
    connect({ look_ms: 1_000, ping_ms: 10_000 })
    welcome()
    vi.advanceTimersByTime(12_000)
    const pings = () => latest().send.mock.calls.filter(([frame]) => frame.includes('ping')).length
    const before = pings()
    socket.measure()
    expect(pings()).toBe(before + 1)
    vi.advanceTimersByTime(3_000)
    expect(pings()).toBe(before + 4)
  })
})
