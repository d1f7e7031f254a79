import { connect } from 'node:net'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import postgres from 'postgres'
import { describe, expect, it } from 'vitest'
import { hasPostgres, startPostgres } from '../fixtures/postgres'
import { blocked } from '../setup/network-guard.mjs'

describe('the shut network', () => {
  it('refuses a host that is not this machine and names the stand-in to write', async () => {
    const error = await fetch('http://api.vendor.example/v1').catch(error => error.cause)
    expect(error).toMatchObject({ code: 'ENETSHUT', message: expect.stringContaining('api.vendor.example') })
    expect(error.message).toContain('tests/fixtures')
    expect(blocked.splice(0)).toEqual(['api.vendor.example'])
  })

  it('refuses an address, TLS and a bare socket too', async () => {
    await expect(fetch('https://192.0.2.1/')).rejects.toThrow()
    const [error] = await once(connect(443, 'vendor.example'), 'error').catch(error => [error])
    expect(error).toMatchObject({ code: 'ENETSHUT' })
    expect(blocked.splice(0)).toEqual(['192.0.2.1', 'vendor.example'])
  })

  it('lets this machine be called', async () => {
    const server = createServer((_, response) => response.end('here')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const answers = await Promise.all(['127.0.0.1', 'localhost'].map(host => fetch(`http://${host}:${port}`).then(response => response.text())))
    server.close()
    expect(answers).toEqual(['here', 'here'])
  })
})

describe.runIf(hasPostgres)('the PostgreSQL of the tests', () => {
  it('starts, answers, makes further databases and stops', async () => {
    const server = await startPostgres()
    try {
      for (const url of [server.url, await server.createDatabase('another')]) {
        const sql = postgres(url, { max: 1 })
        expect(await sql`select 1 as one, current_setting('server_version_num')::int >= 150000 as new_enough`).toEqual([{ one: 1, new_enough: true }])
        await sql.end()
      }
    }
    finally {
      await server.stop()
    }
    await expect(postgres(server.url, { max: 1, connect_timeout: 2 })`select 1`).rejects.toThrow()
  })
})
