import type { Api } from './http'
import { ApiError, saysUnpaired } from './http'
import type { Keep } from './keep'

/** What the server has to hear, kept on the device until it has it on record. */
export interface Outbox<T> {
  /** Resolves when it is safe on the device. */
  add: (entry: T) => Promise<void>
  /** These are on record. */
  drop: (gone: (entry: T) => boolean) => Promise<void>
  /** Sends over the socket whatever is due: all of it after a welcome, later what was not confirmed in time. */
  flush: (send: (entry: T) => boolean, afterWelcome?: boolean) => void
  /** The same over HTTP. Rejects when the server could not be reached. */
  upload: (api: Api, token: string) => Promise<void>
  waiting: () => readonly T[]
  load: () => Promise<void>
  clear: () => Promise<void>
}

export interface OutboxOptions {
  keep: Keep
  /** Under which it lies on the device. */
  key: string
  /** Beyond it the oldest go. */
  most: number
  path: string
  /** Of the list in the body. */
  field: string
}

interface Waiting<T> { entry: T, sends: number, due_at: number }

const BATCH = 100
const CONFIRM_WITHIN_MS = 15_000
const SLOWEST_MS = 600_000

/** An outbox over a {@link Keep}. */
export function createOutbox<T>({ keep, key, most, path, field }: OutboxOptions): Outbox<T> {
  let entries: Waiting<T>[] = []
  const fresh = (entry: T) => ({ entry, sends: 0, due_at: 0 })
  const waiting = () => entries.map(({ entry }) => entry)
  const save = () => keep.set(key, waiting())

  function drop(gone: (entry: T) => boolean): Promise<void> {
    const left = entries.filter(({ entry }) => !gone(entry))
    if (left.length === entries.length) return Promise.resolve()
    entries = left
    return save()
  }

  async function uploadBatch(api: Api, token: string, batch: T[]): Promise<void> {
    try {
      await api.send('POST', path, { bearer: token, body: { [field]: batch } })
    }
    catch (error) {
      const refused = error instanceof ApiError && (error.status === 400 || error.status === 422)
      if (!refused || saysUnpaired(error)) throw error
      // one that the server will never take must not hold up the others
      if (batch.length > 1) {
        for (const entry of batch) await uploadBatch(api, token, [entry])
        return
      }
    }
    await drop(entry => batch.indexOf(entry) >= 0)
  }

  return {
    drop,
    waiting,
    add(entry) {
      entries = entries.concat(fresh(entry)).slice(-most)
      return save()
    },
    flush(send, afterWelcome = false) {
      const now = performance.now()
      for (const each of entries) {
        if (afterWelcome) each.sends = 0
        else if (each.due_at > now) continue
        if (!send(each.entry)) return
        each.due_at = now + Math.min(CONFIRM_WITHIN_MS * Math.pow(2, each.sends), SLOWEST_MS)
        each.sends++
      }
    },
    async upload(api, token) {
      while (entries.length) {
        const before = entries.length
        await uploadBatch(api, token, waiting().slice(0, BATCH))
        if (entries.length >= before) return
      }
    },
    load: () => keep.get<T[]>(key).then((kept) => {
      entries = (kept || []).map(fresh).concat(entries)
    }),
    clear() {
      entries = []
      return keep.remove(key)
    },
  }
}
