import { createHmac } from 'node:crypto'
import { lookup as resolve, type LookupAddress } from 'node:dns'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** A call of somebody's address failed. `code` is for people to read: `timeout`, `private_address`, `http_500`, … */
export class WebhookFailed extends Error {
  override name = 'WebhookFailed'
  constructor(readonly code: string, cause?: unknown) {
    super(`The webhook was not delivered (${code}).`, { cause })
  }
}

export interface WebhookCall {
  url: string
  /** `whsec_…`. */
  secret: string
  /** The same when it is sent again. */
  id: string
  /** JSON. */
  body: string
  /** Whether it may go to this machine's own network. */
  allow_private: boolean
  /** ms. */
  timeout_ms?: number
  now?: Date
}

const TIMEOUT_MS = 10_000

/** Addresses that are not of the public internet: IANA's special-purpose registries. */
const PRIVATE = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) PRIVATE.addSubnet(net, prefix, 'ipv4')
/** IPv6 has one range for everybody; what is outside of it, or carries an IPv4 address within, is not public. */
const PUBLIC6 = new BlockList()
PUBLIC6.addSubnet('2000::', 3, 'ipv6')
for (const [net, prefix] of [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]] as const) PRIVATE.addSubnet(net, prefix, 'ipv6')

/** Whether an IP address is one of this machine, of its network, or of no use. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return PRIVATE.check(address, 'ipv4')
  return family !== 6 || !PUBLIC6.check(address, 'ipv6') || PRIVATE.check(address, 'ipv6')
}

/**
 * The signature of the Standard Webhooks specification, `v1,<base64>`: HMAC-SHA256 of `<id>.<timestamp>.<body>`.
 * @param secret `whsec_<base64>`
 * @param timestamp s since 1970
 */
export function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

/**
 * Posts JSON to an address, signed. Redirects are not followed, and the name is resolved once: what was checked is what is
 * connected to.
 * @throws WebhookFailed
 */
export async function callWebhook({ url, secret, id, body, allow_private, timeout_ms = TIMEOUT_MS, now = new Date() }: WebhookCall): Promise<void> {
  const address = new URL(url)
  const host = address.hostname.replace(/^\[|\]$/g, '')
  if (!allow_private && isIP(host) && isPrivateAddress(host)) throw new WebhookFailed('private_address')
  const timestamp = Math.floor(now.getTime() / 1000)
  const status = await post(address, allow_private ? undefined : publicOnly, timeout_ms, body, {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatureOf(secret, id, timestamp, body),
  })
  if (status < 200 || status >= 300) throw new WebhookFailed(`http_${status}`)
}

function post(address: URL, lookup: LookupFunction | undefined, timeout_ms: number, body: string, headers: Record<string, string>): Promise<number> {
  const request = address.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((done, failed) => {
    const signal = AbortSignal.timeout(timeout_ms)
    const asking = request(address, {
      method: 'POST', agent: false, signal, lookup,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'MediaFlow', ...headers },
    }, (response) => {
      // What it says is not ours to read: it may have no end.
      response.destroy()
      done(response.statusCode ?? 0)
    })
    asking.on('error', (error: NodeJS.ErrnoException) => failed(error instanceof WebhookFailed ? error : new WebhookFailed(signal.aborted ? 'timeout' : reasonOf(error), error)))
    asking.end(body)
  })
}

/** Resolves names to public addresses only. */
const publicOnly: LookupFunction = (name, options, callback) => {
  resolve(name, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, '', 0)
    if (found.some(({ address }) => isPrivateAddress(address))) return callback(new WebhookFailed('private_address'), '', 0)
    if (options.all) return callback(null, found as never)
    callback(null, found[0]!.address, found[0]!.family)
  })
}

function reasonOf({ code = '' }: NodeJS.ErrnoException): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'name_unknown'
  if (code === 'ECONNREFUSED') return 'refused'
  return /CERT|TLS|SSL|SELF_SIGNED/.test(code) ? 'certificate' : 'unreachable'
}
