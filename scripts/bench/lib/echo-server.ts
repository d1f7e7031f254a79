import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import crossws from 'crossws/adapters/node'
import type { Peer } from 'crossws'
import type { AirItem } from '../../../shared/protocol'

/*
 * The named alternative of the fleet bench, as a process of its own: a bare crossws server on `node:http` that answers a
 * player's hello and pings from memory. No database, no accounts, no checks, no plays. `POST /air?n=200` sends its body
 * to the first n peers.
 */
const peers = new Set<Peer>()
const welcome = (peer: Peer) => peer.send(JSON.stringify({
  type: 'welcome', protocol: 1, server_time: new Date().toISOString(),
  player: { player_id: peer.id, name: 'TV', store_id: peer.id, store_name: 'Store', client_name: 'Client', time_zone: 'Europe/Madrid' },
  settings: { volume: 1, heartbeat_interval_ms: 30_000, reconnect_interval_ms: 3_000 },
}))

const sockets = crossws({
  serverOptions: { perMessageDeflate: false, clientTracking: false },
  hooks: {
    open: peer => void peers.add(peer),
    close: peer => void peers.delete(peer),
    message(peer, frame) {
      const message = frame.json<{ type: string, t?: number }>()
      if (message.type === 'hello') welcome(peer)
      else if (message.type === 'ping') peer.send(JSON.stringify({ type: 'pong', t: message.t, server_time: new Date().toISOString() }))
    },
  },
})

const server = createServer(async (request, response) => {
  const item = JSON.parse(Buffer.concat(await request.toArray() as Buffer[]).toString()) as AirItem
  const frame = JSON.stringify({ type: 'air', item })
  const n = Number(new URL(request.url!, 'http://localhost').searchParams.get('n'))
  for (const peer of [...peers].slice(0, n)) peer.send(frame)
  response.end()
})
server.on('upgrade', (request, socket, head) => void sockets.handleUpgrade(request, socket, head))
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

process.on('SIGTERM', () => {
  for (const peer of peers) peer.close(1012, 'restarting')
  setTimeout(() => process.exit(0), 300)
})
