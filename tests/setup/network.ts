import { afterEach } from 'vitest'
import { blocked } from './network-guard.mjs'

/** Code may swallow the error of a shut network (a retry, a fallback): its test fails all the same. */
afterEach(() => {
  const hosts = [...new Set(blocked.splice(0))]
  if (hosts.length > 0) throw new Error(`The test called ${hosts.join(', ')}: the network is shut in tests. Write a stand-in in tests/fixtures and point the provider's *_BASE_URL at it.`)
})
