import type { Keep } from './keep'

/** The messages that have begun or are settled: none of them is aired again, whatever arrives twice. */
export interface Recent {
  has: (playId: string) => boolean
  add: (playId: string) => Promise<void>
  load: () => Promise<void>
  clear: () => Promise<void>
}

/** Far more than a store hears in the 48 hours that a programme reaches ahead. */
const MOST = 5_000
const KEY = 'recent'

/** Remembers in memory and on the device. */
export function createRecent(keep: Keep): Recent {
  let ids: string[] = []
  return {
    has: playId => ids.indexOf(playId) >= 0,
    add(playId) {
      if (ids.indexOf(playId) >= 0) return Promise.resolve()
      ids = ids.concat(playId).slice(-MOST)
      return keep.set(KEY, ids)
    },
    load: () => keep.get<string[]>(KEY).then((kept) => {
      // what was added while it was being read counts too
      if (kept) ids = kept.filter(id => ids.indexOf(id) < 0).concat(ids).slice(-MOST)
    }),
    clear() {
      ids = []
      return keep.remove(KEY)
    },
  }
}
