import type { Keep, TextStore } from './keep'

/** The player's token, in two places: some sets lose the one, some the other. */
export interface TokenStore {
  get: () => string | null
  load: () => Promise<string | null>
  set: (token: string) => Promise<void>
  forget: () => Promise<void>
}

const KEY = 'token'
const STORED = 'mediaflow_player_token'

/** A token kept in local storage and in a {@link Keep}; what one has lost is put back from the other. */
export function createTokenStore(keep: Keep, store: TextStore): TokenStore {
  let token: string | null = null

  function write(value: string): Promise<void> {
    token = value
    try {
      store.setItem(STORED, value)
    }
    catch { /* full or forbidden: the other place has it */ }
    return keep.set(KEY, value)
  }

  return {
    get: () => token,
    async load() {
      token = store.getItem(STORED) || await keep.get<string>(KEY).catch(() => null)
      if (token) await write(token).catch(() => undefined)
      return token
    },
    set: write,
    forget() {
      token = null
      store.removeItem(STORED)
      return keep.remove(KEY)
    },
  }
}
