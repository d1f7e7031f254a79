import type { AirItem, PlayReport } from '../../shared/protocol'
import { CLOSE } from './contract'
import type { Clock } from './clock'
import type { Api } from './http'
import { saysUnpaired } from './http'
import type { Reports } from './reports'
import type { SocketOptions } from './socket'
import { createSocket } from './socket'

/** How the server is reached at this moment. */
export type Connection = 'connecting' | 'online' | 'polling' | 'offline' | 'replaced'

export interface LinkOptions extends Omit<SocketOptions, 'url' | 'onDown'> {
  origin: string
  token: () => string | null
  api: Api
  clock: Clock
  reports: Reports
  /** Messages that came by HTTP. Resolves with the ids of those that are safe on this device. */
  onItems: (items: AirItem[]) => Promise<string[]>
  /** The server has said that the pairing is gone. */
  onUnpaired: () => void
  onChange: (connection: Connection) => void
}

export type Link = ReturnType<typeof createLink>

const LOOK_EVERY_MS = 1_000
const WITHOUT_SOCKET_MS = 30_000
const POLL_EVERY_MS = 10_000

interface Pending { server_time: string, items: AirItem[] }

/** The way to the server: the socket, and HTTP while no socket can be had. */
export function createLink(options: LinkOptions) {
  const { api, clock, reports, token } = options
  let connection: Connection = 'connecting'
  let timer: ReturnType<typeof setInterval> | undefined
  let downSince = 0
  let polledAt = 0
  let polling = false

  const socket = createSocket(Object.assign({}, options, {
    url: () => `${options.origin.replace(/^http/, 'ws')}/ws/player?token=${encodeURIComponent(token() || '')}`,
    onWelcome(welcome: Parameters<SocketOptions['onWelcome']>[0]) {
      change('online')
      options.onWelcome(welcome)
      reports.flush(sendReport, true)
    },
    onDown(code: number) {
      if (connection === 'online') downSince = clock.mono()
      if (code === CLOSE.replaced) return change('replaced')
      // while messages come by HTTP, a socket that fails again is no news
      if (connection !== 'polling') change('offline')
      // the code alone may come from anything between here and the server: ask
      if (code === CLOSE.unpaired) void poll()
    },
  }))

  function change(next: Connection) {
    if (connection === next) return
    connection = next
    options.onChange(next)
  }

  const sendReport = (report: PlayReport) => socket.send(report)

  async function poll() {
    const bearer = token()
    if (polling || !bearer) return
    polling = true
    polledAt = clock.mono()
    try {
      const asked = clock.mono()
      const pending = await api.send<Pending>('GET', '/api/v1/player/pending', { bearer })
      clock.learn(asked, pending.server_time)
      if (!socket.welcomed() && connection !== 'replaced') change('polling')
      const playIds = await options.onItems(pending.items)
      if (playIds.length) await api.send('POST', '/api/v1/player/delivered', { bearer, body: { play_ids: playIds } })
      await reports.upload(api, bearer)
    }
    catch (error) {
      // an answer about a token that has been replaced meanwhile says nothing
      if (bearer !== token()) return
      if (saysUnpaired(error)) options.onUnpaired()
      else if (!socket.welcomed() && connection !== 'replaced') change('offline')
    }
    finally {
      polling = false
    }
  }

  function look() {
    if (socket.welcomed()) return reports.flush(sendReport)
    if (connection === 'replaced') return
    const now = clock.mono()
    if (now - downSince > WITHOUT_SOCKET_MS && now - polledAt >= POLL_EVERY_MS) void poll()
  }

  return {
    send: socket.send,
    wake: socket.wake,
    connection: () => connection,
    /** Reports go out at once when there is a socket. */
    flush: () => socket.welcomed() && reports.flush(sendReport),
    start() {
      connection = 'connecting'
      downSince = clock.mono()
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
