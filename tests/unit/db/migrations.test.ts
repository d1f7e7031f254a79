import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { root, tool } from '../../../scripts/lib/project.mjs'
import { migrationsFolder } from '../../fixtures/database'

const journal = async (folder: string): Promise<{ entries: { idx: number, when: number, tag: string }[] }> =>
  JSON.parse(await readFile(join(folder, 'meta/_journal.json'), 'utf8'))

it('the migrations make what the schema says: drizzle-kit finds nothing to add', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'mediaflow-generate-'))
  try {
    await cp(migrationsFolder, dir, { recursive: true })
    const { code, output } = await tool('drizzle-kit', ['generate', '--dialect=postgresql', '--schema=./db/schema/index.ts', `--out=${relative(root, dir)}`])
    expect(output).toContain('No schema changes, nothing to migrate')
    expect(code).toBe(0)
    expect((await readdir(dir)).sort()).toEqual((await readdir(migrationsFolder)).sort())
  }
  finally {
    await rm(dir, { recursive: true, force: true })
  }
}, 60_000)

it('the migrations agree with one another', async () => {
  const { code, output } = await tool('drizzle-kit', ['check', '--dialect=postgresql', '--out=./db/migrations'])
  expect(output).toContain('Everything\'s fine')
  expect(code).toBe(0)
}, 60_000)

it('the migrations run in the order of their numbers: the migrator skips what is dated before the last one that ran', async () => {
  const { entries } = await journal(migrationsFolder)
  expect(entries.map(entry => entry.idx)).toEqual(entries.map((_, index) => index))
  const dates = entries.map(entry => entry.when)
  expect(dates).toEqual([...new Set(dates)].sort((a, b) => a - b))
  const files = (await readdir(migrationsFolder)).filter(name => name.endsWith('.sql')).sort()
  expect(files).toEqual(entries.map(entry => `${entry.tag}.sql`))
})
