import type { AirItem, CLOSE_CODES, PROTOCOL_VERSION, Priority, ProgrammeItem, ServerToPlayer } from '../../shared/protocol'

/*
 * The few values of the protocol that the bundle needs at run time. They are written again because the
 * contract itself would bring zod to the television; their types make a difference fail to compile.
 */

export const PROTOCOL: typeof PROTOCOL_VERSION = 1

export const CLOSE: typeof CLOSE_CODES = { restart: 1012, unpaired: 4001, replaced: 4002, misbehaved: 4003 }

/** Smaller goes first. */
export const RANK: Record<Priority, number> = { emergency: 0, live: 1, scheduled: 2, music: 3 }

/** When an occurrence is to begin: due, or where the client's limits have moved it. */
export const beginsAt = ({ not_before, due_at }: Pick<ProgrammeItem, 'not_before' | 'due_at'>): string => not_before || due_at

type Fields = Record<string, unknown>

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const isText = (value: unknown): value is string => typeof value === 'string'

/** Whether a value from outside has what airing it needs. */
export function isAirItem(value: unknown): value is AirItem {
  if (!isObject(value)) return false
  const texts = ['play_id', 'audio_id', 'url', 'sha256', 'title', 'text', 'on_busy']
  return texts.every(name => isText(value[name]))
    && isText(value.priority) && RANK[value.priority as Priority] !== undefined
    && typeof value.duration_ms === 'number'
    && isText(value.expires_at) && !isNaN(Date.parse(value.expires_at))
}

const CHECKS: { [T in ServerToPlayer['type']]: (message: Fields) => boolean } = {
  welcome: m => isText(m.server_time) && isObject(m.player) && isObject(m.settings),
  pong: m => typeof m.t === 'number' && isText(m.server_time),
  programme: m => isObject(m.programme),
  air: m => isAirItem(m.item),
  stop: m => m.play_id === null || isText(m.play_id),
  command: m => isText(m.command_id) && isText(m.command) && isText(m.expires_at),
  token: m => isText(m.token),
  noted: m => isText(m.fault_id),
  set_volume: m => typeof m.volume === 'number' && m.volume >= 0 && m.volume <= 1,
  reload: () => true,
  identify: () => true,
  unpaired: () => true,
  reported: m => isText(m.play_id) && isText(m.report),
  error: m => isText(m.code),
}

/**
 * Reads one frame of the server.
 * @returns the message; null for a type of a newer protocol or a message that does not fit
 */
export function readServerMessage(frame: unknown): ServerToPlayer | null {
  if (!isText(frame)) return null
  try {
    return checkServerMessage(JSON.parse(frame))
  }
  catch {
    return null
  }
}

/** {@link readServerMessage} of what is parsed already. */
export function checkServerMessage(message: unknown): ServerToPlayer | null {
  if (!isObject(message) || !isText(message.type)) return null
  const check = Object.prototype.hasOwnProperty.call(CHECKS, message.type) ? CHECKS[message.type as ServerToPlayer['type']] : null
  return check && check(message) ? message as unknown as ServerToPlayer : null
}
