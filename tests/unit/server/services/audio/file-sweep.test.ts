import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, getTableName, is, sql } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../../db/client'
import * as schema from '../../../../../db/schema'
import { createFileStore, type FileStore } from '../../../../../server/providers/storage'
import { databaseIdentity, FILE_REFERENCES, StoreNotOurs, sweepFiles } from '../../../../../server/services/audio/file-sweep'
import { storeFile } from '../../../../../server/services/audio/files'
import { sha256Of } from '../../../../../server/services/hash'
import { addClient, onBothDatabases, rowsOf } from '../../../../fixtures/database'

const { file, message, organization, setting, speech, voice } = schema
const SETTINGS = { stability: 1, similarity_boost: 0.5, style: 0.15, use_speaker_boost: true, speed: 1 }
const NOTHING = { removed_files: 0, removed_rows: 0, missing: [] }
const LONG_AGO = new Date(Date.now() - 2 * 3_600_000)
/** Nothing is too young. */
const NOW = { grace_ms: 0 }

let dir: string
let store: FileStore

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-sweep-'))
  store = createFileStore(dir)
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const pathOf = (sha256: string) => join(dir, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
const makeOld = (sha256: string) => utimes(pathOf(sha256), LONG_AGO, LONG_AGO)

async function addMessage(tx: Db, sha256: string) {
  const [row] = await tx.insert(message).values({
    client_id: 'shop', status: 'ready', title: 'x', text: 'x', voice_name: 'x', voice_settings: SETTINGS, sha256, bytes: 1, duration_ms: 1,
    lufs: -16, true_peak_dbtp: -1, limiting_db: 0, warnings: ['quiet'], peaks: [],
  }).returning()
  return row!.audio_id
}

async function addSpeech(tx: Db, sha256: string) {
  await tx.insert(speech).values({ client_id: 'shop', content_sha256: sha256Of(sha256), provider: 'espeak', sha256 })
}

/** A file with its row and the message that uses it. */
const storeMessage = (db: Db, text: string) => db.transaction(async (tx) => {
  const sha256 = await storeFile(tx, Buffer.from(text), 'audio/mpeg', store)
  return { sha256, audio_id: await addMessage(tx, sha256) }
})

/** A file with its row, used by nobody, since two hours. */
async function storeUnused(db: Db, text: string) {
  const sha256 = await db.transaction(tx => storeFile(tx, Buffer.from(text), 'audio/mpeg', store))
  await db.update(file).set({ stored_at: LONG_AGO }).where(eq(file.sha256, sha256))
  await makeOld(sha256)
  return sha256
}

describe('the list of what points at files', () => {
  it('holds every column of the schema that does', () => {
    const pointing = Object.values(schema as Record<string, unknown>).filter(table => is(table, PgTable))
      .flatMap(table => getTableConfig(table).foreignKeys)
      .map(key => key.reference())
      .filter(({ foreignColumns }) => foreignColumns.some(column => column === file.sha256))
      .flatMap(({ columns }) => columns.map(column => column.uniqueName))
    expect(pointing.length).toBeGreaterThan(0)
    // What stands within a column has no foreign key.
    expect(FILE_REFERENCES.filter(({ value }) => !value).map(({ column }) => column.uniqueName).sort()).toEqual(pointing.sort())
  })
})

onBothDatabases('the sweep of files', (use) => {
  beforeEach(() => addClient(use().db, 'shop'))
  afterEach(async () => {
    await use().db.delete(organization)
    await use().db.delete(file)
  })

  it('leaves alone what is in order, and what is young', async () => {
    const { db } = use()
    const { sha256, audio_id } = await storeMessage(db, 'kept')
    await db.transaction(tx => storeFile(tx, Buffer.from('young row'), 'audio/mpeg', store))
    await store.put(sha256Of('young file'), Buffer.from('young file'))
    await db.update(file).set({ stored_at: LONG_AGO }).where(eq(file.sha256, sha256))
    await makeOld(sha256)
    expect(await sweepFiles(db, store)).toEqual(NOTHING)
    expect(await db.$count(file)).toBe(2)
    const [row] = await db.select().from(message).where(eq(message.audio_id, audio_id))
    expect(row).toMatchObject({ deleted_at: null, warnings: ['quiet'] })
  })

  it('removes the file that a rolled back transaction left, and what dead writers left', async () => {
    const { db } = use()
    const work = db.transaction(async (tx) => {
      await addMessage(tx, await storeFile(tx, Buffer.from('rolled back'), 'audio/mpeg', store))
      throw new Error('killed')
    })
    await expect(work).rejects.toThrow('killed')
    await writeFile(join(dir, '.temps', 'half'), 'ha')
    await utimes(join(dir, '.temps', 'half'), LONG_AGO, LONG_AGO)
    expect(await store.stat(sha256Of('rolled back'))).not.toBeNull()
    expect(await sweepFiles(db, store)).toEqual(NOTHING)
    await makeOld(sha256Of('rolled back'))
    expect(await sweepFiles(db, store)).toEqual({ ...NOTHING, removed_files: 1 })
    expect(await store.stat(sha256Of('rolled back'))).toBeNull()
    expect(await sweepFiles(db, store)).toEqual(NOTHING)
  })

  it('removes a row that nothing points at, with its file, whatever became of that', async () => {
    const { db } = use()
    await storeMessage(db, 'kept')
    const whole = await storeUnused(db, 'whole')
    const cut = await storeUnused(db, 'cut short')
    await writeFile(pathOf(cut), 'cut')
    // What a sweep that died between the file and the commit leaves.
    const gone = await storeUnused(db, 'gone')
    await store.remove(gone)
    expect(await sweepFiles(db, store)).toEqual({ ...NOTHING, removed_rows: 3 })
    expect((await db.select().from(file)).map(row => row.sha256)).toEqual([sha256Of('kept')])
    expect([await store.stat(whole), await store.stat(cut)]).toEqual([null, null])
  })

  it('keeps a file for each kind of row that points at it', async () => {
    const { db } = use()
    const [spoken, sample] = [await storeUnused(db, 'speech'), await storeUnused(db, 'sample')]
    await addSpeech(db, spoken)
    await db.insert(voice).values({ client_id: 'shop', provider: 'espeak', provider_voice_id: 'es', name: 'x', accent: 'x', language: 'es', settings: SETTINGS, sample_sha256: sample })
    expect(await sweepFiles(db, store, NOW)).toEqual(NOTHING)
  })

  it('takes a message whose file is gone or cut short out of the library, reports it once, and forgets what can be made again', async () => {
    const { db } = use()
    await storeMessage(db, 'kept')
    const [gone, cut] = [await storeMessage(db, 'gone'), await storeMessage(db, 'cut short')]
    const again = await db.transaction(async (tx) => {
      const sha256 = await storeFile(tx, Buffer.from('again'), 'audio/wav', store)
      await addSpeech(tx, sha256)
      await tx.insert(voice).values({ client_id: 'shop', provider: 'espeak', provider_voice_id: 'es', name: 'x', accent: 'x', language: 'es', settings: SETTINGS, sample_sha256: sha256 })
      return sha256
    })
    await sweepFiles(db, store)
    for (const sha256 of [gone.sha256, again]) await store.remove(sha256)
    await writeFile(pathOf(cut.sha256), 'cut')

    const { missing, ...rest } = await sweepFiles(db, store)
    expect(rest).toEqual({ removed_files: 0, removed_rows: 0 })
    expect(missing).toHaveLength(2)
    expect(missing).toEqual(expect.arrayContaining([gone, cut].map(({ sha256, audio_id }) => ({ sha256, audio_ids: [audio_id] }))))
    const rows = await db.select().from(message).where(eq(message.sha256, gone.sha256))
    expect(rows).toMatchObject([{ deleted_at: expect.any(Date), warnings: ['quiet', 'file_missing'] }])
    expect(await db.$count(speech)).toBe(0)
    expect(await db.select({ sample: voice.sample_sha256 }).from(voice)).toEqual([{ sample: null }])
    expect(await sweepFiles(db, store)).toEqual(NOTHING)
    expect(await sweepFiles(db, store, NOW)).toEqual({ ...NOTHING, removed_rows: 1 })
  })

  it('keeps when it was deleted of a message that was deleted before', async () => {
    const { db } = use()
    await storeMessage(db, 'kept')
    const { sha256, audio_id } = await storeMessage(db, 'deleted')
    await db.update(message).set({ deleted_at: LONG_AGO }).where(eq(message.audio_id, audio_id))
    await store.remove(sha256)
    await sweepFiles(db, store)
    const [row] = await db.select().from(message).where(eq(message.audio_id, audio_id))
    expect(row!.deleted_at).toEqual(LONG_AGO)
  })

  it('stores content again that a sweep would remove, and the other way round, without losing it', async () => {
    const { db } = use()
    await storeMessage(db, 'kept')
    for (let round = 0; round < 15; round++) {
      const text = `contested ${round}`
      if (round % 3 === 0) await store.put(sha256Of(text), Buffer.from(text))
      else await storeUnused(db, text)
      const [{ sha256, audio_id }] = await Promise.all([storeMessage(db, text), sweepFiles(db, store, NOW), sweepFiles(db, store, NOW)])
      expect((await store.read(sha256))?.toString()).toBe(text)
      expect(await db.select({ deleted_at: message.deleted_at }).from(message).where(eq(message.audio_id, audio_id))).toEqual([{ deleted_at: null }])
      expect(await db.select({ sha256: file.sha256 }).from(file).where(eq(file.sha256, sha256))).toHaveLength(1)
    }
  })

  it('goes on past one batch', async () => {
    const { db } = use()
    const { sha256 } = await storeMessage(db, 'last')
    await sweepFiles(db, store)
    await db.insert(file).values(Array.from({ length: 1200 }, (_, index) => ({ sha256: sha256Of(`none ${index}`), content_type: 'audio/mpeg', bytes: 1, stored_at: LONG_AGO })))
    expect(await sweepFiles(db, store)).toEqual({ ...NOTHING, removed_rows: 1200 })
    expect((await db.select().from(file)).map(row => row.sha256)).toEqual([sha256])
  })

  it('touches nothing when the disk is not mounted, until it is told that the files are lost', async () => {
    const { db } = use()
    const { audio_id } = await storeMessage(db, 'elsewhere')
    const unmounted = createFileStore(join(dir, 'unmounted'))
    await expect(sweepFiles(db, unmounted, NOW)).rejects.toThrow(StoreNotOurs)
    await expect(sweepFiles(db, unmounted, NOW)).rejects.toThrow(/a disk not mounted\?.* write "\d+\/\w+" into owner\.txt there/)
    expect(await db.$count(message, sql`deleted_at is null`)).toBe(1)
    await unmounted.claim(await databaseIdentity(db))
    expect((await sweepFiles(db, unmounted, NOW)).missing).toMatchObject([{ audio_ids: [audio_id] }])
  })

  it('touches nothing in the folder of another database', async () => {
    const { db } = use()
    await store.put(sha256Of('theirs'), Buffer.from('theirs'))
    await store.claim('42/theirs')
    await expect(sweepFiles(db, store, NOW)).rejects.toThrow('belong to the database 42/theirs')
    expect(await store.stat(sha256Of('theirs'))).not.toBeNull()
  })

  it('knows the logo in a client\'s settings', async () => {
    const { db } = use()
    const sha256 = await storeUnused(db, 'logo')
    await db.insert(setting).values({ client_id: 'shop', name: 'look', value: { logo_sha256: sha256, colour: '#123456' } })
    expect(await sweepFiles(db, store, NOW)).toEqual(NOTHING)
    await store.remove(sha256)
    await sweepFiles(db, store, NOW)
    expect(await db.select({ value: setting.value }).from(setting)).toEqual([{ value: { logo_sha256: null, colour: '#123456' } }])
  })

  it('agrees with the database itself about what points at files', async () => {
    const { db } = use()
    const pointing = rowsOf<{ name: string }>(await db.execute(sql`
      select conrelid::regclass || '.' || attname as name from pg_constraint
      join pg_attribute on attrelid = conrelid and attnum = any(conkey)
      where contype = 'f' and confrelid = 'file'::regclass order by 1`))
    expect(pointing.map(row => row.name)).toEqual(FILE_REFERENCES.filter(({ value }) => !value).map(({ column }) => `${getTableName(column.table)}.${column.name}`).sort())
  })
})
