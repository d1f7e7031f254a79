import type { Keep, TextStore } from './keep'

/**
 * The player's token, in two places: some sets lose the one, some the other. While a new one has not opened anything
 * yet, the one before it is kept too.
 */
export interface TokenStore {
  get: () => string | null
  load: () => Promise<string | null>
  set: (token: string) => Promise<void>
  /** A new one takes over. Resolves when it is safe on the device. */
  replace: (token: string) => Promise<void>
  /** The server took this one: the one before it is not needed any more. */
  proved: (token: string) => void
  /**
   * The server refused this one; `forGood`: it said that its player is paired no more.
   * @returns true when there is another to try, which is in force now
   */
  refused: (token: string, forGood: boolean) => boolean
  /** Whether the server has yet to take the one in force: there is another. */
  doubtful: () => boolean
  forget: () => Promise<void>
}

const KEY = 'token'
const STORED = 'mediaflow_player_token'
/** What is added to both names for the token that is not in force. */
const OTHER = '_other'

/** A token kept in local storage and in a {@link Keep}; what one has lost is put back from the other. */
export function createTokenStore(keep: Keep, store: TextStore): TokenStore {
  let token: string | null = null
  let other: string | null = null
  const ended = new Set<string>()

  function write(value: string, suffix = ''): Promise<void> {
    try {
      store.setItem(STORED + suffix, value)
    }
    catch { /* full or forbidden: the other place has it */ }
    return keep.set(KEY + suffix, value)
  }

  const read = (suffix = '') => Promise.resolve(store.getItem(STORED + suffix) || keep.get<string>(KEY + suffix).catch(() => null))

  function remove(suffix = ''): Promise<void> {
    store.removeItem(STORED + suffix)
    return keep.remove(KEY + suffix)
  }

  function forgetOther() {
    other = null
    return remove(OTHER)
  }

  return {
    get: () => token,
    async load() {
      [token, other] = await Promise.all([read(), read(OTHER)])
      if (token) await write(token).catch(() => undefined)
      return token
    },
    set(value) {
      token = value
      return write(value)
    },
    async replace(value) {
      if (value === token) return write(value)
      const before = token
      // the old one first: at no moment is the device without one that opens
      if (before) await write(before, OTHER)
      await write(value)
      token = value
      other = before
    },
    proved(used) {
      if (used === token && other) forgetOther().catch(() => undefined)
    },
    refused(used, forGood) {
      // about a token that is not in force any more, an answer says nothing
      if (used !== token) return false
      if (forGood) ended.add(used)
      if (!other || ended.has(other)) return false
      const before = token
      token = other
      other = before
      write(token).then(() => write(before, OTHER)).catch(() => undefined)
      return true
    },
    doubtful: () => !!other,
    forget() {
      token = null
      ended.clear()
      return Promise.all([remove(), forgetOther()]).then(() => undefined)
    },
  }
}
