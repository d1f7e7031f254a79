import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, type Database } from '../../../../../db/client'
import { embeddedDir } from '../../../../../db/embedded'
import { lockDirectory } from '../../../../../db/lock'
import { organization } from '../../../../../db/schema'
import { root, toolEnv } from '../../../../../scripts/lib/project.mjs'
import { createFileStore, type FileStore } from '../../../../../server/providers/storage'
import { sweepFiles } from '../../../../../server/services/audio/file-sweep'
import { sha256Of } from '../../../../../server/services/hash'
import { backupFiles, backupNow, backupsDir, filesOf, listBackups } from '../../../../../server/services/settings/backup'
import { restoreBackup } from '../../../../../server/services/settings/restore'
import { addClient, migrationsFolder } from '../../../../fixtures/database'
import { hasPostgres, startPostgres, type TestPostgres } from '../../../../fixtures/postgres'
import { startProcess } from '../../../../fixtures/processes'

const run = promisify(execFile)
/** Each starts programs or databases, several times. */
const PATIENT = 90_000

let template: string
let dir: string
let dataDir: string
let store: FileStore

// Making an embedded database takes seconds, copying one does not.
beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'mediaflow-template-'))
  const database = await openDatabase({ dataDir: template, migrationsFolder })
  await database.close()
})
afterAll(() => rm(template, { recursive: true, force: true, maxRetries: 5 }))

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-backup-'))
  dataDir = join(dir, 'data')
  await cp(template, dataDir, { recursive: true })
  store = createFileStore(join(dataDir, 'files'))
})
afterEach(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))

const put = async (text: string) => {
  await store.put(sha256Of(text), Buffer.from(text))
  return sha256Of(text)
}
const pathIn = (folder: string, sha256: string) => join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
const names = async (database: Database) => (await database.db.select().from(organization)).map(row => row.id).sort()
const command = (name: string, args: string[], env: Record<string, string> = {}) =>
  run('npm', ['run', '--silent', name, '--', ...args], { cwd: root, env: toolEnv({ DATA_DIR: dataDir, STORAGE_PATH: '', DATABASE_URL: '', ...env }) })

describe('a backup of the embedded database', () => {
  let database: Database
  beforeEach(async () => {
    database = await openDatabase({ dataDir })
  })
  afterEach(() => database.close())
  const backup = (keep?: number) => backupNow({ database, store, dataDir, keep })

  it('holds the database, the secrets and the files, which cost no space twice', async () => {
    const sha256 = await put('sound')
    await mkdir(join(dataDir, 'secrets'))
    await writeFile(join(dataDir, 'secrets', 'auth'), 'geheim')
    const { folder, files } = await backup()
    expect(files).toBe(1)
    expect(basename(folder)).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/)
    expect((await readdir(folder)).sort()).toEqual(['database.tar.gz', 'files.txt', 'manifest.json', 'secrets'])
    expect(await filesOf(folder)).toEqual([sha256])
    const [original, copy] = await Promise.all([join(dataDir, 'files'), join(dataDir, 'backups/files')].map(place => stat(pathIn(place, sha256))))
    expect(copy!.ino).toBe(original!.ino)
    expect((await stat(backupsDir(dataDir))).mode & 0o777).toBe(0o700)
  })

  it('keeps the newest, and only the files that those need', async () => {
    const old = await put('old')
    const first = await backup(2)
    await store.remove(old)
    const young = await put('young')
    const second = await backup(2)
    expect(await backupFiles(dataDir).stat(old)).not.toBeNull()
    const third = await backup(2)
    expect(await listBackups(dataDir)).toEqual([third.folder, second.folder])
    expect([first.folder, second.folder, third.folder].sort()).toEqual([first.folder, second.folder, third.folder])
    expect(await backupFiles(dataDir).stat(old)).toBeNull()
    expect(await backupFiles(dataDir).stat(young)).not.toBeNull()
  })

  it('takes no half of itself for a whole one, and clears away what was cut off', async () => {
    await mkdir(join(backupsDir(dataDir), '2026-01-01T00-00-00.000Z.partial'), { recursive: true })
    expect(await listBackups(dataDir)).toEqual([])
    const failing = backupNow({ database: { ...database, dump: () => Promise.reject(new Error('disk full')) }, store, dataDir })
    await expect(failing).rejects.toThrow('disk full')
    expect(await listBackups(dataDir)).toEqual([])
    const { folder } = await backup()
    expect((await readdir(backupsDir(dataDir))).filter(name => name !== 'files')).toEqual([basename(folder)])
  })

  it('does not give up a whole copy for a damaged file', async () => {
    const sha256 = await put('sound')
    await backup()
    await store.remove(sha256)
    await mkdir(join(dataDir, 'files'), { recursive: true })
    await writeFile(pathIn(join(dataDir, 'files'), sha256), 'sou')
    await backup()
    expect((await backupFiles(dataDir).read(sha256))?.toString()).toBe('sound')
  })

  it('is asked for one at a time', async () => {
    const made = await Promise.all([backup(), backup()])
    expect(new Set(made.map(({ folder }) => folder)).size).toBe(2)
    expect(await listBackups(dataDir)).toHaveLength(2)
  })
})

describe('a restore of the embedded database', { timeout: PATIENT }, () => {
  const restore = (from = 'latest', to = dataDir) => restoreBackup({ from, dataDir: to, store: createFileStore(join(to, 'files')), migrationsFolder })

  /** A backup with the client `before` and a file; after it came the client `after`. */
  async function makeHistory() {
    const sha256 = await put('sound')
    const database = await openDatabase({ dataDir })
    await addClient(database.db, 'before')
    await sweepFiles(database.db, store)
    const { folder } = await backupNow({ database, store, dataDir })
    await addClient(database.db, 'after')
    await database.close()
    return { sha256, folder }
  }

  it('brings back the database and its files, keeps the present one aside, and can be repeated', async () => {
    const { sha256, folder } = await makeHistory()
    await rm(pathIn(join(dataDir, 'files'), sha256))
    const restored = await restore()
    expect(restored).toEqual({ folder, aside: expect.stringMatching(/database\.before-restore-\d{8}T\d{6}Z$/), files: 1, damaged: [] })
    expect((await store.read(sha256))?.toString()).toBe('sound')

    const database = await openDatabase({ dataDir, migrationsFolder })
    expect(await names(database)).toEqual(['before'])
    await database.close()
    await rm(embeddedDir(dataDir), { recursive: true })
    await cp(restored.aside!, embeddedDir(dataDir), { recursive: true })
    const aside = await openDatabase({ dataDir })
    expect(await names(aside)).toEqual(['after', 'before'])
    await aside.close()
    expect((await restore(basename(folder))).files).toBe(1)
    expect((await readdir(dataDir)).filter(name => name.startsWith('restoring'))).toEqual([])
  })

  it('brings a carried backup back on another machine, with its secrets, so that the sweep works on', async () => {
    await mkdir(join(dataDir, 'secrets'))
    await writeFile(join(dataDir, 'secrets', 'auth'), 'the old secret')
    const { sha256, folder } = await makeHistory()
    const other = join(dir, 'other')
    await mkdir(join(other, 'secrets'), { recursive: true })
    await writeFile(join(other, 'secrets', 'auth'), 'made at the first start here')
    await cp(backupsDir(dataDir), join(dir, 'usb'), { recursive: true })
    await rm(dataDir, { recursive: true })
    expect(await restore(join(dir, 'usb', basename(folder)), other)).toMatchObject({ aside: null, files: 1 })
    expect(await readFile(join(other, 'secrets', 'auth'), 'utf8')).toBe('the old secret')
    const database = await openDatabase({ dataDir: other })
    expect(await sweepFiles(database.db, createFileStore(join(other, 'files')))).toEqual({ removed_files: 0, removed_rows: 0, missing: [] })
    await database.close()
    expect(sha256).toBeTruthy()
  })

  it('changes nothing when the dump is damaged, and says what a backup lacks', async () => {
    const { sha256, folder } = await makeHistory()
    const dump = join(folder, 'database.tar.gz')
    const whole = await readFile(dump)
    await writeFile(dump, whole.subarray(0, whole.length / 2))
    await expect(restore()).rejects.toThrow(`${dump} is damaged: unexpected end of file.`)
    const database = await openDatabase({ dataDir })
    expect(await names(database)).toEqual(['after', 'before'])
    await database.close()

    await writeFile(dump, whole)
    await writeFile(pathIn(join(dataDir, 'backups/files'), sha256), 'soumd')
    await rm(pathIn(join(dataDir, 'files'), sha256), { force: true })
    expect(await restore()).toMatchObject({ files: 0, damaged: [sha256] })
  })

  it('puts a whole file in the place of a damaged one that is as long', async () => {
    const { sha256 } = await makeHistory()
    const path = pathIn(join(dataDir, 'files'), sha256)
    await rm(path)
    await writeFile(path, 'soumd')
    await restore()
    expect(await readFile(path, 'utf8')).toBe('sound')
  })

  it('refuses while somebody holds the database, and what is no backup, in one sentence', async () => {
    const { folder } = await makeHistory()
    const unlock = lockDirectory(dataDir)
    await expect(restore()).rejects.toThrow(`is in use by process ${process.pid}`)
    unlock()
    await expect(restore('yesterday')).rejects.toThrow(`yesterday is no backup. These are: ${basename(folder)}.`)
    await rm(backupsDir(dataDir), { recursive: true })
    await expect(restore()).rejects.toThrow(`There is no backup in ${backupsDir(dataDir)}.`)
    const other = restoreBackup({ from: folder, databaseUrl: 'postgres://localhost/x', dataDir, store, migrationsFolder })
    await expect(other).rejects.toThrow('is no backup')
  })
})

describe('npm run backup and npm run restore', () => {
  it('work on a stopped installation', async () => {
    await put('sound')
    const { stdout } = await command('backup', [])
    const [folder] = await listBackups(dataDir)
    expect(stdout).toBe(`Backup made: ${folder} (the database and 1 files).\n`)
    const usage = await command('restore', []).catch(error => error)
    expect(usage).toMatchObject({ code: 1, stdout: expect.stringContaining(basename(folder!)) })
    const restored = await command('restore', ['latest'])
    expect(restored.stdout).toContain(`Restored ${folder} (the database and 1 files).\nThe database as it was until now is kept as ${embeddedDir(dataDir)}.before-restore-`)
  }, PATIENT)

  it('leave an old database as old as it was, and restore nothing that cannot be brought up to date', async () => {
    const database = await openDatabase({ dataDir })
    // To the migrator it is now a database of the time before the first migration: running that would fail.
    await database.db.execute(sql`delete from drizzle.__drizzle_migrations`)
    await database.close()
    await command('backup', [])
    expect(await command('restore', ['latest']).catch(error => error)).toMatchObject({
      code: 1, stderr: expect.stringMatching(/^Nothing was restored\. Migration 0000_\w+ failed and nothing was changed: .* already exists/),
    })
    expect((await readdir(dataDir)).filter(name => name.startsWith('database'))).toEqual(['database'])
  }, PATIENT)

  it('ask the server that runs for a backup; a restore waits for its end', async () => {
    await put('sound')
    const server = startProcess('backup-process.ts', dataDir, join(dataDir, 'files'))
    expect(await server.firstLine).toBe('open')
    const { stdout } = await command('backup', [])
    const [folder] = await listBackups(dataDir)
    expect(stdout).toBe(`The server is running: asking it for a backup …\nBackup made: ${folder} (the database and 1 files).\n`)
    expect(await command('restore', ['latest']).catch(error => error)).toMatchObject({
      code: 1, stderr: expect.stringMatching(new RegExp(`^Nothing was restored\\. The embedded database in .* is in use by process ${server.pid} on .*\\n$`)),
    })

    // Why it could not reaches the one who asked.
    await rm(join(backupsDir(dataDir), 'files'), { recursive: true })
    await writeFile(join(backupsDir(dataDir), 'files'), 'in the way')
    expect(await command('backup', []).catch(error => error)).toMatchObject({ code: 1, stderr: expect.stringMatching(/could not make a backup: .*ENOTDIR/) })

    process.kill(server.pid, 'SIGSTOP')
    const waiting = command('backup', [])
    await once(waiting.child.stdout!, 'data')
    await server.kill()
    expect(await waiting.catch(error => error)).toMatchObject({ code: 1, stderr: expect.stringContaining('ended before its backup was made') })
  }, PATIENT)

  it('never signal a process that would die of it', async () => {
    const holder = startProcess('database-process.ts', JSON.stringify({ dataDir }))
    expect(await holder.firstLine).toBe('open')
    const refused = await command('backup', []).catch(error => error)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`is in use by process ${holder.pid}`) })
    expect(refused.stderr).toContain('makes no backups when asked')
    holder.tell('end')
    expect(await holder.ended).toMatchObject({ code: 0 })
  }, PATIENT)

  it('say that there is nothing to back up, and make nothing', async () => {
    const refused = await command('backup', [], { DATA_DIR: join(dir, 'none') }).catch(error => error)
    expect(refused).toMatchObject({ code: 1, stderr: `No backup was made. There is no database in ${join(dir, 'none')}.\n` })
  })
})

describe.skipIf(!hasPostgres)('a backup and a restore of a Postgres server', () => {
  let postgres: TestPostgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres?.stop())

  it('bring back what was, keep what is aside, and refuse while a server runs', async () => {
    const databaseUrl = await postgres.createDatabase('restored')
    const sha256 = await put('sound')
    let database = await openDatabase({ databaseUrl, dataDir, migrationsFolder })
    await addClient(database.db, 'before')
    const { folder } = await backupNow({ database, databaseUrl, store, dataDir })
    expect((await readdir(folder)).sort()).toEqual(['database.dump', 'files.txt', 'manifest.json'])
    await addClient(database.db, 'after')
    await store.remove(sha256)

    const restore = () => restoreBackup({ from: 'latest', databaseUrl, dataDir, store, migrationsFolder })
    await expect(restore()).rejects.toThrow('A server runs on this database (DATABASE_URL). Stop every instance first.')
    await database.close()
    for (let round = 0; round < 2; round++) {
      expect(await restore()).toMatchObject({ folder, files: 1, aside: expect.stringMatching(/^drizzle_before_restore_\d{8}t\d{6}z, public_before_restore_\d{8}t\d{6}z$/) })
      database = await openDatabase({ databaseUrl, dataDir, migrationsFolder })
      expect(await names(database)).toEqual(['before'])
      expect((await sweepFiles(database.db, store)).missing).toEqual([])
      // The next round restores a dump of a database that was itself restored.
      await backupNow({ database, databaseUrl, store, dataDir, keep: 1 })
      await database.close()
      await new Promise(resolve => setTimeout(resolve, 1000))
      const [next] = await listBackups(dataDir)
      await cp(next!, folder, { recursive: true })
      await rm(next!, { recursive: true })
    }
    expect((await store.read(sha256))?.toString()).toBe('sound')
  }, 60_000)

  it('say so at the next start when a restore was cut off', async () => {
    const databaseUrl = await postgres.createDatabase('cut_off')
    const database = await openDatabase({ databaseUrl, dataDir })
    await database.db.execute(sql`create schema drizzle_before_restore_20261122t120000z`)
    await database.close()
    await expect(openDatabase({ databaseUrl, dataDir, migrationsFolder })).rejects.toThrow('There is no database, but drizzle_before_restore_20261122t120000z: a restore was cut off. Run "npm run restore" again, or rename the schemas that end in _before_restore_20261122t120000z back.')
  })

  it('change nothing when the dump cannot be loaded', async () => {
    const databaseUrl = await postgres.createDatabase('unchanged')
    const database = await openDatabase({ databaseUrl, dataDir, migrationsFolder })
    await addClient(database.db, 'here')
    const { folder } = await backupNow({ database, databaseUrl, store, dataDir })
    await database.close()
    const dump = await readFile(join(folder, 'database.dump'))
    await writeFile(join(folder, 'database.dump'), dump.subarray(0, dump.length - 4000))
    await expect(restoreBackup({ from: 'latest', databaseUrl, dataDir, store, migrationsFolder })).rejects.toThrow(/^pg_restore failed: /)
    const after = await openDatabase({ databaseUrl, dataDir, migrationsFolder })
    expect(await names(after)).toEqual(['here'])
    await after.close()
  })

  it('say what is missing where the tools are not installed, and never the password', async () => {
    const databaseUrl = (await postgres.createDatabase('toolless')).replace('postgres@', 'postgres:Geheim1234@')
    const database = await openDatabase({ databaseUrl, dataDir, migrationsFolder })
    const path = process.env.PATH
    process.env.PATH = dir
    try {
      await expect(backupNow({ database, databaseUrl, store, dataDir })).rejects.toThrow('pg_dump is not installed, and it is what backs up and restores a Postgres server: on Debian "apt-get install postgresql-client".')
    }
    finally {
      process.env.PATH = path
      await database.close()
    }
    const gone = backupNow({ database, databaseUrl: databaseUrl.replace('/toolless', '/gone'), store, dataDir })
    await expect(gone).rejects.toThrow(/^pg_dump failed: (?!.*Geheim1234).*database "gone" does not exist/)
  })

  it('find each other\'s kind out of place', async () => {
    const database = await openDatabase({ dataDir })
    await backupNow({ database, store, dataDir })
    await database.close()
    await expect(restoreBackup({ from: 'latest', databaseUrl: postgres.url, dataDir, store, migrationsFolder })).rejects.toThrow('holds an embedded database: it cannot go to a Postgres server')
  })
})
