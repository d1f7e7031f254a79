import { forgetOldKeys } from '../services/idempotency'
import { useLogger } from '../services/logger'
import { forgetOldPairings } from '../services/player/pairing'
import { closeSilentPlays } from '../services/player/plays'
import { sweepPlayers } from '../services/player/players'

/** Makes true: no play waits for ever, no dead socket counts as online, and what is too old to be used is gone. */
export default defineTask({
  meta: { name: 'sweep', description: 'Closes silent plays, forgets old codes and keys' },
  async run() {
    const closed = await closeSilentPlays()
    await sweepPlayers()
    await forgetOldPairings()
    await forgetOldKeys()
    if (closed) useLogger('player').info({ closed }, 'silent plays closed')
    return { result: { closed } }
  },
})
