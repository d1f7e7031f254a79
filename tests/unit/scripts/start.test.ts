import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FakeProject } from '../../fixtures/project'
import { fakeProject } from '../../fixtures/project'
import { freePort } from '../../fixtures/server'

/** What the first start calls. */
const FIRST = ['npm ci', 'nuxt prepare', 'nuxt build']

let project: FakeProject
let PORT: string

beforeEach(async () => {
  project = await fakeProject()
  PORT = String(await freePort())
})
afterEach(() => project.remove())

async function startAndStop(env: Record<string, string> = {}) {
  const run = project.start({ PORT, ...env })
  await run.says('On this machine:')
  run.child.kill('SIGTERM')
  await run.done
  return run.output()
}

describe('npm start', () => {
  it('installs, builds and serves, and prints the addresses last', async () => {
    const run = project.start({ PORT })
    await run.says('On this machine:')
    expect((await fetch(`http://127.0.0.1:${PORT}/api/v1/health`)).status).toBe(200)
    expect(await project.calls()).toEqual(FIRST)
    const lines = run.output().trim().split('\n').filter(Boolean)
    expect(lines.at(-3)).toBe(`  First, make your account:  http://localhost:${PORT}/setup?token=abc-123`)
    expect(lines.at(-2)).toBe(`  On this machine:           http://localhost:${PORT}`)
    expect(run.output()).toContain('Set-up token: abc-123')
    expect(run.output()).not.toContain('Listening on')
  })

  it('calls neither npm nor Nuxt when nothing changed', async () => {
    await startAndStop()
    const output = await startAndStop()
    expect(output).toContain('nothing changed')
    expect(await project.calls()).toEqual(FIRST)
  })

  it('builds again after a source changed, and installs again after the lock file changed', async () => {
    await startAndStop()
    await project.write('server/api/hello.ts', 'export default 2')
    await startAndStop()
    expect(await project.calls()).toEqual([...FIRST, 'nuxt build'])
    await project.write('package-lock.json', '{ "changed": true }')
    await startAndStop()
    expect((await project.calls()).slice(4)).toEqual(['npm install', 'nuxt build'])
  })

  it('does not build for data, tests or documents', async () => {
    await startAndStop()
    await project.write('.data/mediaflow/x', 'data')
    await project.write('tests/unit/x.test.ts', 'test')
    await project.write('docs/x.md', 'document')
    await project.write('README.md', 'document')
    await startAndStop()
    expect(await project.calls()).toEqual(FIRST)
  })

  it('installs from nothing after an installation that was cut off', async () => {
    await project.write('node_modules/half/index.js', '')
    await startAndStop()
    expect(await project.calls()).toEqual(FIRST)
    expect(existsSync(join(project.dir, 'node_modules/half'))).toBe(false)
  })

  it('builds again after a build that was killed half-way', async () => {
    const run = project.start({ PORT, FAKE_NUXT_MS: '60000' })
    await run.says('Building')
    await vi.waitUntil(() => existsSync(join(project.dir, '.output/server/index.mjs')), 10_000)
    run.child.kill('SIGTERM')
    expect(await run.done).toBe(143)
    await startAndStop()
    expect(await project.calls()).toEqual([...FIRST, 'nuxt build'])
  })

  it('stops with one reason when the packages cannot be installed', async () => {
    const run = project.start({ PORT, FAKE_NPM_SAYS: 'npm error code ENOTFOUND\nnpm error network request failed' })
    expect(await run.done).toBe(1)
    expect(run.output().trim().split('\n').at(-1)).toBe('The packages could not be installed: the npm registry cannot be reached. Check the network (or the proxy), then try again.')
    expect(existsSync(join(project.dir, '.cache/setup.lock'))).toBe(false)
  })

  it('stops with the reason when the build fails, and builds again the next time', async () => {
    const run = project.start({ PORT, FAKE_NUXT_SAYS: 'ERROR  Cannot find module ./nowhere' })
    expect(await run.done).toBe(1)
    expect(run.output().trim().split('\n').at(-1)).toBe('The app could not be built: ERROR  Cannot find module ./nowhere')
    await startAndStop()
  })

  it('passes on the server\'s reason and exit code when it cannot start', async () => {
    const run = project.start({ PORT, FAKE_SERVER_SAYS: 'PORT must be a number' })
    expect(await run.done).toBe(3)
    expect(run.output()).toContain('PORT must be a number\nThe server could not start (code 3): the reason stands above.')
  })

  it('says in one line that the port is taken, and which one to try', async () => {
    const other = createServer().listen(Number(PORT), '127.0.0.1')
    await once(other, 'listening')
    const run = project.start({ PORT })
    expect(await run.done).toBe(1)
    expect(run.output()).toContain(`Port ${PORT} is already taken`)
    other.close()
  })

  it.each(['0', '65536', 'http', '-1', '3000x'])('refuses PORT=%s', async (port) => {
    const run = project.start({ PORT: port })
    expect(await run.done).toBe(1)
    expect(run.output()).toContain(`PORT must be a whole number from 1 to 65535, and it is "${port}"`)
  })

  it('reads .env, and lets a variable of the shell win', async () => {
    const other = String(await freePort())
    await project.write('.env', `PORT=${other}\nMINE="of the file"\n`)
    const run = project.start()
    await run.says(`http://localhost:${other}`)
    expect(run.output()).toContain('MINE=of the file')
    run.child.kill('SIGTERM')
    await run.done
    expect(await startAndStop({ MINE: 'of the shell' })).toContain('MINE=of the shell')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('hands %s on to the server and ends with its exit code', async (signal) => {
    const run = project.start({ PORT })
    await run.says('On this machine:')
    run.child.kill(signal)
    expect(await run.done).toBe(0)
    expect(run.output().match(/stopping on/g)).toHaveLength(1)
    expect(run.output()).toContain(`stopping on ${signal}`)
    await expect(fetch(`http://127.0.0.1:${PORT}/`)).rejects.toThrow()
  })

  it('stops the server when only npm\'s shell was told to stop', async () => {
    const run = project.start({ PORT }, true)
    await run.says('On this machine:')
    run.child.kill('SIGTERM')
    await run.done
    expect(run.output()).toContain('stopping on SIGTERM')
    await expect(fetch(`http://127.0.0.1:${PORT}/`)).rejects.toThrow()
  })

  it('installs and builds once when it is started twice at the same time', async () => {
    const first = project.start({ PORT, FAKE_NPM_MS: '500' })
    await first.says('Installing')
    const second = project.start({ PORT: String(await freePort()) })
    await Promise.all([first.says('On this machine:'), second.says('On this machine:')])
    expect(second.output()).toContain(`Another command (process ${first.child.pid}) is installing or building here: waiting for it`)
    expect(await project.calls()).toEqual(FIRST)
  })

  it('is not stopped by the lock of a command that was killed', async () => {
    const killed = project.start({ PORT, FAKE_NPM_MS: '60000' })
    await vi.waitUntil(async () => (await project.calls()).length === 1, 10_000)
    killed.child.kill('SIGKILL')
    await killed.done
    expect(existsSync(join(project.dir, '.cache/setup.lock'))).toBe(true)
    await startAndStop()
    expect((await project.calls()).at(-1)).toBe('nuxt build')
    expect(existsSync(join(project.dir, '.cache/setup.lock'))).toBe(false)
  })
})
