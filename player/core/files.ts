import type { AirItem } from '../../shared/protocol'
import { ApiError, fetchWithin, pause, saysUnpaired } from './http'

/** A sound on this device. */
export interface LoadedFile {
  /** What the audio element plays. */
  url: string
  /** A copy for the meter. */
  bytes: () => Promise<ArrayBuffer>
}

export interface Files {
  /** Begins to fetch what will be needed, so that its turn does not wait for the network. */
  prepare: (item: AirItem) => void
  /** Resolves with the whole, checked file. Rejects when it cannot be had in 25 s. */
  load: (item: AirItem) => Promise<LoadedFile>
  /** The file is not needed any more. */
  release: (item: AirItem) => void
}

export interface FilesOptions {
  origin: string
  token: () => string | null
  onUnpaired: () => void
  limits?: Partial<FilesLimits>
}

export interface FilesLimits { request_ms: number, give_up_ms: number }

const LIMITS: FilesLimits = { request_ms: 15_000, give_up_ms: 25_000 }
const RETRY_AFTER_MS = [500, 1_500, 4_000]

/** Fetches the sounds by the player's token and holds them in memory as blobs until they have been played. */
export function createFiles({ origin, token, onUnpaired, limits: given }: FilesOptions): Files {
  const limits = { ...LIMITS, ...given }
  const held = new Map<string, Promise<LoadedFile>>()

  function fetchOnce(item: AirItem): Promise<ArrayBuffer> {
    const url = new URL(item.url, origin)
    // the token goes to our own server and to nobody else
    if (url.origin !== origin) return Promise.reject(new Error(`${url.origin} is not our server`))
    const init: RequestInit = { headers: { authorization: `Bearer ${token() || ''}` }, credentials: 'omit' }
    return fetchWithin(url.href, init, limits.request_ms, (response) => {
      if (response.ok) return response.arrayBuffer().then(bytes => checked(response, bytes, item.sha256))
      return response.json().catch(() => null).then((body: { error?: { code?: string } } | null) => {
        throw new ApiError(response.status, (body && body.error && body.error.code) || 'unknown', null)
      })
    })
  }

  async function fetchFile(item: AirItem): Promise<LoadedFile> {
    const begun = performance.now()
    for (let attempt = 0; ; attempt++) {
      try {
        const bytes = await fetchOnce(item)
        const blob = new Blob([bytes], { type: 'audio/mpeg' })
        return { url: URL.createObjectURL(blob), bytes: () => read(blob) }
      }
      catch (error) {
        if (saysUnpaired(error)) onUnpaired()
        const wait = RETRY_AFTER_MS[Math.min(attempt, RETRY_AFTER_MS.length - 1)]!
        if (saysUnpaired(error) || performance.now() - begun + wait > limits.give_up_ms) throw error
        await pause(wait)
      }
    }
  }

  function load(item: AirItem): Promise<LoadedFile> {
    const known = held.get(item.play_id)
    if (known) return known
    const loading = fetchFile(item)
    held.set(item.play_id, loading)
    // a failure is not kept: the next one who asks tries again
    loading.catch(() => held.get(item.play_id) === loading && held.delete(item.play_id))
    return loading
  }

  return {
    load,
    prepare: item => void load(item).catch(() => undefined),
    release(item) {
      const loading = held.get(item.play_id)
      held.delete(item.play_id)
      if (loading) loading.then(file => URL.revokeObjectURL(file.url), () => undefined)
    },
  }
}

/** Refuses half a file, and a wrong one where the engine can tell (no `crypto.subtle` over plain http). */
function checked(response: Response, bytes: ArrayBuffer, sha256: string): ArrayBuffer | Promise<ArrayBuffer> {
  const length = response.headers.get('content-length')
  const encoded = response.headers.get('content-encoding')
  if (!bytes.byteLength || (length !== null && !encoded && Number(length) !== bytes.byteLength)) {
    throw new Error(`${bytes.byteLength} of ${length} bytes came`)
  }
  if (typeof crypto === 'undefined' || !crypto.subtle) return bytes
  return crypto.subtle.digest('SHA-256', bytes).then((digest) => {
    const hex = Array.prototype.map.call(new Uint8Array(digest), (byte: number) => (byte + 256).toString(16).slice(1)).join('')
    if (hex !== sha256) throw new Error('the file is not the one that was sent')
    return bytes
  })
}

/** `Blob.arrayBuffer()` for engines that do not have it. */
function read(blob: Blob): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as ArrayBuffer)
    reader.onerror = () => reject(reader.error)
    reader.readAsArrayBuffer(blob)
  })
}
