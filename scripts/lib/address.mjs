import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { addresses as addressesOn, EVERYWHERE } from '../../shared/utils/addresses.mjs'

/** The addresses under which people reach a server of this machine that listens on `host`; see shared/utils/addresses.mjs. */
export const addresses = (host, port, interfaces = networkInterfaces()) => addressesOn(host, port, interfaces)

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
