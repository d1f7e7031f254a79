import { execFile } from 'node:child_process'
import { mkdtemp, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleWorker, bundleWorkerCached, listWorkers } from '../../../modules/workers/bundle'

const run = promisify(execFile)
let root: string
let entry: string
let outDir: string

const write = async (path: string, text: string) => {
  await mkdir(join(root, path, '..'), { recursive: true })
  await writeFile(join(root, path), text)
}
/** What the bundle prints when a bare Node runs it from its own folder. */
const output = async (expression: string) => {
  const url = JSON.stringify(join(outDir, 'talker.mjs'))
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', `const worker = await import(${url}); console.log(JSON.stringify(await ${expression}))`])
  return JSON.parse(stdout) as unknown
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'workers-bundle-'))
  outDir = join(root, 'out')
  entry = join(root, 'server/workers/talker.ts')
  await write('node_modules/words/package.json', '{"name":"words","type":"module","main":"index.js"}')
  await write('node_modules/words/index.js', `import { readFileSync } from 'node:fs'
    export const word = () => readFileSync(new URL('words.data', import.meta.url), 'utf8')`)
  await write('node_modules/words/words.data', 'hola')
  await write('server/services/tone.ts', 'export const tone: string = \'calm\'')
  await write('server/workers/talker.ts', `import { tone } from '../services/tone'
    export const talk = async (payload: { times: number }) => ({ said: (await import('words')).word().repeat(payload.times), tone })
    export const absent = () => import('not-installed').then(() => 'there', error => error.code)`)
  await write('server/workers/types.d.ts', 'export {}')
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('bundling of worker threads', () => {
  it('lists the workers of a project, and none when there is no such folder', async () => {
    expect(await listWorkers(root)).toEqual([entry])
    expect(await listWorkers(outDir)).toEqual([])
  })

  it('makes one file that runs without the sources or the packages, with its data beside it', async () => {
    const inputs = await bundleWorker({ entry, outDir })
    expect((await readdir(outDir)).sort()).toEqual(['talker.mjs', 'words.data'])
    expect(await readFile(join(outDir, 'talker.mjs'), 'utf8')).not.toContain('from "words"')
    expect(await output('worker.talk({ times: 2 })')).toEqual({ said: 'holahola', tone: 'calm' })
    expect(inputs).toEqual(expect.arrayContaining([entry, join(root, 'server/services/tone.ts'), join(root, 'node_modules/words/words.data')]))
  })

  it('leaves a package that is not installed to fail when it is reached', async () => {
    expect(await output('worker.absent()')).toBe('ERR_MODULE_NOT_FOUND')
  })

  it('bundles again only when something that went in has changed', async () => {
    const bundle = await bundleWorkerCached({ entry, outDir })
    const past = new Date(0)
    await utimes(bundle, past, past)
    await bundleWorkerCached({ entry, outDir })
    expect((await stat(bundle)).mtimeMs).toBe(0)

    await write('server/services/tone.ts', 'export const tone: string = \'urgent\'')
    await bundleWorkerCached({ entry, outDir })
    expect(await output('worker.talk({ times: 1 })')).toEqual({ said: 'hola', tone: 'urgent' })
  })
})
