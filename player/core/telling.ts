import type { PlayerStatus } from '../../shared/protocol'

/** Told in any case, though nothing has changed. */
const EVERY_MS = 30_000
/** However much changes, it is not told more often. */
const AT_MOST_EVERY_MS = 1_000

/** Told with the rest, but no reason to tell: they change all the time. */
const RESTLESS: (keyof PlayerStatus)[] = ['position_ms', 'clock_offset_ms', 'synced_at', 'started_at', 'storage', 'memory_bytes', 'files']

/**
 * Tells the server how this player is, when something has changed that it should know, and now and then in any case.
 * @param mono ms, only forward
 */
export function createTelling(status: () => PlayerStatus, mono: () => number, send: (status: PlayerStatus) => boolean) {
  let told = ''
  let toldAt = -Infinity

  return {
    /** To be called whenever something may have changed, and once a second. */
    look() {
      const since = mono() - toldAt
      if (since < AT_MOST_EVERY_MS) return
      const current = status()
      const { files } = current
      const summary = JSON.stringify([current, files && [files.ready_today, files.needed_today]], (key, value: unknown) => RESTLESS.indexOf(key as keyof PlayerStatus) < 0 ? value : undefined)
      if ((summary === told && since < EVERY_MS) || !send(current)) return
      told = summary
      toldAt = mono()
    },
    /** A new connection knows nothing but its hello. */
    again() {
      told = ''
    },
  }
}
