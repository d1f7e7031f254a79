import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, type OpenOptions } from '../../../db/client'
import { embeddedDir } from '../../../db/embedded'
import { lockDirectory, lockHolder } from '../../../db/lock'
import { MigrationFailed } from '../../../db/migrate'
import { DatabaseUnreachable } from '../../../db/postgres'
import { migrationsFolder, onBothDatabases, rowsOf, until } from '../../fixtures/database'
import { hasPostgres, startPostgres, type TestPostgres } from '../../fixtures/postgres'
import { startProcess } from '../../fixtures/processes'
import { freePort } from '../../fixtures/server'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-open-'))
})
afterEach(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))

const start = (options: OpenOptions) => startProcess('database-process.ts', JSON.stringify(options))

/** Each starts processes and makes databases. */
const PATIENT = { timeout: 90_000 }

describe('the lock on the embedded database', PATIENT, () => {
  it('lets one process in, names it to the next one, and is free again when it ends', async () => {
    const options = { dataDir: join(dir, 'deep', 'data'), migrationsFolder }
    const first = start(options)
    expect(await first.firstLine).toBe('open')
    const second = start(options)
    const refusal = await second.firstLine
    expect(refusal).toContain('DatabaseLocked: The embedded database in')
    expect(refusal).toContain(`process ${first.pid} on ${hostname()} since 20`)
    expect(refusal).toContain('database-process.ts')
    first.tell('end')
    expect(await first.ended).toEqual({ code: 0, stderr: '' })
    expect(lockHolder(options.dataDir)).toBeNull()
    const third = start(options)
    expect(await third.firstLine).toBe('open')
    await third.kill()
  })

  it('is free the moment its holder is killed with -9, and nothing that was committed is lost', async () => {
    const options = { dataDir: dir, migrationsFolder }
    const killed = start(options)
    expect(await killed.firstLine).toBe('open')
    await killed.kill()
    expect(lockHolder(dir)?.pid).toBe(killed.pid)
    const database = await openDatabase(options)
    expect(lockHolder(dir)).toMatchObject({ pid: process.pid, takes_backups: false })
    expect(rowsOf(await database.db.execute(sql`select * from drizzle.__drizzle_migrations`))).not.toHaveLength(0)
    await database.close()
  })

  it('is free when the thread that held it is terminated', async () => {
    const worker = new Worker(`
      const { DatabaseSync } = require('node:sqlite')
      globalThis.lock = new DatabaseSync(${JSON.stringify(join(dir, 'lock.sqlite'))})
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
      require('node:worker_threads').parentPort.postMessage('held')
      setInterval(() => {}, 1000)`, { eval: true })
    await new Promise(resolve => worker.once('message', resolve))
    expect(() => lockDirectory(dir)).toThrow('is in use by another process')
    await worker.terminate()
    const unlock = lockDirectory(dir)
    unlock()
    unlock()
  })

  it('says what is wrong when the lock file is none', async () => {
    await writeFile(join(dir, 'lock.sqlite'), 'not a database, and long enough to be taken for one '.repeat(40))
    expect(() => lockDirectory(dir)).toThrow(/cannot be taken: file is not a database/)
  })
})

describe('making the embedded database', PATIENT, () => {
  it('begins anew after a process was killed in the middle of it', async () => {
    const killed = start({ dataDir: dir, migrationsFolder })
    await until(() => existsSync(`${embeddedDir(dir)}.new`), 'the database being made')
    await killed.kill()
    expect(existsSync(embeddedDir(dir))).toBe(false)
    const database = await openDatabase({ dataDir: dir, migrationsFolder })
    await database.close()
    expect(existsSync(`${embeddedDir(dir)}.new`)).toBe(false)
  })

  it('does not start empty where a restore was cut off', async () => {
    await cp(migrationsFolder, join(dir, 'database.before-restore-20261122T120000Z'), { recursive: true })
    await expect(openDatabase({ dataDir: dir, migrationsFolder })).rejects.toThrow('a restore was cut off. Run "npm run restore" again')
    lockDirectory(dir)()
  })

  it('says what is wrong when the database is damaged, and lets go of the lock', async () => {
    await (await openDatabase({ dataDir: dir, migrationsFolder })).close()
    await rm(join(embeddedDir(dir), 'global'), { recursive: true })
    await expect(openDatabase({ dataDir: dir, migrationsFolder })).rejects.toThrow(/The embedded database in .* cannot be opened: .*"npm run restore" brings back the last backup/)
    lockDirectory(dir)()
  })

  it('says so when the folder holds no database, and lets go of the lock', async () => {
    await cp(migrationsFolder, embeddedDir(dir), { recursive: true })
    await expect(openDatabase({ dataDir: dir, migrationsFolder })).rejects.toThrow(/database holds files, but no database. "npm run restore" brings back the last backup/)
    lockDirectory(dir)()
  })
})

onBothDatabases('migrations', (use) => {
  const opening = (): OpenOptions => ({ databaseUrl: use().url, dataDir: join(dir, 'data'), migrationsFolder: join(dir, 'migrations') })

  /** The product's migrations and one more. */
  async function addMigration(statements: string) {
    await cp(migrationsFolder, join(dir, 'migrations'), { recursive: true })
    const journal = join(dir, 'migrations/meta/_journal.json')
    const { entries, ...rest } = JSON.parse(await readFile(journal, 'utf8'))
    const when = entries.at(-1).when + 1
    await writeFile(journal, JSON.stringify({ ...rest, entries: [...entries, { ...entries.at(-1), idx: entries.length, when, tag: '9999_next' }] }))
    await writeFile(join(dir, 'migrations/9999_next.sql'), statements)
  }

  it('stop with the name, the reason and the statement of the one that fails, in one line, and change nothing', async () => {
    await addMigration('CREATE TABLE half_done (id int);\n--> statement-breakpoint\nALTER TABLE "voice"\n  ADD COLUMN "name" text;')
    const error = await openDatabase(opening()).catch(error => error)
    expect(error).toBeInstanceOf(MigrationFailed)
    expect(error.message).toBe('Migration 9999_next failed and nothing was changed: column "name" of relation "voice" already exists. Statement: ALTER TABLE "voice" ADD COLUMN "name" text;')

    await addMigration('CREATE TABLE half_done (id int);')
    const database = await openDatabase(opening())
    expect(rowsOf(await database.db.execute(sql`select * from half_done`))).toEqual([])
    await database.close()
  })

  it('say which folder has none', async () => {
    await expect(openDatabase(opening())).rejects.toThrow(/The migrations in .*migrations cannot be run: Can't find meta\/_journal.json/)
  })

  it('are left alone when no folder is given', async () => {
    const database = await openDatabase({ ...opening(), databaseUrl: await use().postgres?.createDatabase('untouched'), migrationsFolder: undefined })
    expect(rowsOf(await database.db.execute(sql`select nspname from pg_namespace where nspname = 'drizzle'`))).toEqual([])
    await database.close()
  })
})

describe.skipIf(!hasPostgres)('several processes and one server', () => {
  let postgres: TestPostgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres?.stop())

  it('start at once on an empty database, four times three of them, and all come up', async () => {
    const lines: string[] = []
    for (let round = 0; round < 4; round++) {
      const databaseUrl = await postgres.createDatabase(`round_${round}`)
      const three = [1, 2, 3].map(() => start({ databaseUrl, dataDir: dir, migrationsFolder }))
      lines.push(...await Promise.all(three.map(one => one.firstLine)))
      await Promise.all(three.map(one => one.kill()))
    }
    expect(lines).toEqual(Array.from({ length: 12 }, () => 'open'))
  }, 60_000)

  it('listen again after their connection died or the server was away, and say so', async () => {
    const databaseUrl = await postgres.createDatabase('listening')
    const admin = await openDatabase({ databaseUrl: postgres.url, dataDir: dir })
    const database = await openDatabase({ databaseUrl, dataDir: dir })
    const heard: string[] = []
    let listening = 0
    await database.listen('again', payload => heard.push(payload), () => listening++)
    expect(listening).toBe(1)
    const cut = () => admin.db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'listening'`)

    await cut()
    await until(() => listening === 2, 'listening again')
    await admin.db.execute(sql`alter database listening allow_connections false`)
    await cut()
    await new Promise(resolve => setTimeout(resolve, 1500))
    expect(listening).toBe(2)
    await admin.db.execute(sql`alter database listening allow_connections true`)
    await until(() => listening === 3, 'listening after the outage')
    await database.db.execute(sql`select pg_notify('again', 'still here')`)
    await until(() => heard.includes('still here'), 'the notification')
    await database.close()
    await admin.close()
  }, 60_000)

  it('keep the password to themselves when the server cannot be used', async () => {
    const { port } = new URL(postgres.url)
    const cases: [string, RegExp][] = [
      [`127.0.0.1:${await freePort()}/shop`, /^Postgres at 127\.0\.0\.1:\d+ \(database "shop"\) cannot be used: nothing listens there \(ECONNREFUSED\) \(DATABASE_URL\)\.$/],
      [`127.0.0.1:${port}/no_such`, /database "no_such"\) cannot be used: database "no_such" does not exist \(DATABASE_URL\)\.$/],
    ]
    for (const [address, expected] of cases) {
      const error = await openDatabase({ databaseUrl: `postgres://postgres:Geheim1234@${address}`, dataDir: dir }).catch(error => error)
      expect(error).toBeInstanceOf(DatabaseUnreachable)
      expect(error.message).toMatch(expected)
      expect(error.message).not.toContain('\n')
      expect(`${error.message}${error.stack}`).not.toContain('Geheim1234')
    }
  })
})
