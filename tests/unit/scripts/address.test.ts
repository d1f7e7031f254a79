import { once } from 'node:events'
import type { NetworkInterfaceInfo } from 'node:os'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { addresses, probeHost, whyNotListen } from '../../../scripts/lib/address.mjs'

const card = (address: string, family: 'IPv4' | 'IPv6' = 'IPv4', internal = false) => ({ address, family, internal }) as NetworkInterfaceInfo
const INTERFACES = {
  lo: [card('127.0.0.1', 'IPv4', true), card('::1', 'IPv6', true)],
  eth0: [card('192.168.1.20'), card('fe80::1', 'IPv6')],
  wlan0: [card('10.0.0.7')],
  docker0: [card('172.17.0.1')],
  eth1: [card('169.254.3.4')],
}

describe('the addresses to print', () => {
  it.each(['', '0.0.0.0', '::'])('names every real network for HOST="%s"', (host) => {
    expect(addresses(host, 3000, INTERFACES)).toEqual({ here: 'http://localhost:3000', network: ['http://192.168.1.20:3000', 'http://10.0.0.7:3000'] })
  })

  it.each(['localhost', '127.0.0.1', '::1'])('knows that HOST=%s is for this machine only', (host) => {
    expect(addresses(host, 80, INTERFACES)).toEqual({ here: 'http://localhost:80', network: [] })
  })

  it('takes a host at its word', () => {
    expect(addresses('192.168.1.20', 3000, INTERFACES)).toEqual({ here: 'http://192.168.1.20:3000', network: ['http://192.168.1.20:3000'] })
    expect(addresses('fd00::5', 3000, INTERFACES).here).toBe('http://[fd00::5]:3000')
  })

  it('asks a server that listens everywhere on this machine', () => {
    expect(['', '0.0.0.0', '::', '192.168.1.20'].map(probeHost)).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1', '192.168.1.20'])
  })
})

it('says why a port cannot be listened on', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await whyNotListen('127.0.0.1', port)).toBe('EADDRINUSE')
  server.close()
  await once(server, 'close')
  expect(await whyNotListen('127.0.0.1', port)).toBeNull()
  expect(await whyNotListen('192.0.2.1', port)).toBe('EADDRNOTAVAIL')
})
