/**
 * Shuts the network: a connection to any host but this machine fails, and says which stand-in to write.
 * Loaded by the tests themselves, and with `--import` by the servers that they start.
 */
import { Socket } from 'node:net'

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1|::ffff:127(?:\.\d+){3}|0\.0\.0\.0|::)$/

const connect = Socket.prototype.connect

/** The hosts that were called, in order. */
export const blocked = []

const advice = host => `The network is shut in tests, and something called ${host}. `
  + 'Write a stand-in for it in tests/fixtures (a server on 127.0.0.1 that is as strict as the real one) and point its *_BASE_URL setting there.'

Socket.prototype.connect = function guarded(...args) {
  const host = hostOf(args)
  if (host === undefined || LOOPBACK.test(host)) return connect.apply(this, args)
  blocked.push(host)
  if (process.env.MEDIAFLOW_NETWORK_SHUT) process.stderr.write(`blocked connection to ${host}\n`)
  this.destroy(Object.assign(new Error(advice(host)), { code: 'ENETSHUT' }))
  return this
}

/** connect(options) · connect(path) · connect(port, host?) · and the normalised form of net.connect: [[options, listener]] */
function hostOf(args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0]
  if (typeof first === 'object' && first !== null) return first.path ? undefined : first.host?.replace(/^\[|\]$/g, '')
  if (typeof first === 'string' && !/^\d+$/.test(first)) return undefined
  return typeof args[1] === 'string' ? args[1] : undefined
}
