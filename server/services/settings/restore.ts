import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { openDatabase } from '../../../db/client'
import { ASIDE, embeddedDir } from '../../../db/embedded'
import { lockDirectory } from '../../../db/lock'
import { createFileStore, type FileStore } from '../../providers/storage'
import { databaseIdentity } from '../audio/file-sweep'
import { sha256Of } from '../hash'
import { backupsDir, dumpName, filesOf, isWhole, listBackups, type BackupManifest } from './backup'
import { restoreServer } from './restore-server'

export interface RestoreOptions {
  /** `latest`, the name of a folder in `backups`, or the path of one. */
  from: string
  dataDir: string
  databaseUrl?: string
  store: FileStore
  migrationsFolder: string
}

export interface Restored {
  folder: string
  /** Where the database as it was until now has gone; null when there was none. */
  aside: string | null
  files: number
  /** Files that the backup should have, and has not, or not whole. */
  damaged: string[]
}

/**
 * Brings a backup back: the database (opened and brought up to date before it takes its place), its files, its secrets.
 * The present database is kept aside; files that the backup does not know are left to the sweep. When it fails, or is
 * cut off, the present database stays or the next start says so.
 * @throws DatabaseLocked when a server has the embedded database open; Error in one sentence for everything else
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const folder = await findBackup(options)
  const { database } = await manifestOf(folder)
  if (database !== (options.databaseUrl ? 'postgres' : 'pglite')) {
    throw new Error(database === 'postgres'
      ? `${folder} holds the dump of a Postgres server: set DATABASE_URL to the server that it should go to.`
      : `${folder} holds an embedded database: it cannot go to a Postgres server. Restore it without DATABASE_URL.`)
  }
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const unlock = options.databaseUrl ? () => {} : lockDirectory(options.dataDir)
  try {
    const dump = join(folder, dumpName(database))
    const { aside, identity } = options.databaseUrl
      ? await restoreServer(options.databaseUrl, dump, options.migrationsFolder, options.dataDir, stamp.toLowerCase())
      : await restoreEmbedded(options, dump, stamp)
    const damaged = await restoreFiles(folder, options.store)
    await restoreSecrets(folder, options.dataDir, stamp)
    await options.store.claim(identity)
    return { folder, aside, files: (await filesOf(folder)).length - damaged.length, damaged }
  }
  finally {
    unlock()
  }
}

async function findBackup({ from, dataDir }: RestoreOptions): Promise<string> {
  const folders = await listBackups(dataDir)
  if (from === 'latest') {
    if (!folders[0]) throw new Error(`There is no backup in ${backupsDir(dataDir)}.`)
    return folders[0]
  }
  const folder = [join(backupsDir(dataDir), from), resolve(from)].find(path => existsSync(join(path, 'manifest.json')))
  if (folder) return isAbsolute(folder) ? folder : resolve(folder)
  const known = folders.length > 0 ? `These are: ${folders.map(path => basename(path)).join(', ')}.` : `There is none in ${backupsDir(dataDir)}.`
  throw new Error(`${from} is no backup. ${known}`)
}

async function manifestOf(folder: string): Promise<BackupManifest> {
  return JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
}

async function restoreEmbedded({ dataDir, migrationsFolder }: RestoreOptions, dump: string, stamp: string) {
  const work = join(dataDir, 'restoring')
  await rm(work, { recursive: true, force: true })
  try {
    const database = await openDatabase({ dataDir: work, migrationsFolder, restoreFrom: await unpack(dump) })
    const identity = await databaseIdentity(database.db)
    await database.close()
    const present = embeddedDir(dataDir)
    const aside = existsSync(present) ? join(dataDir, `${ASIDE}${stamp}`) : null
    if (aside) await rename(present, aside)
    await rename(embeddedDir(work), present)
    return { aside, identity }
  }
  finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Unpacked here: of a damaged dump PGlite would report nothing to us, and end the process. */
async function unpack(dump: string): Promise<Blob> {
  try {
    return new Blob([await promisify(gunzip)(await readFile(dump))], { type: 'application/x-tar' })
  }
  catch (error) {
    throw new Error(`${dump} is damaged: ${(error as Error).message}.`, { cause: error })
  }
}

async function restoreFiles(folder: string, store: FileStore): Promise<string[]> {
  // A folder that was carried here from elsewhere brings its files beside it, as `backups` has them.
  const kept = createFileStore(join(dirname(folder), 'files'))
  const damaged: string[] = []
  for (const sha256 of await filesOf(folder)) {
    if (await isWhole(store, sha256)) continue
    const bytes = await kept.read(sha256)
    if (bytes && sha256Of(bytes) === sha256) {
      // One of the same size would be taken for it.
      await store.remove(sha256)
      await store.put(sha256, bytes)
    }
    else {
      damaged.push(sha256)
    }
  }
  return damaged
}

/** The secrets belong to the database: what it holds is signed and encrypted with them. */
async function restoreSecrets(folder: string, dataDir: string, stamp: string) {
  const from = join(folder, 'secrets')
  if (!existsSync(from)) return
  const present = join(dataDir, 'secrets')
  await mkdir(present, { recursive: true, mode: 0o700 })
  for (const name of await readdir(from)) {
    if (existsSync(join(present, name)) && !(await readFile(join(present, name))).equals(await readFile(join(from, name)))) {
      await rename(join(present, name), join(present, `${name}.before-restore-${stamp}`))
    }
    await cp(join(from, name), join(present, name))
  }
}
