import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'

const VIRTUAL = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|tun|tap|utun|zt|tailscale|wg)/
const EVERYWHERE = new Set(['', '0.0.0.0', '::', '[::]'])
const LOOPBACK = /^(?:localhost|127\.|::1$|\[::1\]$)/

/**
 * The addresses under which people reach a server that listens on `host`.
 * @param {string} host as in HOST; empty = every address
 * @param {number} port
 * @param {NodeJS.Dict<import('node:os').NetworkInterfaceInfo[]>} [interfaces]
 * @returns {{ here: string, network: string[] }} `network` is empty when only this machine can reach it
 */
export function addresses(host, port, interfaces = networkInterfaces()) {
  if (LOOPBACK.test(host)) return { here: `http://localhost:${port}`, network: [] }
  if (!EVERYWHERE.has(host)) {
    const url = `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`
    return { here: url, network: [url] }
  }
  const network = Object.entries(interfaces)
    .filter(([name]) => !VIRTUAL.test(name))
    .flatMap(([, found]) => found ?? [])
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'))
    .map(({ address }) => `http://${address}:${port}`)
  return { here: `http://localhost:${port}`, network }
}

/** Where this machine asks a server that listens on `host`. */
export const probeHost = host => EVERYWHERE.has(host) ? '127.0.0.1' : host

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<string | null>} why nobody can listen there (`EADDRINUSE`, `EACCES` …), or null
 */
export function whyNotListen(host, port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', error => resolve(error.code ?? error.message))
    server.listen({ port, host: host || undefined }, () => server.close(() => resolve(null)))
  })
}
