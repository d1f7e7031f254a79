import type { TextStore } from './keep'

/** The last rung of every ladder: the page begins anew, but not for ever, and never where that would cost the sound. */
export interface Reloads {
  /** False when it is too early for another one, or the last one left the set silent. */
  begin: () => boolean
  /** Whether it may begin anew because no socket can be had: true once, until there was one again. */
  mayForSocket: () => boolean
  hasSocket: () => void
  /** The page is back; `locked`: it must not sound before somebody presses a key. */
  cameBack: (locked: boolean) => void
}

/** When the page last reloaded by itself; 'Infinity' when that only made it ask for a key. */
const KEY = 'mediaflow_player_reloaded'
/** Whether it reloaded because no socket could be had. */
const SOCKET_KEY = 'mediaflow_player_socketless'
const EVERY_MS = 600_000

/** @param now the server's time, ms: the set's own may be put back by years */
export function createReloads(store: TextStore, now: () => number, reload: () => void): Reloads {
  const mayBegin = () => !(Number(store.getItem(KEY)) > now() - EVERY_MS)

  function begin() {
    if (!mayBegin()) return false
    store.setItem(KEY, String(now()))
    reload()
    return true
  }

  return {
    begin,
    mayForSocket() {
      if (store.getItem(SOCKET_KEY) || !mayBegin()) return false
      store.setItem(SOCKET_KEY, '1')
      return true
    },
    hasSocket: () => store.removeItem(SOCKET_KEY),
    cameBack(locked) {
      const reloaded = store.getItem(KEY)
      if (reloaded && locked) store.setItem(KEY, 'Infinity')
      else if (reloaded === 'Infinity') store.removeItem(KEY)
    },
  }
}
