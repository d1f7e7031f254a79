import { drainNotices } from '../services/alert/send'
import { sweepAlerts } from '../services/alert/sweep'
import { useLogger } from '../services/logger'

/** Makes true: what is wrong with players for too long is known to those who want to know it, and so is that it is over. */
export default defineTask({
  meta: { name: 'alerts', description: 'Opens and closes alerts about players, and sends what waits about them' },
  async run() {
    const result = await sweepAlerts()
    if (result.opened + result.closed > 0) useLogger('alert').info(result, 'alerts changed')
    const sent = await drainNotices()
    return { result: { ...result, sent } }
  },
})
