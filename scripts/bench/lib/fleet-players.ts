import { createClock } from '../../../player/core/clock'
import { createSocket } from '../../../player/core/socket'

/*
 * The televisions of the fleet bench, in a process of their own: each is the player's real connection (its hello, pings,
 * back-off and jitter) without sound. An announcement is answered as a player answers it that has heard it.
 */
export type FleetOrder = { kind: 'open', url: string, tokens: string[], per_second: number } | { kind: 'tell' } | { kind: 'forget' }

/** How the fleet stands; `airs` and `attempts` since it was told to forget. Instants in ms since 1970. */
export interface FleetReport {
  welcomed: number
  airs: { play_id: string, at: number }[]
  attempts: number[]
  /** When each of those that are welcomed was so for the last time. */
  welcomed_at: number[]
}

const airs: FleetReport['airs'] = []
const attempts: number[] = []
const players: { socket: ReturnType<typeof createSocket>, welcomed_at: number }[] = []
const epoch = () => performance.timeOrigin + performance.now()

function open(url: string, token: string) {
  const player = { welcomed_at: 0 } as typeof players[number]
  const socket = player.socket = createSocket({
    clock: createClock(),
    url() {
      attempts.push(epoch())
      return `${url.replace(/^http/, 'ws')}/ws/player?token=${encodeURIComponent(token)}`
    },
    hello: () => ({ type: 'hello', protocol: 1, version: 'bench' }),
    onWelcome: () => void (player.welcomed_at = epoch()),
    onDown: () => undefined,
    onMessage(message) {
      if (message.type !== 'air') return
      const { play_id } = message.item
      airs.push({ play_id, at: epoch() })
      const [started_at, ended_at] = [new Date().toISOString(), new Date(Date.now() + 1).toISOString()]
      socket.send({ type: 'ack', play_id })
      socket.send({ type: 'play_started', play_id, started_at })
      socket.send({ type: 'play_ended', play_id, started_at, ended_at, heard_ms: 1, level_db: null })
    },
  })
  players.push(player)
  socket.start()
}

process.on('message', async (order: FleetOrder) => {
  if (order.kind === 'tell') {
    const there = players.filter(({ socket }) => socket.welcomed())
    process.send!({ welcomed: there.length, airs, attempts, welcomed_at: there.map(player => player.welcomed_at) } satisfies FleetReport)
  }
  else if (order.kind === 'forget') {
    airs.length = attempts.length = 0
  }
  else {
    for (const [index, token] of order.tokens.entries()) {
      open(order.url, token)
      if (index % Math.ceil(order.per_second / 20) === 0) await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
})
process.send!('ready')
