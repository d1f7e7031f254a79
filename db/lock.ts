import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Who has an embedded database open. */
export interface LockHolder {
  pid: number
  host: string
  /** ISO 8601. */
  since: string
  /** The program that it runs. */
  command: string
  /** It makes a backup when it is sent SIGUSR2. Any other process would die of that signal. */
  takes_backups: boolean
}

/** Another process has the embedded database open. The message names it. */
export class DatabaseLocked extends Error {
  override name = 'DatabaseLocked'

  constructor(dir: string, readonly holder: LockHolder | null) {
    const who = holder ? `process ${holder.pid} on ${holder.host} since ${holder.since} (${holder.command})` : 'another process'
    super(`The embedded database in ${dir} is in use by ${who}. Stop that process first, or set DATABASE_URL to share one Postgres server.`)
  }
}

const SQLITE_BUSY = 5

/**
 * Takes the exclusive lock on an embedded database's directory: two processes on one PGlite directory
 * corrupt it silently. The lock is the operating system's own (held on a SQLite file, which Node brings),
 * so it is gone the moment the process dies, however it dies; a file beside it says who holds it.
 * @param dir the directory to lock; made if absent
 * @returns releases the lock
 * @throws DatabaseLocked when somebody else holds it
 */
export function lockDirectory(dir: string): () => void {
  mkdirSync(dir, { recursive: true })
  const lock = new DatabaseSync(join(dir, 'lock.sqlite'), { timeout: 0 })
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  }
  catch (error) {
    lock.close()
    // The low byte is the kind of trouble, the rest a detail of it.
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY) throw new DatabaseLocked(dir, lockHolder(dir))
    throw new Error(`The lock on the embedded database in ${dir} cannot be taken: ${(error as Error).message}`, { cause: error })
  }
  writeHolder(dir, { pid: process.pid, host: hostname(), since: new Date().toISOString(), command: process.argv[1] ?? process.title, takes_backups: false })
  let held = true
  return () => {
    if (!held) return
    held = false
    rmSync(holderFile(dir), { force: true })
    lock.close()
  }
}

/** Who holds the lock, or held it until it was killed; null when nobody has said so. */
export function lockHolder(dir: string): LockHolder | null {
  try {
    return JSON.parse(readFileSync(holderFile(dir), 'utf8'))
  }
  catch {
    return null
  }
}

/** Tells `npm run backup` that this process, which holds the lock, answers SIGUSR2 with a backup. */
export function announceBackups(dir: string): void {
  const holder = lockHolder(dir)
  if (holder?.pid === process.pid) writeHolder(dir, { ...holder, takes_backups: true })
}

const holderFile = (dir: string) => join(dir, 'lock-holder.json')

function writeHolder(dir: string, holder: LockHolder) {
  // Written beside and renamed: whoever reads it sees the old one or the new one.
  writeFileSync(`${holderFile(dir)}.new`, JSON.stringify(holder))
  renameSync(`${holderFile(dir)}.new`, holderFile(dir))
}
