import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { TestServer } from '../fixtures/server'
import { startServer } from '../fixtures/server'

let server: TestServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

it('starts from nothing, is healthy, and calls nobody', async () => {
  server = await startServer()
  const response = await fetch(`${server.url}/api/v1/health`)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
  const page = await fetch(`${server.url}/`, { redirect: 'follow' })
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('<!DOCTYPE html>')
  expect(server.blockedHosts()).toEqual([])
})

it('stops by itself when it is told to, with code 0', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'mediaflow-test-'))
  const first = await startServer({ DATA_DIR: dir })
  await first.stop()
  expect(await first.ended).toBe(0)
  server = await startServer({ DATA_DIR: dir })
  expect((await fetch(`${server.url}/api/v1/health`)).status).toBe(200)
  await server.stop()
  await rm(dir, { recursive: true, force: true })
})

it('starts again on the folder of a server that was killed', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'mediaflow-test-'))
  const first = await startServer({ DATA_DIR: dir })
  await first.kill()
  server = await startServer({ DATA_DIR: dir })
  expect((await fetch(`${server.url}/api/v1/health`)).status).toBe(200)
  await server.stop()
  await rm(dir, { recursive: true, force: true })
})

it.each([
  ['PORT', '70000'],
  ['WS_HEARTBEAT_INTERVAL', 'often'],
  ['DATABASE_URL', 'mysql://localhost/x'],
])('refuses %s=%s with one line that names it', async (name, value) => {
  await expect(startServer({ [name]: value })).rejects.toThrow(new RegExp(`^.*\\b${name}\\b.*$`, 'm'))
})
