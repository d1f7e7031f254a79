import { createSharedComposable, useDebounceFn, useIntervalFn, useWebSocket as useSocket } from '@vueuse/core'
import { ServerToDashboardSchema, type ServerToDashboard } from '#shared/protocol'

type MessageType = ServerToDashboard['type']
type MessageOf<T extends MessageType> = Extract<ServerToDashboard, { type: T }>
type Listener = (message: ServerToDashboard) => void

const HEARTBEAT_MS = 30_000
const PONG_TIMEOUT_MS = 10_000
const FIRST_RETRY_MS = 3000
const LONGEST_RETRY_MS = 30_000
/** News often comes in bursts. */
const SETTLE_MS = 200

/**
 * How long to wait before attempt `attempt` (1, 2, …), ms: doubling, capped, and spread by half so that a restarted
 * server is not met by everybody at once.
 */
export function retryDelay(attempt: number, random = Math.random()): number {
  const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1))
  return Math.round(ceiling / 2 + ceiling / 2 * random)
}

/** The dashboard's one socket, opened by whoever asks first and closed when nobody listens any more. */
const useDashboardSocket = createSharedComposable(() => {
  const listeners = new Set<Listener>()
  const returns = new Set<() => void>()
  let opened = false
  /** True once the first connection stood: only then is a gap worth showing. */
  const wasOpen = ref(false)

  const { status } = useSocket(() => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/dashboard`, {
    heartbeat: { message: '{"type":"ping"}', responseMessage: '{"type":"pong"}', pongTimeout: PONG_TIMEOUT_MS, scheduler: beat => useIntervalFn(beat, HEARTBEAT_MS) },
    autoReconnect: { retries: -1, delay: retryDelay },
    onConnected() {
      wasOpen.value = true
      if (opened) returns.forEach(refresh => refresh())
      opened = true
    },
    onMessage(_socket, event) {
      const message = parse(event.data)
      if (message) listeners.forEach(listener => listener(message))
    },
  })
  return { status, wasOpen, listeners, returns }
})

/**
 * Live news from the server. Messages carry only ids: fetch again what they name. Reconnecting is not the caller's
 * business: after a gap every `onReturn` callback runs once.
 * On the server nothing happens, and nothing is open.
 */
export function useWebSocket() {
  if (import.meta.server) return { connected: ref(true), on: () => {}, onReturn: () => {}, keepFresh: () => {} }
  const { status, wasOpen, listeners, returns } = useDashboardSocket()
  const connected = computed(() => !wasOpen.value || status.value === 'OPEN')

  /** Calls back for messages of one type until the caller's scope ends. */
  function on<T extends MessageType>(type: T, callback: (message: MessageOf<T>) => void) {
    const listener: Listener = (message) => {
      if (message.type === type) callback(message as MessageOf<T>)
    }
    listeners.add(listener)
    onScopeDispose(() => listeners.delete(listener))
  }

  /** Calls back when the connection is there again after a gap. */
  function onReturn(callback: () => void) {
    returns.add(callback)
    onScopeDispose(() => returns.delete(callback))
  }

  /**
   * Reads a list again when news of these types comes, and after a gap. News that comes during a reading may be newer than
   * its answer, so behind it the list is read once more.
   */
  function keepFresh(types: MessageType[], refresh: (options: { dedupe: 'cancel' }) => Promise<unknown>) {
    let reading = false
    let again = false
    async function read() {
      again = true
      if (reading) return
      reading = true
      while (again) {
        again = false
        await refresh({ dedupe: 'cancel' }).catch(() => {})
      }
      reading = false
    }
    const soon = useDebounceFn(read, SETTLE_MS, { maxWait: SETTLE_MS * 5 })
    for (const type of types) on(type, () => void soon())
    onReturn(() => void read())
  }

  return { connected, on, onReturn, keepFresh }
}

function parse(data: unknown): ServerToDashboard | undefined {
  try {
    return ServerToDashboardSchema.safeParse(JSON.parse(String(data))).data
  }
  catch {
    return undefined
  }
}
