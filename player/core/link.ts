import type { PendingItem, ServerToPlayer } from '../../shared/protocol'
import type { CommandResult, Commands } from './commands'
import { CLOSE, checkServerMessage } from './contract'
import type { Clock } from './clock'
import type { Faults } from './faults'
import type { Api } from './http'
import { ApiError } from './http'
import type { Reports } from './reports'
import type { SocketOptions } from './socket'
import { SILENT, createSocket } from './socket'

/** How the server is reached at this moment. */
export type Connection = 'connecting' | 'online' | 'polling' | 'offline' | 'replaced'

export interface LinkOptions extends Omit<SocketOptions, 'url' | 'onDown'> {
  origin: string
  token: () => string | null
  api: Api
  clock: Clock
  reports: Reports
  faults: Faults
  /** Messages that came by HTTP. Resolves with the ids of those that are safe on this device. */
  onItems: (items: PendingItem[]) => Promise<string[]>
  /** Answers to commands that came by HTTP. */
  commands: Pick<Commands, 'waiting' | 'told'>
  /** The volume that was chosen here, while the server has not heard of it; `told` when it has. */
  volume: { untold: () => number | undefined, told: (volume: number) => void }
  /** What a welcome says, where no socket brought it. */
  onPolled: SocketOptions['onWelcome']
  /** Whether the server may refuse the token: a socket does not say so, and is not tried for long. */
  doubtful: () => boolean
  /** The server took this token. */
  onTaken: (token: string) => void
  /** The server did not take this token. */
  onRefused: (token: string, error: unknown) => void
  onChange: (connection: Connection) => void
  /** No socket could be had for half an hour, though the server answers: to be called again and again. */
  onSocketless: () => void
}

export type Link = ReturnType<typeof createLink>

const LOOK_EVERY_MS = 1_000
const WITHOUT_SOCKET_MS = 30_000
const POLL_EVERY_MS = 10_000
const SOCKETLESS_MS = 1_800_000

interface Pending { server_time: string, items: PendingItem[] }
interface Greeting { messages: unknown[] }

/** The way to the server: the socket, and HTTP while no socket can be had. */
export function createLink(options: LinkOptions) {
  const { api, clock, reports, faults, token } = options
  let connection: Connection = 'connecting'
  let timer: ReturnType<typeof setInterval> | undefined
  let downSince = 0
  let polledAt = 0
  let polling = false
  /** The token of the latest connection. */
  let used = ''
  let silent = false

  const socket = createSocket(Object.assign({}, options, {
    url() {
      used = token() || ''
      return `${options.origin.replace(/^http/, 'ws')}/ws/player?token=${encodeURIComponent(used)}`
    },
    onWelcome(welcome: Parameters<SocketOptions['onWelcome']>[0]) {
      options.onTaken(used)
      reached('new socket')
      change('online')
      options.onWelcome(welcome)
      flush(true)
    },
    onDown(code: number) {
      if (connection === 'online') {
        downSince = clock.mono()
        silent = silent || code === SILENT
      }
      if (code === CLOSE.replaced) return change('replaced')
      // while messages come by HTTP, a socket that fails again is no news
      if (connection !== 'polling') change('offline')
      // the code alone may come from anything between here and the server: ask
      if (code === CLOSE.unpaired || options.doubtful()) void poll()
    },
  }))

  function change(next: Connection) {
    if (connection === next) return
    connection = next
    options.onChange(next)
  }

  function flush(afterWelcome = false) {
    reports.flush(socket.send, afterWelcome)
    faults.flush(fault => socket.send(Object.assign({ type: 'fault' as const }, fault)), afterWelcome)
  }

  /** The server is there again, after a socket that had fallen silent. */
  function reached(how: string) {
    if (silent) faults.note('socket_silent', 'no answer for 20 s', how, true)
    silent = false
  }

  async function poll() {
    const bearer = token()
    if (polling || !bearer) return
    polling = true
    polledAt = clock.mono()
    try {
      const asked = clock.mono()
      const pending = await api.send<Pending>('GET', '/api/v1/player/pending', { bearer })
      clock.learn(asked, pending.server_time)
      options.onTaken(bearer)
      if (!socket.welcomed() && connection !== 'replaced') {
        reached('HTTP')
        change('polling')
      }
      const playIds = await options.onItems(pending.items)
      if (playIds.length) await api.send('POST', '/api/v1/player/delivered', { bearer, body: { play_ids: playIds } })
      await reports.upload(api, bearer)
      await faults.upload(api, bearer)
      if (connection === 'polling') await greet(bearer)
    }
    catch (error) {
      // an answer about a token that has been replaced meanwhile says nothing
      if (bearer !== token()) return
      if (error instanceof ApiError && error.status === 401) options.onRefused(bearer, error)
      if (!socket.welcomed() && connection !== 'replaced') change('offline')
    }
    finally {
      polling = false
    }
  }

  /** What a socket would say and bring, apart from live messages and reports. */
  async function greet(bearer: string) {
    const results: CommandResult[] = options.commands.waiting()
    const volume = options.volume.untold()
    let greeting: Greeting
    try {
      greeting = await api.send<Greeting>('POST', '/api/v1/player/hello', { bearer, body: { hello: options.hello(), results, volume } })
    }
    catch (error) {
      // a server of before this
      if (error instanceof ApiError && error.status === 404) return
      throw error
    }
    options.commands.told(results)
    if (volume !== undefined) options.volume.told(volume)
    greeting.messages.forEach((message) => {
      const read: ServerToPlayer | null = checkServerMessage(message)
      if (!read) return
      if (read.type === 'welcome') options.onPolled(read)
      else options.onMessage(read)
      // somebody waits for what becomes of it
      if (read.type === 'command') polledAt = -Infinity
    })
  }

  function look() {
    if (socket.welcomed()) return flush()
    if (connection === 'replaced') return
    const now = clock.mono()
    if (now - downSince > WITHOUT_SOCKET_MS && now - polledAt >= POLL_EVERY_MS) void poll()
    if (connection === 'polling' && now - downSince > SOCKETLESS_MS && downSince > 0) options.onSocketless()
  }

  return {
    send: socket.send,
    wake: socket.wake,
    renew: socket.renew,
    measure: socket.measure,
    connection: () => connection,
    /** Reports go out at once when there is a socket. */
    flush: () => socket.welcomed() && flush(),
    start() {
      connection = 'connecting'
      // an engine without sockets has nothing to wait for
      downSince = typeof WebSocket === 'undefined' ? -Infinity : clock.mono()
      clearInterval(timer)
      timer = setInterval(look, LOOK_EVERY_MS)
      socket.start()
    },
    stop() {
      clearInterval(timer)
      socket.stop()
    },
  }
}
