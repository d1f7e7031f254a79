import { existsSync } from 'node:fs'
import { chmod, cp, link, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Database } from '../../../db/client'
import { version } from '../../../package.json'
import { createFileStore, type FileStore } from '../../providers/storage'
import { useFileStore } from '../audio/files'
import { useDatabase } from '../database'
import { sha256Of } from '../hash'
import { useSettings } from './env'
import { pgDump } from './postgres-tools'

/** How many backups are kept. */
const KEPT = 14

export interface BackupOptions {
  database: Database
  /** Of a Postgres server. */
  databaseUrl?: string
  store: FileStore
  dataDir: string
  /** Older backups than the newest so many are removed. */
  keep?: number
}

export interface Backup {
  folder: string
  /** Files that belong to it, in `backups/files` with those of all others. */
  files: number
}

/** `manifest.json` of a backup. */
export interface BackupManifest {
  created_at: string
  version: string
  database: Database['kind']
}

export const backupsDir = (dataDir: string) => join(dataDir, 'backups')
/** The files of all backups, by content. */
export const backupFiles = (dataDir: string) => createFileStore(join(backupsDir(dataDir), 'files'))
export const dumpName = (kind: Database['kind']) => kind === 'pglite' ? 'database.tar.gz' : 'database.dump'

let last: Promise<unknown> = Promise.resolve()

/** {@link backupNow} of this installation. */
export async function backupInstallation(): Promise<Backup> {
  const { DATABASE_URL, DATA_DIR } = useSettings()
  return backupNow({ database: await useDatabase(), databaseUrl: DATABASE_URL, store: useFileStore(), dataDir: DATA_DIR })
}

/**
 * Makes a backup in `backups/<time>`: the database, the files, the installation's secrets. Written beside and renamed,
 * so that a folder of that name is whole. One at a time in a process; while it works, the product goes on.
 * @throws PostgresToolFailed when pg_dump is missing or fails; what the disk says
 */
export function backupNow(options: BackupOptions): Promise<Backup> {
  const result = last.then(() => backup(options))
  last = result.catch(() => {})
  return result
}

async function backup({ database, databaseUrl, store, dataDir, keep = KEPT }: BackupOptions): Promise<Backup> {
  const backups = backupsDir(dataDir)
  const name = new Date().toISOString().replaceAll(':', '-')
  const partial = join(backups, `${name}${PARTIAL}`)
  const kept = backupFiles(dataDir)
  await mkdir(partial, { recursive: true, mode: 0o700 })
  await chmod(backups, 0o700)
  try {
    // What is stored while the database is dumped may be in the dump; what is swept meanwhile may be too.
    const files = await copyFiles(store, kept)
    await dumpDatabase(database, databaseUrl, join(partial, dumpName(database.kind)))
    for (const sha256 of await copyFiles(store, kept)) files.add(sha256)
    if (existsSync(join(dataDir, 'secrets'))) await cp(join(dataDir, 'secrets'), join(partial, 'secrets'), { recursive: true })
    const manifest: BackupManifest = { created_at: new Date().toISOString(), version, database: database.kind }
    await writeFile(join(partial, 'files.txt'), [...files].sort().map(sha256 => `${sha256}\n`).join(''))
    await writeFile(join(partial, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    await sync(partial)
    await rename(partial, join(backups, name))
    await prune(dataDir, kept, keep)
    return { folder: join(backups, name), files: files.size }
  }
  catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

const PARTIAL = '.partial'
const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/

/** The folders of whole backups, newest first. */
export async function listBackups(dataDir: string): Promise<string[]> {
  const names = existsSync(backupsDir(dataDir)) ? await readdir(backupsDir(dataDir)) : []
  return names.filter(name => NAME.test(name)).sort().reverse().map(name => join(backupsDir(dataDir), name))
}

/** The SHA-256 of every file that a backup needs. */
export async function filesOf(folder: string): Promise<string[]> {
  return (await readFile(join(folder, 'files.txt'), 'utf8')).split('\n').filter(Boolean)
}

async function dumpDatabase(database: Database, databaseUrl: string | undefined, path: string) {
  if (database.kind === 'postgres') return await pgDump(databaseUrl!, path)
  const dump = await database.dump!()
  await writeFile(path, dump.stream(), { mode: 0o600 })
}

/** Copies what is not there yet. @returns the names of all that the store holds */
async function copyFiles(from: FileStore, to: FileStore): Promise<Set<string>> {
  const names = new Set<string>()
  for await (const { sha256, bytes } of from.list()) {
    const kept = await to.stat(sha256)
    // Of two that differ one is damaged: a whole copy is not given up for it.
    const have = kept && (kept.bytes === bytes || await isWhole(to, sha256))
    if (have || await copyFile(from, to, sha256)) names.add(sha256)
  }
  return names
}

/** Whether a store has a file, and its bytes are what its name says. */
export async function isWhole(store: FileStore, sha256: string): Promise<boolean> {
  const bytes = await store.read(sha256)
  return bytes !== null && sha256Of(bytes) === sha256
}

async function copyFile(from: FileStore, to: FileStore, sha256: string): Promise<boolean> {
  if (from.pathOf && to.pathOf && await linkFile(from.pathOf(sha256), to.pathOf(sha256))) return true
  const bytes = await from.read(sha256)
  if (!bytes) return false
  await to.put(sha256, bytes)
  return true
}

/** A hard link costs no space. Another disk, and some file systems, have none: then it is copied. */
async function linkFile(from: string, to: string): Promise<boolean> {
  try {
    await mkdir(dirname(to), { recursive: true })
    await link(from, to)
    return true
  }
  catch {
    return false
  }
}

/** Removes old backups, what was cut off, and the files that no backup needs any more. */
async function prune(dataDir: string, kept: FileStore, keep: number) {
  const folders = await listBackups(dataDir)
  for (const folder of folders.splice(Math.max(1, keep))) await rm(folder, { recursive: true, force: true })
  const yesterday = new Date(Date.now() - 24 * 3_600_000).toISOString()
  for (const name of await readdir(backupsDir(dataDir))) {
    if (name.endsWith(PARTIAL) && name < yesterday.replaceAll(':', '-')) await rm(join(backupsDir(dataDir), name), { recursive: true, force: true })
  }
  const needed = new Set((await Promise.all(folders.map(filesOf))).flat())
  for await (const { sha256 } of kept.list()) {
    if (!needed.has(sha256)) await kept.remove(sha256)
  }
  await kept.removeStaleTemps(24 * 3_600_000)
}

async function sync(folder: string) {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const file = await open(join(entry.parentPath, entry.name), 'r+')
    await file.sync()
    await file.close()
  }
}
