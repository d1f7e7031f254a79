import type { PlayReport } from '../../shared/protocol'
import type { Api } from './http'
import { ApiError, saysUnpaired } from './http'
import type { Keep } from './keep'

/** What this player has to tell about its plays, kept on the device until the server has it on record. */
export interface Reports {
  /** Resolves when it is safe on the device. */
  add: (report: PlayReport) => Promise<void>
  /** `reported` came. */
  confirm: (playId: string, report: PlayReport['type']) => void
  /** Sends over the socket whatever is due: all of it after a welcome, later what was not confirmed in time. */
  flush: (send: (report: PlayReport) => boolean, afterWelcome?: boolean) => void
  /** The same over HTTP. Rejects when the server could not be reached. */
  upload: (api: Api, token: string) => Promise<void>
  waiting: () => readonly PlayReport[]
  load: () => Promise<void>
  clear: () => Promise<void>
}

interface Entry { report: PlayReport, sends: number, due_at: number }

const KEY = 'outbox'
/** Weeks without a network, at a message every few minutes; beyond it the oldest go. */
const MOST = 5_000
const BATCH = 100
const CONFIRM_WITHIN_MS = 15_000
const SLOWEST_MS = 600_000

/** An outbox over a {@link Keep}. */
export function createReports(keep: Keep): Reports {
  let entries: Entry[] = []
  const save = () => keep.set(KEY, entries.map(entry => entry.report))
  const remove = (gone: (report: PlayReport) => boolean) => {
    const left = entries.filter(entry => !gone(entry.report))
    if (left.length === entries.length) return Promise.resolve()
    entries = left
    return save()
  }

  async function uploadBatch(api: Api, token: string, batch: PlayReport[]): Promise<void> {
    try {
      await api.send('POST', '/api/v1/player/plays', { bearer: token, body: { reports: batch } })
    }
    catch (error) {
      const refused = error instanceof ApiError && (error.status === 400 || error.status === 422)
      if (!refused || saysUnpaired(error)) throw error
      // one report that the server will never take must not hold up the others
      if (batch.length > 1) {
        for (const report of batch) await uploadBatch(api, token, [report])
        return
      }
    }
    await remove(report => batch.indexOf(report) >= 0)
  }

  return {
    add(report) {
      entries = entries.concat({ report, sends: 0, due_at: 0 }).slice(-MOST)
      return save()
    },
    confirm(playId, type) {
      remove(report => report.play_id === playId && report.type === type).catch(() => undefined)
    },
    flush(send, afterWelcome = false) {
      const now = performance.now()
      for (const entry of entries) {
        if (afterWelcome) entry.sends = 0
        else if (entry.due_at > now) continue
        if (!send(entry.report)) return
        entry.due_at = now + Math.min(CONFIRM_WITHIN_MS * Math.pow(2, entry.sends), SLOWEST_MS)
        entry.sends++
      }
    },
    async upload(api, token) {
      while (entries.length) {
        const before = entries.length
        await uploadBatch(api, token, entries.slice(0, BATCH).map(entry => entry.report))
        if (entries.length >= before) return
      }
    },
    waiting: () => entries.map(entry => entry.report),
    load: () => keep.get<PlayReport[]>(KEY).then((kept) => {
      const old = (kept || []).map(report => ({ report, sends: 0, due_at: 0 }))
      entries = old.concat(entries)
    }),
    clear() {
      entries = []
      return keep.remove(KEY)
    },
  }
}
