import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_ENV, callerOf, good, signIn } from '../fixtures/api'
import { hasPostgres, startPostgres, type TestPostgres } from '../fixtures/postgres'
import { launchServer, outputFolder, startServer } from '../fixtures/server'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-starts-'))
})
afterAll(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))

/** What a server that cannot start leaves on the console, and its exit code. */
async function failedStart(env: Record<string, string>) {
  const server = await launchServer({ DATA_DIR: join(dir, 'failed'), ...env })
  const code = await server.ended
  return { code, lines: server.logs().split('\n').filter(line => line && !line.startsWith('Listening on')) }
}

describe('a wrong setting ends the start with one line that names it', () => {
  beforeAll(() => mkdir(join(dir, 'failed'), { recursive: true }))

  it.each<[string, Record<string, string>, RegExp]>([
    ['a word for a number', { MAX_UPLOAD_SIZE: 'much' }, /^MAX_UPLOAD_SIZE must be a whole number from 1024 to 2147483648/],
    ['a database of another kind', { DATABASE_URL: 'mysql://localhost/x' }, /^DATABASE_URL must be a Postgres address/],
    ['a short secret', { AUTH_SECRET: 'short' }, /^AUTH_SECRET must have at least 32 characters/],
    ['half of an account', { ADMIN_EMAIL: 'admin@mediaflow.test' }, /^ADMIN_PASSWORD must be set together with ADMIN_EMAIL/],
    ['an address that is none', { APP_URL: 'announce' }, /^APP_URL must be an address/],
    ['an origin with a path', { CORS_ORIGINS: 'https://a.example/path' }, /^CORS_ORIGINS must be origins separated by commas/],
  ])('%s', async (_, env, expected) => {
    const { code, lines } = await failedStart(env)
    expect(code).toBe(1)
    expect(lines).toEqual([expect.stringMatching(expected)])
    expect(lines[0]).toContain('.env.example')
    expect(lines[0]).not.toContain('mysql://')
  })

  it('a database that is not there', async () => {
    const { code, lines } = await failedStart({ DATABASE_URL: 'postgres://user:geheim@127.0.0.1:1/none' })
    expect(code).toBe(1)
    expect(lines).toEqual([expect.stringMatching(/^MediaFlow cannot start: .*127\.0\.0\.1:1.*nothing listens there.*DATABASE_URL/)])
    expect(lines[0]).not.toContain('geheim')
  })
})

describe('on one folder', () => {
  it('the second server ends with a line that names the first, which goes on', async () => {
    const data = join(dir, 'shared')
    const first = await startServer({ ...ADMIN_ENV, DATA_DIR: data })
    const { code, lines } = await failedStart({ DATA_DIR: data })
    expect(code).toBe(1)
    expect(lines).toEqual([expect.stringContaining(`is in use by process ${first.pid} on ${hostname()}`)])
    await signIn(first.url)
    await first.stop()
    const again = await startServer({ DATA_DIR: data })
    await signIn(again.url)
    await again.stop()
  })

  it('and on one port the second ends too', async () => {
    const first = await startServer()
    const { code, lines } = await failedStart({ DATA_DIR: join(dir, 'port'), PORT: new URL(first.url).port })
    expect(code).toBe(1)
    expect(lines).toEqual([expect.stringMatching(/^MediaFlow cannot start: port \d+ of 127\.0\.0\.1 cannot be used: another program listens there/)])
    await first.stop()
  })
})

it('a migration that fails ends the start with its reason, and nothing is answered', async () => {
  // A copy of the build with one more migration, which cannot work.
  const broken = join(dir, 'broken-output')
  await cp(outputFolder, broken, { recursive: true, verbatimSymlinks: true })
  const migrations = join(broken, 'server/migrations')
  const journal = JSON.parse(await readFile(join(migrations, 'meta/_journal.json'), 'utf8'))
  journal.entries.push({ ...journal.entries.at(-1), idx: journal.entries.length, when: Date.now(), tag: '9999_impossible' })
  await writeFile(join(migrations, 'meta/_journal.json'), JSON.stringify(journal))
  await writeFile(join(migrations, '9999_impossible.sql'), 'ALTER TABLE no_such_table ADD COLUMN x integer;')
  const data = join(dir, 'migration')
  const server = await launchServer({ DATA_DIR: data }, broken)
  const answers: number[] = []
  const asking = setInterval(() => void fetch(`${server.url}/api/v1/client/setup`).then(response => answers.push(response.status), () => {}), 200)
  expect(await server.ended).toBe(1)
  clearInterval(asking)
  expect(server.logs()).toMatch(/^MediaFlow cannot start: Migration 9999_impossible failed and nothing was changed: relation "no_such_table" does not exist/m)
  expect(answers).toEqual([])
  // The same folder with the whole build: nothing of the broken one is in it.
  const mended = await startServer({ DATA_DIR: data })
  expect(await good(callerOf(mended.url).get('client/setup'))).toEqual({ needed: true })
  await mended.stop()
})

describe.skipIf(!hasPostgres)('on one PostgreSQL (needs a PostgreSQL server on this machine)', () => {
  let database: TestPostgres
  beforeAll(async () => {
    database = await startPostgres()
  })
  afterAll(() => database.stop())

  it('three servers that start at once on an empty database all come up, with one admin, client and store', async () => {
    const env = { ...ADMIN_ENV, DATABASE_URL: database.url, AUTH_SECRET: 'a secret that all instances share' }
    const servers = await Promise.all([1, 2, 3].map(() => startServer(env)))
    const sql = postgres(database.url, { max: 1 })
    expect(await sql`select (select count(*)::int from "user") as people, (select count(*)::int from organization) as clients, (select count(*)::int from store) as stores, (select count(*)::int from drizzle.__drizzle_migrations) as migrations`)
      .toEqual([{ people: 1, clients: 1, stores: 1, migrations: expect.any(Number) }])
    await sql.end()
    const person = await signIn(servers[0]!.url)
    for (const server of servers) {
      expect(await good(callerOf(server.url, person.headers).get('client/me'))).toMatchObject({ user: { is_admin: true } })
      await server.stop()
      expect(server.logs()).not.toContain('"level":"error"')
    }
  })
})
