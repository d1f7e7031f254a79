import { DashboardToServerSchema, type ServerToDashboard } from '../../../shared/protocol'
import { connectDashboard } from '../../services/player/live'

const leave = new WeakMap<object, () => void>()

export default defineWebSocketHandler({
  open(peer) {
    leave.set(peer, connectDashboard({
      client_id: peer.context.client_id as string,
      send: (event: ServerToDashboard) => peer.send(JSON.stringify(event)),
      close: (code, reason) => peer.close(code, reason),
    }))
  },

  message(peer, frame) {
    const read = readFrame(peer, frame.text(), DashboardToServerSchema)
    if (read.kind === 'message') peer.send(JSON.stringify({ type: 'pong' } satisfies ServerToDashboard))
  },

  close(peer) {
    leave.get(peer)?.()
  },
})
