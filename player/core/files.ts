import type { AirItem, PlayerStatus } from '../../shared/protocol'
import { ApiError, pause, saysUnpaired, withLimit } from './http'
import type { NoteFault } from './faults'
import type { Keep } from './keep'
import { memoryKeep } from './keep'
import { sha256 } from './sha256'

/** A sound on this device. */
export interface LoadedFile {
  /** What the audio element plays. */
  url: string
  /** A copy for the meter. */
  bytes: () => Promise<ArrayBuffer>
}

/** `play_id` tells one use of a sound from another. */
export type Sound = Pick<AirItem, 'play_id' | 'url' | 'sha256'>

export interface Files {
  /** Takes up what the device holds. */
  open: () => Promise<void>
  /** What the programme needs, the most urgent first: fetched in that order, and given up in the other. */
  want: (sounds: Sound[]) => void
  /** Whether a sound is on the device, whole and checked. */
  ready: (sha: string) => boolean
  /** Of all sounds on the device. */
  bytes: () => number
  /** Begins to fetch what will be needed, so that its turn does not wait for the network. */
  prepare: (sound: Sound) => void
  /** Resolves with the whole, checked file. Rejects when it cannot be had in 25 s. */
  load: (sound: Sound) => Promise<LoadedFile>
  /** This use of the file is over. */
  release: (sound: Sound) => void
  /** The server can be reached again. */
  wake: () => void
  /** Fetches everything anew. What plays goes on. */
  renew: () => Promise<void>
  clear: () => Promise<void>
  /** What the browser says of its room, from time to time; null where it says nothing. */
  storage: () => PlayerStatus['storage'] | null
}

export interface FilesOptions {
  origin: string
  keep: Keep
  token: () => string | null
  /** The server did not take this token. */
  onRefused: (token: string, error: unknown) => void
  fault: NoteFault
  limits?: Partial<FilesLimits>
}

export interface FilesLimits {
  /** Without an answer, or without the next bytes of one. */
  request_ms: number
  give_up_ms: number
  /** Most bytes on the device, whatever the browser would allow. */
  most_bytes: number
}

const LIMITS: FilesLimits = { request_ms: 15_000, give_up_ms: 25_000, most_bytes: 2e9 }
const RETRY_AFTER_MS = [500, 1_500, 4_000]
const INDEX = 'files'
const FILE = 'file:'
/** Of what the browser offers: its own figures are rough, and the reports need room too. */
const SHARE = 0.7
/** For engines that do not say how much there is. */
const UNTOLD_BYTES = 250e6
const IN_MEMORY_BYTES = 60e6
/** So much of a download is put aside, to go on from there after a reload. */
const PART_BYTES = 1e6
const ESTIMATE_EVERY_MS = 300_000

interface Entry { bytes: number, whole: boolean, used: number }

/** Fetches the sounds by the player's token and keeps them on the device, under their content's hash. */
export function createFiles({ origin, keep, token, onRefused, fault, limits: given }: FilesOptions): Files {
  const limits = Object.assign({}, LIMITS, given)
  const room = typeof navigator === 'undefined' ? undefined : navigator.storage as StorageManager | undefined
  const shelf = keep.blobs ? keep : memoryKeep()
  const held = new Map<string, Promise<LoadedFile>>()
  const coming = new Map<string, Promise<Blob>>()
  let index = new Map<string, Entry>()
  let most = keep.blobs ? UNTOLD_BYTES : IN_MEMORY_BYTES
  let wanted: Sound[] = []
  let failures: Record<string, number> = {}
  /** Found no room among what is needed sooner. */
  let refused: Record<string, boolean> = {}
  let filling = false
  let storage: PlayerStatus['storage'] | null = null

  const ready = (sha: string) => index.has(sha) && index.get(sha)!.whole
  const saveIndex = () => shelf.set(INDEX, index)
  const read = (sha: string) => index.has(sha) ? shelf.get<Blob>(FILE + sha).catch(() => null) : Promise.resolve(null)

  function drop(sha: string): Promise<void> {
    index.delete(sha)
    return shelf.remove(FILE + sha).then(saveIndex)
  }

  /** Larger is needed later; what nobody has asked for is needed last, the longest unused the very last. */
  function rank(sha: string): number {
    const at = wanted.findIndex(sound => sound.sha256 === sha)
    return at < 0 ? 1e15 - index.get(sha)!.used : at
  }

  /** Keeps a file, or the beginning of one, in place of what is needed later. */
  async function put(sha: string, blob: Blob, whole: boolean): Promise<void> {
    let full = false
    const place = wanted.findIndex(sound => sound.sha256 === sha)
    for (;;) {
      const others = Array.from(index.keys()).filter(other => other !== sha)
      const last = others.sort((a, b) => rank(b) - rank(a))[0]
      if (others.reduce((sum, other) => sum + index.get(other)!.bytes, blob.size) <= Math.min(most, limits.most_bytes)) {
        try {
          // the index goes first: a file that it does not know would stay for ever
          const entry = { bytes: blob.size, whole: false, used: Date.now() }
          index.set(sha, entry)
          await saveIndex()
          await shelf.set(FILE + sha, blob)
          entry.whole = whole
          if (full) fault('storage_full', 'the device is full', 'made room', true)
          return await saveIndex()
        }
        catch (error) {
          await drop(sha).catch(() => undefined)
          if (!error || (error as Error).name !== 'QuotaExceededError') throw error
          full = true
        }
      }
      if (!last || rank(last) <= place) {
        fault('storage_full', 'not all of the programme has room', null, false)
        throw new Error('no room')
      }
      await drop(last)
    }
  }

  async function download({ url, sha256: sha }: Sound): Promise<Blob> {
    const address = new URL(url, origin)
    // the token goes to our own server and to nobody else
    if (address.origin !== origin) throw new Error(`${address.origin} is not our server`)
    const bearer = token() || ''
    const headers: Record<string, string> = { authorization: `Bearer ${bearer}` }
    let begun = await read(sha)
    if (begun && begun.size) headers.range = `bytes=${begun.size}-`
    // what is kept here need not lie in the browser's cache as well
    const response = await withLimit(fetch(address.href, { headers, credentials: 'omit', cache: 'no-store' }), limits.request_ms, url)
    if (!response.ok) {
      if (begun) await drop(sha)
      const body = await response.json().catch(() => null) as { error?: { code?: string } } | null
      const error = new ApiError(response.status, (body && body.error && body.error.code) || 'unknown', null)
      if (response.status === 401) onRefused(bearer, error)
      // there may be another one to try
      throw token() === bearer ? error : new Error('the token has changed')
    }
    if (response.status !== 206) begun = null
    const chunks: BlobPart[] = begun ? [begun] : []
    let size = begun ? begun.size : 0
    let put_aside = size
    const total = response.headers.get('content-encoding') ? 0 : size + Number(response.headers.get('content-length'))
    const reader = response.body!.getReader()
    try {
      for (;;) {
        const { done, value } = await withLimit(reader.read(), limits.request_ms, url)
        if (done) break
        chunks.push(value)
        size += value.length
        if (size - put_aside < PART_BYTES) continue
        put_aside = size
        await put(sha, new Blob(chunks), false).catch(() => undefined)
      }
      if (!size || size < total) throw new Error(`${size} of ${total} bytes came`)
    }
    catch (error) {
      reader.cancel().catch(() => undefined)
      if (size) await put(sha, new Blob(chunks), false).catch(() => undefined)
      throw error
    }
    const blob = new Blob(chunks, { type: 'audio/mpeg' })
    if (await sha256(await bytesOf(blob)) !== sha) {
      await drop(sha)
      fault('file_damaged', sha, 'fetched again', true)
      throw new Error('the file is not the one that was sent')
    }
    // the copy on the device costs no memory; where there is no room, this one has to do
    return put(sha, blob, true).then(() => read(sha), () => null).then(kept => kept || blob)
  }

  async function find(sound: Sound): Promise<Blob> {
    const sha = sound.sha256
    if (ready(sha)) {
      const kept = await read(sha)
      if (kept && kept.size) {
        index.get(sha)!.used = Date.now()
        return kept
      }
      await drop(sha)
    }
    return download(sound)
  }

  /** Several who want the same file wait for one download. */
  function obtain(sound: Sound): Promise<Blob> {
    const sha = sound.sha256
    const known = coming.get(sha)
    if (known) return known
    const work = find(sound)
    const over = () => void coming.delete(sha)
    coming.set(sha, work)
    work.then(over, over)
    return work
  }

  async function fetchFile(sound: Sound): Promise<LoadedFile> {
    const begun = performance.now()
    for (let attempt = 0; ; attempt++) {
      try {
        const blob = await obtain(sound)
        return { url: URL.createObjectURL(blob), bytes: () => bytesOf(blob) }
      }
      catch (error) {
        const wait = RETRY_AFTER_MS[Math.min(attempt, RETRY_AFTER_MS.length - 1)]!
        if (saysUnpaired(error) || performance.now() - begun + wait > limits.give_up_ms) throw error
        await pause(wait)
      }
    }
  }

  function load(sound: Sound): Promise<LoadedFile> {
    const known = held.get(sound.play_id)
    if (known) return known
    const loading = fetchFile(sound)
    held.set(sound.play_id, loading)
    // a failure is not kept: the next one who asks tries again
    loading.catch(() => held.get(sound.play_id) === loading && held.delete(sound.play_id))
    return loading
  }

  const failed = (sound: Sound) => failures[sound.sha256] || 0

  /** One after another, so that the line stays free for what is wanted at once. */
  async function fill() {
    if (filling) return
    filling = true
    for (let misses = 0; ;) {
      const missing = wanted.filter(sound => !ready(sound.sha256) && !refused[sound.sha256])
      if (!missing.length) break
      // one that fails makes room for the others
      const sound = missing.reduce((best, other) => failed(other) < failed(best) ? other : best)
      try {
        await obtain(sound)
        misses = 0
        if (!ready(sound.sha256)) refused[sound.sha256] = true
      }
      catch (error) {
        failures[sound.sha256] = failed(sound) + 1
        misses++
        if (saysUnpaired(error)) break
      }
      if (failed(sound)) await pause(Math.min(60_000, 1_000 * Math.pow(2, misses)))
    }
    filling = false
  }

  async function empty() {
    for (const sha of Array.from(index.keys())) await drop(sha)
  }

  async function estimate() {
    const { quota, usage } = await room!.estimate().catch((): StorageEstimate => ({}))
    if (!quota) return
    // what the browser gives changes with what else lies on the device
    most = quota * SHARE
    storage = { quota_bytes: quota, usage_bytes: usage || 0 }
  }

  return {
    ready,
    load,
    bytes() {
      let sum = 0
      index.forEach(entry => sum += entry.bytes)
      return sum
    },
    async open() {
      index = await shelf.get<Map<string, Entry>>(INDEX).catch(() => null) || index
      if (!keep.blobs || !room || !room.estimate) return
      if (room.persist) room.persist().catch(() => undefined)
      await estimate()
      setInterval(() => void estimate(), ESTIMATE_EVERY_MS)
    },
    want(sounds) {
      wanted = sounds
      refused = {}
      void fill()
    },
    prepare: sound => void load(sound).catch(() => undefined),
    release(sound) {
      const loading = held.get(sound.play_id)
      held.delete(sound.play_id)
      if (loading) loading.then(file => URL.revokeObjectURL(file.url), () => undefined)
    },
    wake() {
      failures = {}
    },
    async renew() {
      await empty()
      refused = {}
      failures = {}
      void fill()
    },
    clear() {
      wanted = []
      return empty()
    },
    storage: () => storage,
  }
}

/** `Blob.arrayBuffer()` for engines that do not have it. */
const bytesOf = (blob: Blob): Promise<ArrayBuffer> => new Response(blob).arrayBuffer()
