import type { FaultKind, PlayerFault } from '../../shared/protocol'
import type { Api } from './http'
import { ApiError } from './http'
import type { Keep } from './keep'
import type { Outbox } from './outbox'
import { createOutbox } from './outbox'

/**
 * Notes something that a watchdog saw, when it is over or when nothing helped.
 * @param recovery what was done about it; null: nothing could be
 * @param over whether that helped
 */
export type NoteFault = (kind: FaultKind, detail: string, recovery: string | null, over: boolean) => void

/** The faults of this device, kept on it until the server has them on record. */
export interface Faults extends Pick<Outbox<PlayerFault>, 'flush' | 'upload' | 'waiting' | 'load' | 'clear'> {
  note: NoteFault
  /** `noted` came. */
  noted: (faultId: string) => void
}

export interface FaultsOptions {
  keep: Keep
  /** The server's time, ms. */
  now: () => number
  /** There is something to tell. */
  onNote: (fault: PlayerFault) => void
}

const MOST = 100
/** The same again within this time is the same fault. */
const SAME_WITHIN_MS = 600_000

export function createFaults({ keep, now, onNote }: FaultsOptions): Faults {
  const outbox = createOutbox<PlayerFault>({ keep, key: 'faults', most: MOST, path: '/api/v1/player/faults', field: 'faults' })
  /** When each was seen last, by what was seen. */
  const seen = new Map<string, number>()
  const { flush, waiting, load, clear } = outbox

  return {
    flush, waiting, load, clear,
    note(kind, what, recovery, over) {
      const detail = what.slice(0, 300)
      const name = [kind, detail, recovery, over].join(' ')
      const mono = performance.now()
      const last = seen.get(name)
      if (last !== undefined && mono - last < SAME_WITHIN_MS) return
      seen.set(name, mono)
      const at = new Date(now()).toISOString()
      const fault: PlayerFault = { fault_id: uuid(), kind, detail, at, recovery, recovered_at: over ? at : null }
      outbox.add(fault).catch(() => undefined)
      onNote(fault)
    },
    noted(faultId) {
      outbox.drop(fault => fault.fault_id === faultId).catch(() => undefined)
    },
    // a server of before the faults has no such route: they wait for the next one
    upload: (api: Api, token: string) => outbox.upload(api, token).catch((error) => {
      if (!(error instanceof ApiError && error.status === 404)) throw error
    }),
  }
}

/** `crypto.randomUUID` for engines and plain http addresses that do not have it. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 15) | 64
  bytes[8] = (bytes[8]! & 63) | 128
  return Array.from(bytes, byte => (256 + byte).toString(16).slice(1)).join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
