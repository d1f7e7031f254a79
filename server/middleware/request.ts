import type { Server } from 'node:http'
import { uuidv7 } from 'uuidv7'
import { useLogger } from '../services/logger'
import { useSettings } from '../services/settings/env'
import { whenReady } from '../services/start'

/** Longer than reverse proxies keep a connection (nginx: 60 s), else they send requests into one that is just being closed, ms. */
const KEEP_ALIVE_MS = 65_000

/** Gives every request its id and its log line, answers preflights, and waits until the product is ready. */
export default defineEventHandler(async (event) => {
  // A page that is rendered on the server calls the API inside the same process: only what came by the network is logged.
  const external = Boolean(event.node.req.socket?.remoteAddress)
  event.context.request_id = uuidv7()
  // Routes are named for GET, and Node itself leaves the body of an answer to HEAD out.
  event.context.method = event.node.req.method
  if (event.context.method === 'HEAD') event._method = 'GET'
  if (external) {
    const { server } = event.node.req.socket as unknown as { server?: Server }
    if (server) server.keepAliveTimeout = KEEP_ALIVE_MS
    logWhenDone(event)
  }
  setResponseHeader(event, 'x-request-id', event.context.request_id)
  if (event.path.startsWith('/api/')) {
    setResponseHeader(event, 'cache-control', 'no-store')
    const { CORS_ORIGINS } = useSettings()
    if (CORS_ORIGINS.length && handleCors(event, { origin: CORS_ORIGINS, credentials: true, allowHeaders: ['authorization', 'content-type', 'idempotency-key'], maxAge: '3600' })) return
  }
  await whenReady()
})

function logWhenDone(event: Parameters<Parameters<typeof defineEventHandler>[0]>[0]) {
  const started = performance.now()
  const { res } = event.node
  res.once('close', () => {
    // The address of a feed is its secret.
    const path = event.path.split('?')[0]!.replace(/^\/feeds\/.+/, '/feeds/…')
    const quiet = path.startsWith('/_nuxt/') || path === '/api/v1/health'
    useLogger('http')[quiet ? 'debug' : 'info']({
      request_id: event.context.request_id,
      client_id: event.context.client_id,
      method: event.context.method,
      path,
      status: res.writableEnded ? res.statusCode : 499,
      ms: Math.round(performance.now() - started),
    }, 'request')
  })
}
