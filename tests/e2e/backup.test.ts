import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root, toolEnv } from '../../scripts/lib/project.mjs'
import { startServer } from '../fixtures/server'

const run = promisify(execFile)

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-backup-'))
})
afterAll(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))

const command = (name: string, ...args: string[]) =>
  run('npm', ['run', '--silent', name, '--', ...args], { cwd: root, env: toolEnv({ DATA_DIR: dir, STORAGE_PATH: '', DATABASE_URL: '' }) })

it('makes a backup while it serves, holds its database against a restore, and comes up on a restored one', async () => {
  const server = await startServer({ DATA_DIR: dir })
  const { stdout } = await command('backup')
  expect(stdout).toMatch(/^The server is running: asking it for a backup …\nBackup made: /)
  const [backup] = (await readdir(join(dir, 'backups'))).filter(name => name.endsWith('Z'))
  expect(await readdir(join(dir, 'backups', backup!))).toEqual(expect.arrayContaining(['database.tar.gz', 'files.txt', 'manifest.json', 'secrets']))
  expect((await fetch(`${server.url}/api/v1/health`)).status).toBe(200)
  await expect(command('restore', 'latest')).rejects.toMatchObject({ stderr: expect.stringContaining(`is in use by process ${server.pid}`) })
  await server.kill()

  const secret = await readFile(join(dir, 'secrets/auth'), 'utf8')
  await writeFile(join(dir, 'secrets/auth'), 'another secret, which does not fit the database')
  await command('restore', 'latest')
  expect(await readFile(join(dir, 'secrets/auth'), 'utf8')).toBe(secret)
  const again = await startServer({ DATA_DIR: dir })
  expect((await (await fetch(`${again.url}/api/v1/health`)).json()).checks).toMatchObject({ database: { ok: true }, storage: { ok: true } })
  await again.stop()
}, 180_000)
