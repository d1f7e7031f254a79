import type { TextStore } from './keep'

/** The last rung of every ladder: the page begins anew, but not for ever, and never where that would cost the sound. */
export interface Reloads {
  /** False when it is too early for another one, or the last one left the set silent. */
  begin: () => boolean
  /** The page is back; `locked`: it must not sound before somebody presses a key. */
  cameBack: (locked: boolean) => void
}

/** When the page last reloaded by itself; 'Infinity' when that only made it ask for a key. */
const KEY = 'mediaflow_player_reloaded'
const EVERY_MS = 600_000

/** @param now the server's time, ms: the set's own may be put back by years */
export function createReloads(store: TextStore, now: () => number, reload: () => void): Reloads {
  return {
    begin() {
      if (Number(store.getItem(KEY)) > now() - EVERY_MS) return false
      store.setItem(KEY, String(now()))
      reload()
      return true
    },
    cameBack(locked) {
      const reloaded = store.getItem(KEY)
      if (reloaded && locked) store.setItem(KEY, 'Infinity')
      else if (reloaded === 'Infinity') store.removeItem(KEY)
    },
  }
}
