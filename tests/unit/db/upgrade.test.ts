import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../db/client'
import { migrationsFolder, rowsOf } from '../../fixtures/database'
import { hasPostgres, startPostgres, type TestPostgres } from '../../fixtures/postgres'

/** The migrations as they were when the first of them was all there was. */
async function firstRelease(dir: string): Promise<string> {
  const folder = join(dir, 'migrations')
  await cp(migrationsFolder, folder, { recursive: true })
  const journal = join(folder, 'meta/_journal.json')
  const { entries, ...rest } = JSON.parse(await readFile(journal, 'utf8')) as { entries: unknown[] }
  await writeFile(journal, JSON.stringify({ ...rest, entries: entries.slice(0, 1) }))
  return folder
}

describe.each([['PGlite', false], ['PostgreSQL', true]])('an installation of the first release, on %s', (_, onServer) => {
  let dir: string
  let postgres: TestPostgres | undefined
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'mediaflow-upgrade-'))
    if (onServer && hasPostgres) postgres = await startPostgres()
  })
  afterAll(async () => {
    await postgres?.stop()
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  })

  it.skipIf(onServer && !hasPostgres)('keeps its messages, and those that were saved are ready', async () => {
    const options = { databaseUrl: postgres?.url, dataDir: dir }
    const first = await openDatabase({ ...options, migrationsFolder: await firstRelease(dir) })
    await first.db.execute(sql`insert into organization (id, name, slug, "createdAt") values ('c1', 'Tienda', 'c1', now())`)
    await first.db.execute(sql`insert into file (sha256, content_type, bytes) values ('f1', 'audio/mpeg', 3)`)
    for (const [audio_id, status] of [['019a0000-0000-7000-8000-000000000001', 'saved'], ['019a0000-0000-7000-8000-000000000002', 'draft']]) {
      await first.db.execute(sql`insert into message (audio_id, client_id, status, title, text, voice_name, voice_settings, sha256, bytes, duration_ms, lufs, true_peak_dbtp, limiting_db, warnings, peaks)
        values (${audio_id}, 'c1', ${status}, 'Cierre', 'Cerramos.', 'Mateo', '{}', 'f1', 3, 1200, -16, -1.2, 0, '[]', '[1]')`)
    }
    await first.close()

    const now = await openDatabase({ ...options, migrationsFolder })
    const rows = rowsOf<{ status: string, source: string, tags: string[], version: number }>(await now.db.execute(sql`select status, source, tags, version from message order by audio_id`))
    await now.close()
    expect(rows).toEqual([{ status: 'ready', source: 'generated', tags: [], version: 1 }, { status: 'draft', source: 'generated', tags: [], version: 1 }])
  })
})
