import type { Hooks, Peer } from 'crossws'
import { CLOSE_CODES, MAX_FRAME_BYTES } from '../../shared/protocol'
import { resolvePlayer, resolveSession } from '../services/client/access'
import { useLogger } from '../services/logger'
import { whenReady } from '../services/start'

/** Sockets that answer no ping for two of these are dropped, seconds. */
const IDLE_TIMEOUT_S = 15

/** At the end of the process peers have this long to hang up themselves, ms. */
const FAREWELL_MS = 1000

/** Every socket of this process. */
const peers = new Set<Peer>()
let everybodyGone: (() => void) | undefined

/**
 * Hardens the socket server: only our two paths open, to pages of our own origin and to those who prove who they are;
 * frames are small; peers that vanished are noticed; the end of the process is said with 1012.
 */
export default defineNitroPlugin((nitro) => {
  if (import.meta.prerender) return
  Object.assign(nitro.h3App.websocket, {
    idleTimeout: IDLE_TIMEOUT_S,
    serverOptions: { maxPayload: MAX_FRAME_BYTES, clientTracking: false, perMessageDeflate: false },
    hooks: {
      upgrade,
      open: peer => void peers.add(peer),
      close: (peer) => {
        peers.delete(peer)
        if (!peers.size) everybodyGone?.()
      },
    } satisfies Partial<Hooks>,
  })
  // Nitro's shutdown cuts every connection in the same turn, long before its hook: the farewell must go out first.
  if (!import.meta.dev) for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, sayFarewell)
  nitro.hooks.hookOnce('close', untilGone)
})

/** Closes every socket so that they come back, spread over time. */
function sayFarewell(): void {
  for (const peer of peers) peer.close(CLOSE_CODES.restart, 'restarting')
}

/** Waits until the rows say that everybody left. */
async function untilGone(): Promise<void> {
  sayFarewell()
  if (!peers.size) return
  const gone = new Promise<void>(resolve => everybodyGone = resolve)
  await Promise.race([gone, new Promise(resolve => setTimeout(resolve, FAREWELL_MS).unref())])
}

async function upgrade(request: Request): Promise<{ context: Record<string, unknown> }> {
  try {
    await whenReady()
    const url = new URL(request.url)
    const origin = request.headers.get('origin')
    if (url.pathname === '/ws/player') return { context: { player: await playerOf(request, url), forwarded_for: request.headers.get('x-forwarded-for') } }
    if (url.pathname !== '/ws/dashboard') throw new Response(null, { status: 404 })
    // A browser always says which page asks; without that a foreign page could use the person's cookie.
    if (!origin || !isTrustedOrigin(origin, request.headers.get('host') ?? undefined)) throw new Response(null, { status: 403 })
    const client = (await resolveSession(request.headers))?.client
    if (!client) throw new Response(null, { status: 401 })
    return { context: { client_id: client.id } }
  }
  catch (refusal) {
    if (refusal instanceof Response) {
      useLogger('socket').info({ path: request.url.split('?')[0], status: refusal.status }, 'upgrade refused')
      throw refusal
    }
    useLogger('socket').error({ err: refusal }, 'upgrade failed')
    throw new Response(null, { status: 500 })
  }
}

async function playerOf(request: Request, url: URL) {
  const origin = request.headers.get('origin')
  if (origin && !isTrustedOrigin(origin, request.headers.get('host') ?? undefined)) throw new Response(null, { status: 403 })
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const cookie = /(?:^|;\s*)mediaflow\.player=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
  const token = url.searchParams.get('token') ?? bearer ?? cookie
  const player = token ? await resolvePlayer(token) : null
  if (!player) throw new Response(null, { status: 401 })
  return player
}
