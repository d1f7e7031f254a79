import { withLimit } from './http'

/** What survives a reload and a power cut: values under names. */
export interface Keep {
  /** Whether it takes sounds too. */
  blobs?: boolean
  get: <T>(key: string) => Promise<T | null>
  set: (key: string, value: unknown) => Promise<void>
  remove: (key: string) => Promise<void>
}

const NAME = 'mediaflow-player'
const TABLE = 'values'
const LIMIT_MS = 4_000

/** Opens IndexedDB, or whatever this engine has instead: local storage, or at worst memory. */
export function openKeep(): Promise<Keep> {
  return openDatabase().then(databaseKeep, () => storageKeep(localStore()))
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
    request.onblocked = () => reject(new Error('IndexedDB is blocked'))
  })
  return withLimit(opening, LIMIT_MS, 'IndexedDB')
}

function databaseKeep(first: IDBDatabase): Keep {
  let database: IDBDatabase | null = first
  const forget = () => database = null
  first.onclose = forget

  function reach(): Promise<IDBDatabase> {
    if (database) return Promise.resolve(database)
    // the engine closes it when its storage is cleared or its disk is full
    return openDatabase().then((again) => {
      again.onclose = forget
      database = again
      return again
    })
  }

  function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const done = reach().then(open => new Promise<T>((resolve, reject) => {
      const transaction = open.transaction(TABLE, mode)
      const request = work(transaction.objectStore(TABLE))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onerror = transaction.onabort = () => reject(transaction.error)
    }))
    return withLimit(done, LIMIT_MS, 'IndexedDB')
  }

  return {
    blobs: true,
    get: <T>(key: string) => run<T | undefined>('readonly', store => store.get(key)).then(value => value === undefined ? null : value),
    set: (key, value) => run('readwrite', store => store.put(value, key)).then(() => undefined),
    remove: key => run('readwrite', store => store.delete(key)).then(() => undefined),
  }
}

/** The part of `Storage` that is used here. */
export type TextStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Local storage where the page may have it; some televisions refuse it by throwing. */
export function localStore(): TextStore {
  try {
    const store = window.localStorage
    store.setItem(`${NAME}:probe`, '1')
    store.removeItem(`${NAME}:probe`)
    return store
  }
  catch {
    return memoryStore()
  }
}

/** Text under names that lasts as long as the page. */
export function memoryStore(): TextStore {
  const values = new Map<string, string>()
  return {
    getItem: key => values.has(key) ? values.get(key)! : null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: key => void values.delete(key),
  }
}

/** A {@link Keep} that lasts as long as the page and takes everything. */
export function memoryKeep(): Keep {
  const values = new Map<string, unknown>()
  return {
    blobs: true,
    get: <T>(key: string) => attempt(() => values.has(key) ? values.get(key) as T : null),
    set: (key, value) => attempt(() => void values.set(key, value)),
    remove: key => attempt(() => void values.delete(key)),
  }
}

/** A {@link Keep} over local storage or memory. */
export function storageKeep(store: TextStore): Keep {
  const name = (key: string) => `${NAME}:${key}`
  return {
    get: <T>(key: string) => attempt(() => {
      const text = store.getItem(name(key))
      return text === null ? null : JSON.parse(text) as T
    }),
    set: (key, value) => attempt(() => store.setItem(name(key), JSON.stringify(value))),
    remove: key => attempt(() => store.removeItem(name(key))),
  }
}

function attempt<T>(work: () => T): Promise<T> {
  return new Promise(resolve => resolve(work()))
}
