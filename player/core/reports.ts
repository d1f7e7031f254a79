import type { PlayReport } from '../../shared/protocol'
import type { Keep } from './keep'
import type { Outbox } from './outbox'
import { createOutbox } from './outbox'

/** What this player has to tell about its plays, kept on the device until the server has it on record. */
export interface Reports extends Outbox<PlayReport> {
  /** `reported` came. */
  confirm: (playId: string, report: PlayReport['type']) => void
}

/** Weeks without a network, at a message every few minutes. */
const MOST = 5_000

export function createReports(keep: Keep): Reports {
  const outbox = createOutbox<PlayReport>({ keep, key: 'outbox', most: MOST, path: '/api/v1/player/plays', field: 'reports' })
  return Object.assign(outbox, {
    confirm(playId: string, type: PlayReport['type']) {
      outbox.drop(report => report.play_id === playId && report.type === type).catch(() => undefined)
    },
  })
}
