import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import type { Driver } from 'unstorage'
import fsLite from 'unstorage/drivers/fs-lite'
import { writeReceived, type Received } from './received'

/** Bytes from `start` to `end`, both counted and both from 0. */
export interface ByteRange {
  start: number
  end: number
}

export interface StoredFile {
  bytes: number
  modified_at: Date
}

/** Where the sounds lie, by content. */
export interface FileStore {
  /** Stores the bytes, whole or not at all; does nothing when the store has that many bytes under this name. */
  put: (sha256: string, bytes: Uint8Array) => Promise<void>
  /** Takes a stream of any length in, beside the files; what is neither kept nor discarded is swept. */
  receive: (source: AsyncIterable<Uint8Array>, head_bytes?: number) => Promise<Received>
  /** A path for a file of somebody's own, on the disk of the store; what is left there is swept. */
  scratch: () => Promise<string>
  /** A whole file; null when there is none. */
  read: (sha256: string) => Promise<Uint8Array | null>
  /** A file, or the part of it in `range`; null when there is none. Once opened it can be read to its end, whatever happens to it. */
  stream: (sha256: string, range?: ByteRange) => Promise<Readable | null>
  stat: (sha256: string) => Promise<StoredFile | null>
  list: () => AsyncIterable<StoredFile & { sha256: string }>
  /** Removes a file if it is there. */
  remove: (sha256: string) => Promise<void>
  /** The file itself, on a store that is a folder. Its content never changes: a hard link to it is a copy. */
  pathOf?: (sha256: string) => string
  /** Removes what writers left that died while they wrote. */
  removeStaleTemps: (older_than_ms: number) => Promise<number>
  /** Whether files can be written now, and in one sentence why not; asks the disk at most every 10 s. */
  check: () => Promise<{ ok: boolean, message: string }>
  /** The database that this store belongs to, as `claim` wrote it; null when nobody has. */
  owner: () => Promise<string | null>
  claim: (owner: string) => Promise<void>
}

/** What a store needs of a driver of unstorage beyond the common part, each with a fallback. */
export interface FileDriver extends Driver {
  /** Opens an item without reading all of it. */
  openItem?: (key: string, range?: ByteRange) => Promise<Readable | null>
  pathOf?: (key: string) => string
  /** Where files lie that are still being written. */
  temps?: string
  /** Makes a file in `temps` an item. */
  adopt?: (key: string, path: string) => Promise<void>
  removeStaleTemps?: (older_than_ms: number) => Promise<number>
  freeBytes?: () => Promise<number>
}

const SHA256 = /^[0-9a-f]{64}$/
const OWNER_KEY = 'owner.txt'
const PROBE_KEY = 'probe.txt'
const FREE_WANTED = 100 * 1024 * 1024
const CHECK_EVERY_MS = 10_000

/**
 * A store on a folder, or on any driver of unstorage. Instances that share a database must share its store.
 * @throws (each method) what the driver throws, and RangeError for a name that is no SHA-256
 */
export function createFileStore(where: string | FileDriver): FileStore {
  const driver = typeof where === 'string' ? atomicFiles({ base: where }) : where
  const readItem = async (key: string) => await driver.getItemRaw!(key, {}) as Uint8Array | null
  const statOf = async (key: string): Promise<StoredFile | null> => {
    const meta = await driver.getMeta?.(key, {})
    return typeof meta?.size === 'number' && meta.mtime ? { bytes: meta.size, modified_at: meta.mtime } : null
  }
  let checked: { at: number, result: ReturnType<typeof check> } | undefined
  const put = async (sha256: string, bytes: Uint8Array) => {
    const key = keyOf(sha256)
    if ((await statOf(key))?.bytes === bytes.byteLength) return
    await driver.setItemRaw!(key, bytes, {})
  }
  const temps = driver.temps ?? join(tmpdir(), 'mediaflow-temps')
  const keep = async (sha256: string, path: string, bytes: number) => {
    const key = keyOf(sha256)
    if ((await statOf(key))?.bytes !== bytes) {
      if (driver.adopt) return await driver.adopt(key, path)
      await driver.setItemRaw!(key, await readFile(path), {})
    }
    await rm(path, { force: true })
  }
  return {
    put,
    receive: async (source, head_bytes = 0) => {
      const { path, ...received } = await writeReceived(source, temps, head_bytes)
      return { ...received, keep: () => keep(received.sha256, path, received.bytes) }
    },
    scratch: async () => {
      await mkdir(temps, { recursive: true })
      return join(temps, randomUUID())
    },
    read: async sha256 => await readItem(keyOf(sha256)),
    stream: async (sha256, range) => {
      const key = keyOf(sha256)
      if (driver.openItem) return await driver.openItem(key, range)
      const bytes = await readItem(key)
      return bytes && Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes])
    },
    stat: async sha256 => await statOf(keyOf(sha256)),
    list: async function* () {
      for (const key of await driver.getKeys('', {})) {
        const sha256 = key.split(/[:/]/).at(-1)!
        const found = SHA256.test(sha256) ? await statOf(key) : null
        if (found) yield { sha256, ...found }
      }
    },
    remove: async sha256 => await driver.removeItem!(keyOf(sha256), {}),
    pathOf: driver.pathOf && (sha256 => driver.pathOf!(keyOf(sha256))),
    removeStaleTemps: async older_than_ms => await driver.removeStaleTemps?.(older_than_ms) ?? 0,
    check: () => {
      if (!checked || performance.now() - checked.at > CHECK_EVERY_MS) checked = { at: performance.now(), result: check(driver) }
      return checked.result
    },
    owner: async () => {
      const text = await driver.getItem(OWNER_KEY, {})
      return typeof text === 'string' && text.trim() ? text.trim() : null
    },
    claim: async owner => await driver.setItemRaw!(OWNER_KEY, Buffer.from(`${owner}\n`), {}),
  }
}

/** `ab:cd:abcd…`: folders of at most 256 entries. */
function keyOf(sha256: string): string {
  if (!SHA256.test(sha256)) throw new RangeError(`"${sha256}" is no SHA-256`)
  return `${sha256.slice(0, 2)}:${sha256.slice(2, 4)}:${sha256}`
}

async function check(driver: FileDriver): Promise<{ ok: boolean, message: string }> {
  try {
    await driver.setItemRaw!(PROBE_KEY, Buffer.from(new Date().toISOString()), {})
    const free = await driver.freeBytes?.() ?? Number.POSITIVE_INFINITY
    if (free < FREE_WANTED) return { ok: false, message: `Only ${Math.floor(free / 1024 / 1024)} MB are free for files.` }
    return { ok: true, message: 'Files can be written.' }
  }
  catch (error) {
    return { ok: false, message: `Files cannot be written (${(error as NodeJS.ErrnoException).code ?? (error as Error).name}).` }
  }
}

const TEMPS = '.temps'
/** Folder beside the files where uploads in pieces wait for their rest. */
export const UNFINISHED_UPLOADS = '.uploads'

/** unstorage's plain file system driver, with writes that are whole or not at all, reads of a part, and no error taken for an absent file. */
export function atomicFiles({ base }: { base: string }): FileDriver {
  const pathOf = (key: string) => join(base, ...key.split(':'))
  const temps = join(base, TEMPS)
  return {
    ...fsLite({ base, ignore: path => path.endsWith(TEMPS) || path.endsWith(UNFINISHED_UPLOADS) }),
    name: 'atomic-files',
    pathOf,
    temps,
    adopt: async (key, path) => {
      await mkdir(dirname(pathOf(key)), { recursive: true })
      await rename(path, pathOf(key))
      await syncFolder(dirname(pathOf(key)))
    },
    setItemRaw: async (key, bytes: Uint8Array) => {
      const temp = join(temps, randomUUID())
      const path = pathOf(key)
      await mkdir(temps, { recursive: true })
      await mkdir(dirname(path), { recursive: true })
      try {
        await writeAndSync(temp, bytes)
        await rename(temp, path)
      }
      catch (error) {
        await rm(temp, { force: true })
        throw error
      }
      await syncFolder(dirname(path))
    },
    getItemRaw: key => readFile(pathOf(key)).catch(ifAbsent),
    getItem: key => readFile(pathOf(key), 'utf8').catch(ifAbsent),
    getMeta: async (key) => {
      const found = await stat(pathOf(key)).catch(ifAbsent)
      return found && { size: found.size, mtime: found.mtime }
    },
    openItem: async (key, range) => {
      const file = await open(pathOf(key)).catch(ifAbsent)
      return file && file.createReadStream(range)
    },
    removeStaleTemps: async (older_than_ms) => {
      let removed = 0
      for (const name of await readdir(temps).catch(ifAbsent) ?? []) {
        const found = await stat(join(temps, name)).catch(ifAbsent)
        if (!found || Date.now() - found.mtimeMs < older_than_ms) continue
        await rm(join(temps, name), { force: true })
        removed++
      }
      return removed
    },
    freeBytes: async () => {
      const { bavail, bsize } = await statfs(base)
      return bavail * bsize
    },
  }
}

async function writeAndSync(path: string, bytes: Uint8Array) {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  }
  finally {
    await file.close()
  }
}

/** A rename is on the disk when its folder is. */
async function syncFolder(path: string) {
  // Windows opens no folders.
  const folder = await open(path).catch(() => null)
  await folder?.sync().catch(() => {})
  await folder?.close()
}

function ifAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
