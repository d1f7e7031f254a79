import { fileURLToPath } from 'node:url'
import { openDatabase, type Database, type Db } from '../../db/client'
import { shippedPath } from './shipped'
import { useSettings } from './settings/env'

/** The process ends: what a dying socket still wants to say must not open the database anew. */
export class DatabaseClosed extends Error {
  override name = 'DatabaseClosed'
}

let opening: Promise<Database> | undefined
let closed = false

/**
 * The database of this process, opened and migrated by whoever asks first.
 * @throws DatabaseClosed
 */
export async function useDatabase(): Promise<Database> {
  if (closed) throw new DatabaseClosed('The database is closed: this process ends.')
  opening ??= open()
  return opening
}

/** {@link useDatabase}, for those who only query. */
export async function useDb(): Promise<Db> {
  return (await useDatabase()).db
}

/** Closes the database for good, if it was opened. */
export async function closeDatabase(): Promise<void> {
  closed = true
  const database = await opening?.catch(() => undefined)
  await database?.close()
}

function open(): Promise<Database> {
  const { DATABASE_URL, DATA_DIR } = useSettings()
  return openDatabase({ databaseUrl: DATABASE_URL, dataDir: DATA_DIR, migrationsFolder: migrationsFolder() })
}

/** Beside the entry of the built server; `db/migrations` when the sources run as they are. */
export function migrationsFolder(): string {
  return shippedPath('migrations') ?? fileURLToPath(new URL('../../db/migrations', import.meta.url))
}
