import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { openDatabase } from '../../../db/client'
import { APPLICATION_NAME, ASIDE_SCHEMA } from '../../../db/postgres'
import { databaseIdentity } from '../audio/file-sweep'
import { pgContents, pgRestore } from './postgres-tools'

/**
 * Brings a dump back into a Postgres database. What is there is renamed aside inside the same database
 * (`public` becomes `public_before_restore_<time>`), and comes back when the dump cannot be loaded.
 * @throws when the product runs on this database, or anything fails; nothing has changed then
 */
export async function restoreServer(databaseUrl: string, dump: string, migrationsFolder: string, dataDir: string, stamp: string) {
  const client = postgres(databaseUrl, { max: 1, onnotice: () => {}, connection: { application_name: `${APPLICATION_NAME}-restore` } })
  try {
    await requireIdle(client)
    const mark = `${ASIDE_SCHEMA}${stamp}`
    const schemas = await moveAside(client, mark)
    try {
      await load(databaseUrl, dump)
      const database = await openDatabase({ databaseUrl, dataDir, migrationsFolder })
      const identity = await databaseIdentity(database.db)
      await database.close()
      return { aside: schemas.map(schema => schema + mark).join(', ') || null, identity }
    }
    catch (error) {
      await moveBack(client, schemas, mark)
      throw error
    }
  }
  finally {
    await client.end({ timeout: 5 })
  }
}

async function requireIdle(client: postgres.Sql) {
  const [row] = await client<{ connections: number }[]>`
    select count(*)::int as connections from pg_stat_activity where datname = current_database() and application_name = ${APPLICATION_NAME}`
  if (row!.connections > 0) throw new Error('A server runs on this database (DATABASE_URL). Stop every instance first.')
}

async function moveAside(client: postgres.Sql, mark: string): Promise<string[]> {
  const schemas = (await ownSchemas(client)).filter(schema => !schema.includes(ASIDE_SCHEMA))
  await client.begin(async (tx) => {
    for (const schema of schemas) await tx`alter schema ${tx(schema)} rename to ${tx(schema + mark)}`
    await tx`create schema public`
    await moveExtensions(tx, `public${mark}`, 'public')
  })
  return schemas
}

async function moveBack(client: postgres.Sql, schemas: string[], mark: string) {
  const half = (await ownSchemas(client)).filter(schema => !schema.includes(ASIDE_SCHEMA))
  await client.begin(async (tx) => {
    await moveExtensions(tx, 'public', `public${mark}`)
    for (const schema of half) await tx`drop schema ${tx(schema)} cascade`
    for (const schema of schemas) await tx`alter schema ${tx(schema + mark)} rename to ${tx(schema)}`
  })
}

/** A database has an extension once: both the rows put aside and those that come back use it, where the latter look for it. */
async function moveExtensions(tx: postgres.TransactionSql, from: string, to: string) {
  const rows = await tx<{ name: string }[]>`
    select extname as name from pg_extension join pg_namespace n on n.oid = extnamespace where nspname = ${from} and extrelocatable`
  for (const { name } of rows) await tx`alter extension ${tx(name)} set schema ${tx(to)}`
}

async function ownSchemas(client: postgres.Sql): Promise<string[]> {
  const rows = await client<{ name: string }[]>`select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`
  return rows.map(row => row.name)
}

async function load(databaseUrl: string, dump: string) {
  const dir = await mkdtemp(join(tmpdir(), 'mediaflow-restore-'))
  try {
    const list = join(dir, 'contents')
    // `public` stands in a dump or not, depending on who made it there: it is there already.
    const contents = (await pgContents(dump)).split('\n').filter(line => !/ SCHEMA - public | (?:COMMENT|ACL) - SCHEMA public /.test(line))
    await writeFile(list, contents.join('\n'))
    await pgRestore(databaseUrl, dump, list)
  }
  finally {
    await rm(dir, { recursive: true, force: true })
  }
}
