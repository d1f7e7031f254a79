import type { Peer } from 'crossws'
import { uuidv7 } from 'uuidv7'
import { CLOSE_CODES, PlayerToServerSchema, PROTOCOL_VERSION, type PlayerToServer, type ServerToPlayer } from '../../../shared/protocol'
import type { TokenHolder } from '../../services/client/access'
import { useDb } from '../../services/database'
import { NotFound } from '../../services/errors'
import { endCommand } from '../../services/player/commands'
import { recordFaults } from '../../services/player/faults'
import { connectPlayer, disconnectPlayer, keepVolume, seePlayer, type PlayerConnection } from '../../services/player/live'
import { useLogger } from '../../services/logger'
import { acknowledgePlays, recordReport } from '../../services/player/plays'
import { keepNextToken } from '../../services/player/tokens'

/** A socket that has not said hello by now is not a player, ms. */
const HELLO_WITHIN_MS = 10_000
/** The row hears of a living player at most this often, ms. */
const SEEN_EVERY_MS = 10_000

interface PlayerSocket {
  connection: PlayerConnection
  greeted: boolean
  closed: boolean
  seen_at: number
  timer: NodeJS.Timeout
}

const sockets = new WeakMap<object, PlayerSocket>()

export default defineWebSocketHandler({
  open(peer) {
    const player = { ...peer.context.player as TokenHolder }
    const connection: PlayerConnection = {
      connection_id: uuidv7(),
      player,
      address: believedAddress(peer.remoteAddress, peer.context.forwarded_for as string | null),
      send: message => tell(peer, message),
      close: (code, reason) => peer.close(code, reason),
    }
    const timer = setTimeout(() => peer.close(CLOSE_CODES.misbehaved, 'no hello'), HELLO_WITHIN_MS)
    sockets.set(peer, { connection, greeted: false, closed: false, seen_at: 0, timer })
  },

  message(peer, frame) {
    const socket = sockets.get(peer)
    if (!socket) return
    const read = readFrame(peer, frame.text(), PlayerToServerSchema)
    if (read.kind === 'bad') {
      const { player_id, client_id } = socket.connection.player
      useLogger('socket').warn({ player_id, client_id, reason: read.reason, count: read.count }, 'bad message')
      return tell(peer, { type: 'error', code: 'bad_message', message: `This message does not fit the protocol: ${read.reason}.` })
    }
    if (read.kind !== 'message') return
    const { message } = read
    // The clock exchange must not wait behind the database.
    if (message.type === 'ping' && socket.greeted) tell(peer, { type: 'pong', t: message.t, server_time: new Date().toISOString() })
    return inOrder(peer, () => handle(peer, socket, message))
  },

  close(peer) {
    const socket = sockets.get(peer)
    if (!socket) return
    clearTimeout(socket.timer)
    socket.closed = true
    if (!socket.greeted) return
    const { player_id, client_id } = socket.connection.player
    useLogger('socket').info({ player_id, client_id }, 'player left')
    return inOrder(peer, () => disconnectPlayer(socket.connection))
  },

  error(peer, error) {
    useLogger('socket').debug({ error: error.message, address: peer.remoteAddress }, 'socket error')
  },
})

async function handle(peer: Peer, socket: PlayerSocket, message: PlayerToServer): Promise<void> {
  const { connection } = socket
  if (socket.closed) return
  if (!socket.greeted) {
    if (message.type !== 'hello') return peer.close(CLOSE_CODES.misbehaved, 'say hello first')
    if (message.protocol > PROTOCOL_VERSION) return tell(peer, { type: 'error', code: 'protocol_unsupported', message: `This server speaks protocol ${PROTOCOL_VERSION}.` })
    socket.greeted = true
    clearTimeout(socket.timer)
    const { player_id, client_id } = connection.player
    useLogger('socket').info({ player_id, client_id, version: message.version }, 'player connected')
    socket.seen_at = Date.now()
    await connectPlayer(connection, message)
    // It may have gone while the database was asked.
    if (socket.closed) await disconnectPlayer(connection)
    return
  }
  switch (message.type) {
    case 'ping':
    case 'status':
      if (message.type === 'ping' && Date.now() - socket.seen_at < SEEN_EVERY_MS) return
      socket.seen_at = Date.now()
      return seePlayer(connection, message.type === 'status' ? message.status : undefined)
    case 'volume_changed':
      return keepVolume(connection.player, message.volume)
    case 'command_result':
      return endCommand(connection.player, message)
    case 'fault': {
      const { type: _, ...fault } = message
      await recordFaults(connection.player, [fault])
      return tell(peer, { type: 'noted', fault_id: fault.fault_id })
    }
    case 'token_kept':
      return keepNextToken(await useDb(), connection.player.player_id)
    case 'ack':
      return acknowledgePlays(connection.player, [message.play_id])
    case 'play_started':
    case 'play_ended':
    case 'play_skipped':
      try {
        await recordReport(connection.player, message)
      }
      catch (error) {
        if (!(error instanceof NotFound)) throw error
        tell(peer, { type: 'error', code: error.code, message: error.message })
      }
      // Also for an unknown play: sending it again would not help.
      tell(peer, { type: 'reported', play_id: message.play_id, report: message.type })
  }
}

function tell(peer: Peer, message: ServerToPlayer): void {
  peer.send(JSON.stringify(message))
}
