import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { addReport, measureCoverage } from '../../../scripts/lib/coverage.mjs'
import { root } from '../../../scripts/lib/project.mjs'

/** An istanbul report of one file: `{ 3: 1 }` = line 3 ran once. */
const report = (file: string, lines: Record<number, number>) => {
  const path = join(root, file)
  const entries = Object.entries(lines)
  return {
    [path]: {
      path,
      statementMap: Object.fromEntries(entries.map(([line], id) => [id, { start: { line: Number(line), column: 0 } }])),
      s: Object.fromEntries(entries.map(([, count], id) => [id, count])),
    },
  }
}

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-coverage-'))
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})
afterAll(() => rm(dir, { recursive: true, force: true }))

async function suite(name: string, content: object) {
  await mkdir(join(dir, name), { recursive: true })
  await writeFile(join(dir, name, 'coverage-final.json'), JSON.stringify(content))
}

it('counts a line as run when any suite ran it', () => {
  const files = new Map()
  addReport(files, report('server/services/a.ts', { 1: 1, 2: 0, 3: 0 }))
  addReport(files, report('server/services/a.ts', { 1: 0, 2: 5 }))
  expect(files).toEqual(new Map([['server/services/a.ts', new Map([[1, 1], [2, 5], [3, 0]])]]))
})

it('measures the product, not tests, pages or packages', () => {
  const files = new Map()
  for (const file of ['tests/unit/a.test.ts', 'pages/index.vue', 'node_modules/zod/index.ts', 'db/migrations/0000.ts', 'nuxt.config.ts', '../elsewhere/server/a.ts']) {
    addReport(files, report(file, { 1: 0 }))
  }
  expect(files.size).toBe(0)
})

it('passes from the wanted share on and fails below it', async () => {
  await suite('unit', report('server/services/a.ts', { 1: 1, 2: 1, 3: 0, 4: 0 }))
  expect(await measureCoverage(dir, 70)).toMatchObject({ passed: 0, failed: 1, note: '50.0 % of 4 lines, at least 70 % wanted' })
  await suite('e2e', report('server/services/a.ts', { 3: 1 }))
  expect(await measureCoverage(dir, 75)).toMatchObject({ passed: 1, failed: 0 })
})

it('fails when nothing was measured', async () => {
  expect((await measureCoverage(join(dir, 'unit'), 70)).failed).toBe(1)
})
