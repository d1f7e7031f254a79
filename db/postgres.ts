import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import type { Database, Db } from './client'
import { guardTransactions } from './guard'
import { migrating } from './migrate'
import * as schema from './schema'

/** Postgres did not let us in. The message is one line that names the server and the reason, never the password. */
export class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable'
}

/** How our connections are called in `pg_stat_activity`. */
export const APPLICATION_NAME = 'mediaflow'

/** A restore renames the present schemas to their name, this, and the time. */
export const ASIDE_SCHEMA = '_before_restore_'

const OLDEST_SERVER = 15
const CONNECT_WITHIN_S = 10
const ANSWER_WITHIN_MS = 15_000
/** One number for the whole product: the advisory lock round its migrations. */
const MIGRATION_LOCK = 0x4D46_4C57

/** {@link openDatabase} of a server. */
export async function openPostgres(url: string, migrationsFolder: string | undefined): Promise<Database> {
  await prepareServer(url, migrationsFolder)
  const client = connect(url, 10)
  const db = drizzle(client, { schema }) as unknown as Db
  guardTransactions(db)
  return {
    kind: 'postgres',
    db,
    listen: async (channel, onPayload, onListen) => {
      await client.listen(channel, onPayload, onListen)
    },
    close: () => client.end({ timeout: 5 }),
  }
}

/** Checks the server and brings it up to date, on a connection of its own. */
async function prepareServer(url: string, migrationsFolder: string | undefined) {
  const client = connect(url, 1)
  try {
    await checkServer(client, url)
    if (!migrationsFolder) return
    // `migrate()` takes no lock of its own: of several instances on an empty database one would crash.
    // This one is gone with its connection, whatever happens here.
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`
    await refuseHalfRestored(client)
    await migrating(migrationsFolder, () => migrate(drizzle(client), { migrationsFolder }))
  }
  finally {
    await client.end({ timeout: 1 })
  }
}

async function checkServer(client: postgres.Sql, url: string) {
  let version
  try {
    [version] = await Promise.race([
      client<{ server_version: string }[]>`show server_version`,
      // A proxy with nothing behind it closes each connection, and postgres.js would try for ever.
      sleep(ANSWER_WITHIN_MS, undefined, { ref: false }).then(() => Promise.reject(Object.assign(new Error('timeout'), { code: 'CONNECT_TIMEOUT' }))),
    ])
  }
  catch (error) {
    throw new DatabaseUnreachable(`${serverOf(url)} cannot be used: ${reasonOf(error)} (DATABASE_URL).`)
  }
  if (Number.parseInt(version!.server_version) < OLDEST_SERVER) {
    throw new DatabaseUnreachable(`${serverOf(url)} runs version ${version!.server_version}, and ${OLDEST_SERVER} or newer is needed (DATABASE_URL).`)
  }
}

/** Starting with an empty database here would look as if everything were lost. */
async function refuseHalfRestored(client: postgres.Sql) {
  const [aside] = await client<{ name: string }[]>`
    select nspname as name from pg_namespace where starts_with(nspname, ${`drizzle${ASIDE_SCHEMA}`})
    and not exists (select 1 from pg_namespace where nspname = 'drizzle') order by 1 desc`
  if (aside) throw new Error(`There is no database, but ${aside.name}: a restore was cut off. Run "npm run restore" again, or rename the schemas that end in ${aside.name.replace('drizzle', '')} back.`)
}

const connect = (url: string, max: number) => postgres(url, {
  max,
  onnotice: () => {},
  connect_timeout: CONNECT_WITHIN_S,
  connection: { application_name: APPLICATION_NAME },
})

function serverOf(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `Postgres at ${hostname}:${port || 5432} (database "${pathname.slice(1)}")`
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  ETIMEDOUT: 'it does not answer',
  CONNECT_TIMEOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to that host',
  ECONNRESET: 'it closed the connection',
  CONNECTION_CLOSED: 'it closed the connection',
}

function reasonOf(error: unknown): string {
  const { code = '', message } = error as { code?: string, message: string }
  return REASONS[code] ? `${REASONS[code]} (${code})` : message.replace(/\s+/g, ' ')
}
