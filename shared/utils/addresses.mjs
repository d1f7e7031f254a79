/** Which addresses a server is reached under. Plain JavaScript, because `npm start` needs it before anything is installed. */

const VIRTUAL = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|tun|tap|utun|zt|tailscale|wg)/
export const EVERYWHERE = new Set(['', '0.0.0.0', '::', '[::]'])
const LOOPBACK = /^(?:localhost|127\.|::1$|\[::1\]$)/

/**
 * The addresses under which people reach a server that listens on `host`.
 * @param {string} host as in HOST; empty = every address
 * @param {number} port
 * @param {Record<string, { family: string, internal: boolean, address: string }[] | undefined>} interfaces as `os.networkInterfaces()` tells them
 * @returns {{ here: string, network: string[] }} `network` is empty when only this machine can reach it
 */
export function addresses(host, port, interfaces) {
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
