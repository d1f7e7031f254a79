import { forgetOldKeys } from '../services/idempotency'
import { emptyBin } from '../services/library/bin'
import { indexForgotten } from '../services/library/search'
import { forgetDeletedTemplates } from '../services/library/templates'
import { useLogger } from '../services/logger'
import { sendAllProgrammes } from '../services/player/live'
import { forgetOldPairings } from '../services/player/pairing'
import { expireCommands } from '../services/player/commands'
import { forgetOldFaults } from '../services/player/faults'
import { closeSilentPlays } from '../services/player/plays'
import { sweepPlayers } from '../services/player/players'
import { sweepMissed } from '../services/schedule/missed'
import { forgetDeletedSchedules } from '../services/schedule/schedules'

/**
 * Makes true: no play waits for ever, every occurrence has its row, no dead socket counts as online, every message is
 * found, every connected player knows its next 48 hours, and what is too old is gone.
 */
export default defineTask({
  meta: { name: 'sweep', description: 'Closes silent plays, empties the bin, forgets old codes and keys' },
  async run() {
    const closed = await closeSilentPlays()
    await sweepPlayers()
    await expireCommands()
    await forgetOldFaults()
    await forgetOldPairings()
    await forgetOldKeys()
    await indexForgotten()
    await forgetDeletedTemplates()
    await forgetDeletedSchedules()
    await sendAllProgrammes()
    const missed = await sweepMissed()
    const purged = await emptyBin()
    if (purged) useLogger('library').info({ purged }, 'old messages left the bin')
    if (closed) useLogger('player').info({ closed }, 'silent plays closed')
    if (missed) useLogger('schedule').info({ missed }, 'occurrences that nobody reported noted as missed')
    return { result: { closed, missed, purged } }
  },
})
