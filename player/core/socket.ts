import type { PlayerToServer, ServerToPlayer } from '../../shared/protocol'
import { CLOSE, readServerMessage } from './contract'
import type { Clock } from './clock'

type Welcome = Extract<ServerToPlayer, { type: 'welcome' }>

export interface SocketOptions {
  /** Address with the token, asked for at each attempt. */
  url: () => string
  hello: () => Extract<PlayerToServer, { type: 'hello' }>
  clock: Clock
  onWelcome: (welcome: Welcome) => void
  onMessage: (message: ServerToPlayer) => void
  /** The connection is gone; `code` as the server gave it, or {@link SILENT}, or {@link RENEWED}. */
  onDown: (code: number) => void
  limits?: Partial<SocketLimits>
  /** 0..1, for the jitter. */
  random?: () => number
}

export interface SocketLimits {
  reconnect_ms: number
  slowest_reconnect_ms: number
  /** Pings go out so often that silence means something. */
  ping_ms: number
  silence_ms: number
  look_ms: number
  /** So long a connection must hold for the next failure to count as the first. */
  stable_ms: number
}

const LIMITS: SocketLimits = {
  reconnect_ms: 3_000, slowest_reconnect_ms: 60_000, ping_ms: 10_000, silence_ms: 20_000, look_ms: 1_000, stable_ms: 10_000,
}
/** Nobody answered for too long. */
export const SILENT = 0
/** It was given up for a new one. */
export const RENEWED = -1
/** The first pings follow fast: the clock wants several exchanges to choose from. */
const FIRST_PINGS = 4

export interface PlayerSocket {
  start: () => void
  /** No more connections until {@link PlayerSocket.start}. */
  stop: () => void
  /** False when there is no welcomed connection: nothing was sent. */
  send: (message: PlayerToServer) => boolean
  welcomed: () => boolean
  /** The network came back: do not sit out the back-off. */
  wake: () => void
  /** The set slept, or has a new token: whatever is open is given up for a new connection. */
  renew: () => void
  /** Has the clock measured anew at once. */
  measure: () => void
}

/** The player's connection: opened, greeted, watched and opened again for as long as the page lives. */
export function createSocket(options: SocketOptions): PlayerSocket {
  const { clock, random = Math.random } = options
  const limits = Object.assign({}, LIMITS, options.limits)
  let reconnectMs = limits.reconnect_ms
  let pingMs = limits.ping_ms
  let socket: WebSocket | null = null
  let running = false
  let welcomedAt: number | null = null
  let attempts = 0
  let heardAt = 0
  let helloAt = 0
  let pings = 0
  let pingedAt = 0
  /** Since when a ping has waited for any sign of life. */
  let askedAt: number | null = null
  let lookTimer: ReturnType<typeof setInterval> | undefined
  let retryTimer: ReturnType<typeof setTimeout> | undefined

  /** Takes the hands off a socket at once: `close()` alone waits for a peer that may be gone. */
  function drop() {
    clearTimeout(retryTimer)
    welcomedAt = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null
    try {
      socket.close()
    }
    catch { /* it was never open */ }
    socket = null
  }

  function lost(code: number) {
    drop()
    if (code === CLOSE.replaced) stop()
    else retry()
    options.onDown(code)
  }

  function retry() {
    // full jitter: after a restart of the server a thousand screens come back spread over the whole interval
    const ceiling = Math.min(limits.slowest_reconnect_ms, reconnectMs * Math.pow(2, attempts))
    attempts++
    retryTimer = setTimeout(connect, random() * ceiling)
  }

  function connect() {
    drop()
    heardAt = clock.mono()
    askedAt = null
    try {
      socket = new WebSocket(options.url())
    }
    catch {
      return retry()
    }
    const mine = socket
    mine.onopen = () => {
      heardAt = helloAt = clock.mono()
      mine.send(JSON.stringify(options.hello()))
    }
    mine.onmessage = event => receive(event.data)
    mine.onclose = event => lost(event.code)
  }

  function receive(frame: unknown) {
    heardAt = clock.mono()
    askedAt = null
    const message = readServerMessage(frame)
    if (!message) return
    if (message.type === 'welcome') {
      clock.learn(helloAt, message.server_time)
      reconnectMs = message.settings.reconnect_interval_ms || limits.reconnect_ms
      pingMs = Math.min(limits.ping_ms, message.settings.heartbeat_interval_ms || limits.ping_ms)
      welcomedAt = clock.mono()
      pings = 0
      options.onWelcome(message)
      ping()
    }
    else if (message.type === 'pong') {
      clock.learn(message.t, message.server_time)
    }
    else {
      options.onMessage(message)
    }
  }

  function ping() {
    pingedAt = clock.mono()
    if (askedAt === null) askedAt = pingedAt
    pings++
    send({ type: 'ping', t: pingedAt })
  }

  function look() {
    const now = clock.mono()
    if (!socket) return
    // a page in the background looks once a minute: only an unanswered ping is silence
    const asked = welcomedAt === null || (askedAt !== null && now - askedAt > limits.silence_ms / 2)
    if (asked && now - heardAt > limits.silence_ms) return lost(SILENT)
    if (welcomedAt === null) return
    if (now - welcomedAt > limits.stable_ms) attempts = 0
    if (now - pingedAt >= (pings < FIRST_PINGS ? Math.min(limits.look_ms, pingMs) : pingMs)) ping()
  }

  function send(message: PlayerToServer): boolean {
    if (!socket || welcomedAt === null || socket.readyState !== 1) return false
    socket.send(JSON.stringify(message))
    return true
  }

  function start() {
    if (running) return
    running = true
    attempts = 0
    lookTimer = setInterval(look, limits.look_ms)
    connect()
  }

  function stop() {
    running = false
    clearInterval(lookTimer)
    drop()
  }

  return {
    start,
    stop,
    send,
    welcomed: () => welcomedAt !== null,
    wake() {
      if (running && !socket) connect()
    },
    renew() {
      if (!running) return
      const wasUp = welcomedAt !== null
      connect()
      if (wasUp) options.onDown(RENEWED)
    },
    measure() {
      pings = 0
      if (welcomedAt !== null) ping()
    },
  }
}
