import type { Peer } from 'crossws'
import type { z } from 'zod'
import { CLOSE_CODES } from '../../shared/protocol'
import { storable } from '../../shared/utils/storable-text'
import { DatabaseClosed } from '../services/database'
import { useLogger } from '../services/logger'

/** A peer may send this many frames in a window before it is a flood. */
const FLOOD_FRAMES = 120
const FLOOD_WINDOW_MS = 10_000
/** Frames that do not fit, before the peer is let go. */
const BAD_FRAMES = 10

interface PeerState {
  /** Frames of one peer are handled one after another, in order. */
  queue: Promise<void>
  window_started: number
  frames: number
  bad: number
}

const states = new WeakMap<object, PeerState>()

/** What a frame turned out to be; `count`: the so many-th bad one of this peer. */
export type Frame<T> = { kind: 'message', message: T } | { kind: 'unknown' } | { kind: 'bad', reason: string, count: number } | { kind: 'refused' }

/**
 * Reads a frame against the protocol and counts: a peer that floods or sends too much nonsense is closed with 4003.
 * Types that the protocol does not know are ignored, so that a newer peer can talk to an older server.
 * @param peer the socket
 * @param text the frame
 * @param schema a discriminated union on `type`
 */
export function readFrame<S extends z.ZodType<{ type: string }>>(peer: Peer, text: string, schema: S & { options: readonly unknown[] }): Frame<z.output<S>> {
  const state = stateOf(peer)
  const now = Date.now()
  if (now - state.window_started > FLOOD_WINDOW_MS) Object.assign(state, { window_started: now, frames: 0 })
  if (++state.frames > FLOOD_FRAMES) return refuse(peer, 'flood')
  const bad = (reason: string): Frame<z.output<S>> => ++state.bad > BAD_FRAMES ? refuse(peer, 'too many bad frames') : { kind: 'bad', reason, count: state.bad }
  let json: unknown
  try {
    json = JSON.parse(text, (_, value) => storable(value))
  }
  catch {
    return bad('not JSON')
  }
  if (typeof json !== 'object' || json === null || typeof (json as { type?: unknown }).type !== 'string') return bad('no type')
  const parsed = schema.safeParse(json)
  if (parsed.success) return { kind: 'message', message: parsed.data }
  const unknownType = parsed.error.issues.some(issue => issue.code === 'invalid_union' && 'discriminator' in issue)
  return unknownType ? { kind: 'unknown' } : bad(parsed.error.issues[0]?.path.join('.') || 'does not fit')
}

/** Runs work for a peer after everything that its earlier frames asked for; a failure is logged and ends the socket. */
export function inOrder(peer: Peer, work: () => Promise<void>): Promise<void> {
  const state = stateOf(peer)
  state.queue = state.queue.then(work).catch((error) => {
    if (error instanceof DatabaseClosed) return
    useLogger('socket').error({ err: error }, 'frame failed')
    peer.close(1011, 'internal error')
  })
  return state.queue
}

function refuse(peer: Peer, reason: string): { kind: 'refused' } {
  useLogger('socket').warn({ reason, address: peer.remoteAddress }, 'socket closed')
  peer.close(CLOSE_CODES.misbehaved, reason)
  return { kind: 'refused' }
}

function stateOf(peer: Peer): PeerState {
  let state = states.get(peer)
  if (!state) {
    state = { queue: Promise.resolve(), window_started: Date.now(), frames: 0, bad: 0 }
    states.set(peer, state)
  }
  return state
}
