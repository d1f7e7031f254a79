import { existsSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import type { Database, Db, OpenOptions } from './client'
import { guardTransactions } from './guard'
import { DatabaseLocked, lockDirectory } from './lock'
import { migrating } from './migrate'
import * as schema from './schema'

/** Where the embedded database of a data directory lives. */
export const embeddedDir = (dataDir: string) => join(dataDir, 'database')

/** A restore moves the present database aside under this name, and the time. */
export const ASIDE = 'database.before-restore-'

/** `nuxt dev` starts its next worker thread while the last one closes. */
const OWN_LOCK_WAIT_MS = 15_000

/** {@link openDatabase} in this process. */
export async function openEmbedded({ dataDir, migrationsFolder, restoreFrom }: OpenOptions): Promise<Database> {
  const unlock = await lock(dataDir)
  let client: PGlite | undefined
  try {
    client = await open(dataDir, restoreFrom)
    const db = drizzle(client, { schema }) as unknown as Db
    if (migrationsFolder) await migrating(migrationsFolder, () => migrate(drizzle(client!), { migrationsFolder }))
    return describe(client, db, unlock)
  }
  catch (error) {
    await client?.close()
    unlock()
    throw error
  }
}

function describe(client: PGlite, db: Db, unlock: () => void): Database {
  const { assertOutside } = guardTransactions(db)
  return {
    kind: 'pglite',
    db,
    listen: async (channel, onPayload, onListen) => {
      assertOutside(`listen ${channel}`)
      await client.listen(channel, onPayload)
      onListen?.()
    },
    dump: async () => {
      assertOutside('dump')
      return await client.dumpDataDir('gzip')
    },
    close: async () => {
      assertOutside('close')
      try {
        await client.close()
      }
      finally {
        unlock()
      }
    },
  }
}

async function open(dataDir: string, restoreFrom: Blob | undefined): Promise<PGlite> {
  const dir = embeddedDir(dataDir)
  if (!existsSync(join(dir, 'PG_VERSION'))) await make(dataDir, restoreFrom)
  else if (restoreFrom) throw new Error(`${dir} exists already: a dump is loaded into a new database only.`)
  return await start(dir)
}

/** Making a database takes seconds, and a process killed meanwhile must not leave half of one: made beside and renamed. */
async function make(dataDir: string, restoreFrom: Blob | undefined) {
  const dir = embeddedDir(dataDir)
  // PGlite would make a new database among files that are none.
  if (existsSync(dir) && (await readdir(dir)).length > 0) throw new Error(`${dir} holds files, but no database. "npm run restore" brings back the last backup.`)
  const aside = (await readdir(dataDir)).find(name => name.startsWith(ASIDE))
  // Starting with an empty database here would look as if everything were lost.
  if (aside && !restoreFrom) throw new Error(`There is no database in ${dataDir}, but ${aside}: a restore was cut off. Run "npm run restore" again, or rename that folder to "database".`)
  const fresh = `${dir}.new`
  await rm(fresh, { recursive: true, force: true })
  const client = await start(fresh, { loadDataDir: restoreFrom })
  await client.close()
  await rename(fresh, dir)
}

async function start(dir: string, options: PGliteOptions = {}): Promise<PGlite> {
  try {
    return await PGlite.create({ ...options, dataDir: dir, extensions: { pg_trgm }, startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'] })
  }
  catch (error) {
    throw new Error(`The embedded database in ${dir} cannot be opened: ${(error as Error).message}. "npm run restore" brings back the last backup.`, { cause: error })
  }
}

async function lock(dataDir: string): Promise<() => void> {
  const deadline = Date.now() + OWN_LOCK_WAIT_MS
  while (true) {
    try {
      return lockDirectory(dataDir)
    }
    catch (error) {
      const ours = error instanceof DatabaseLocked && error.holder?.pid === process.pid && error.holder.host === hostname()
      if (!ours || Date.now() > deadline) throw error
      await sleep(50)
    }
  }
}
