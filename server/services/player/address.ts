import { networkInterfaces } from 'node:os'
import { addresses } from '../../../shared/utils/addresses.mjs'
import { useSettings } from '../settings/env'

const LOOPBACK = /^(?:localhost|127\.|\[?::1\]?$)/

/**
 * What to type into a television: the public address, else the one that the asking person uses, else — when that one
 * leads to this very machine only — this machine's address on the network.
 * @param host the `Host` of the request, e.g. `localhost:3000`
 */
export function playerAddress(host: string): string {
  const { APP_URL, HOST } = useSettings()
  if (APP_URL) return `${APP_URL}/player`
  const url = new URL(`http://${host}`)
  if (!LOOPBACK.test(url.hostname)) return `http://${host}/player`
  const [network] = addresses(HOST, Number(url.port || 80), networkInterfaces()).network
  return `${network ?? `http://${host}`}/player`
}
