import { useIntervalFn } from '@vueuse/core'
import type { DetailedError, HttpResponse, Upload } from 'tus-js-client'
import type { Message } from '#shared/schemas/audio'
import type { Track } from '#shared/schemas/track'
import type { UploadLimits } from '#shared/schemas/upload'
import type { UploadEntry, UploadTarget } from '~/stores/uploads'

const ENDPOINT = '/api/v1/library/uploads/tus'
const CHUNK_BYTES = 2 * 1024 * 1024
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10_000, 20_000]
const AT_ONCE = 2
/** What the server works on is asked for this often, besides the news: a network may let no socket through. */
const ASK_EVERY_MS = 10_000

/** What is sent and by whom; files cannot stand in a store that the server fills too. */
const sending = new Map<string, { file: File, upload?: Upload }>()
const latest = useLatest()

/** How large a file may be, and of which kinds. */
export function useUploadLimits() {
  return useFetch<UploadLimits>('/api/v1/library/uploads', { key: 'library:upload-limits', lazy: true, dedupe: 'defer' })
}

/** Sends files piece by piece: what a dropped connection left is sent afterwards, not what is there already. */
export function useUploads() {
  const store = useUploadsStore()
  const client = useClientStore()
  const { data: limits } = useNuxtData<UploadLimits>('library:upload-limits')
  const { apiGet, apiPost } = useApi()

  /** Takes files on; what is too large or empty is refused before a byte is sent. */
  function add(files: Iterable<File>, target: UploadTarget, title?: string) {
    for (const file of files) {
      const reason = file.size === 0 ? 'empty_file' : limits.value && file.size > limits.value.max_bytes ? 'too_large' : null
      const entry: UploadEntry = {
        upload_id: newKey(), title: title?.trim() || titleOf(file.name), bytes: file.size, sent_bytes: 0, target, state: reason ? 'refused' : 'queued', reason, row_id: null,
      }
      store.entries.unshift(entry)
      if (!reason) sending.set(entry.upload_id, { file })
    }
    void pump()
  }

  async function pump() {
    // In the order in which they came.
    const next = store.entries.findLast(entry => entry.state === 'queued')
    if (!next || store.entries.filter(entry => entry.state === 'sending').length >= AT_ONCE) return
    next.state = 'sending'
    void send(next)
    await pump()
  }

  async function send({ upload_id, title, target }: UploadEntry) {
    const tus = await import('tus-js-client')
    const job = sending.get(upload_id)
    // Cancelled while the code was fetched.
    if (!job) return
    const { file } = job
    const upload = job.upload = new tus.Upload(file, {
      endpoint: ENDPOINT,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      removeFingerprintOnSuccess: true,
      // The same file for something else is another upload.
      fingerprint: async () => ['mediaflow', client.client?.client_id, JSON.stringify(target), title, file.name, file.size, file.lastModified].join('/'),
      metadata: metadataOf(file, title, target),
      onProgress: sent_bytes => store.set(upload_id, { sent_bytes }),
      onShouldRetry: error => !refusalOf(error),
      onSuccess: ({ lastResponse }) => void stored(upload_id, lastResponse),
      onError: error => stopped(upload_id, error),
    })
    const [previous] = await upload.findPreviousUploads()
    if (previous) upload.resumeFromPreviousUpload(previous)
    if (sending.has(upload_id)) upload.start()
  }

  /** All of it is there: from here on its row says how it goes. */
  async function stored(upload_id: string, response: HttpResponse) {
    sending.delete(upload_id)
    const row_id = response.getHeader('X-Audio-Id') ?? response.getHeader('X-Track-Id') ?? null
    store.set(upload_id, { state: 'waiting', row_id, sent_bytes: store.find(upload_id)?.bytes })
    void pump()
    const entry = store.find(upload_id)
    if (entry) await Promise.all([follow(entry), refreshNuxtData(entry.target.kind === 'music' ? TRACK_LISTS : ['library', 'library-recent'])])
  }

  function stopped(upload_id: string, error: Error | DetailedError) {
    const reason = refusalOf(error)
    store.set(upload_id, { state: reason ? 'refused' : 'interrupted', reason })
    if (reason) sending.delete(upload_id)
    void pump()
  }

  /** Goes on with what was interrupted, or asks the server to try again what it could not work on. */
  async function retry(entry: UploadEntry) {
    if (entry.state === 'interrupted') {
      entry.state = 'queued'
      return pump()
    }
    if (entry.state !== 'failed' || !entry.row_id) return
    try {
      await apiPost(entry.target.kind === 'music' ? `/api/v1/audio/tracks/${entry.row_id}/retry` : `/api/v1/library/${entry.row_id}/retry`, {})
      Object.assign(entry, { state: 'waiting', reason: null })
    }
    catch (thrown) {
      entry.reason = toApiError(thrown).code
    }
    await follow(entry)
  }

  /** Ends a sending and forgets what the server has of it. One that the server has whole only leaves the list. */
  async function cancel(entry: UploadEntry) {
    const { upload } = sending.get(entry.upload_id) ?? {}
    sending.delete(entry.upload_id)
    store.drop(entry.upload_id)
    void pump()
    // What cannot be told to the server now, it forgets by itself after a day.
    await upload?.abort(Boolean(upload.url)).catch(() => {})
  }

  /** Reads how the server stands with a file. */
  async function follow(entry: UploadEntry) {
    if (!entry.row_id) return
    try {
      const path = entry.target.kind === 'music' ? `/api/v1/audio/tracks/${entry.row_id}` : `/api/v1/library/${entry.row_id}`
      const row = await latest(entry.upload_id, () => apiGet<Message | Track>(path))
      if (row) store.set(entry.upload_id, { state: row.status === 'draft' ? 'ready' : row.status, reason: row.failure ?? null, title: row.title })
    }
    catch (thrown) {
      if (toApiError(thrown).status === 404) store.drop(entry.upload_id)
    }
  }

  return { add, retry, cancel, follow }
}

/** Keeps the store in step with what the server makes of the files; stands once, in the layout. */
export function useUploadsLive() {
  const store = useUploadsStore()
  const { follow, retry } = useUploads()
  const { on, onReturn } = useWebSocket()
  const isAtWork = (entry: UploadEntry) => entry.state === 'waiting' || entry.state === 'processing'
  const read = (row_id: string) => store.entries.filter(entry => entry.row_id === row_id).forEach(entry => void follow(entry))

  on('message_changed', ({ audio_id }) => read(audio_id))
  on('track_changed', ({ track_id }) => read(track_id))
  onReturn(() => {
    for (const entry of store.active) void (entry.state === 'interrupted' ? retry(entry) : follow(entry))
  })
  if (import.meta.client) useIntervalFn(() => store.entries.filter(isAtWork).forEach(entry => void follow(entry)), ASK_EVERY_MS)
}

function metadataOf(file: File, title: string, target: UploadTarget): Record<string, string> {
  const common = { filename: file.name, kind: target.kind, title }
  if (target.kind === 'music') return { ...common, track_kind: target.track_kind }
  return { ...common, source: target.source, ...(target.category ? { category: target.category } : {}) }
}

/** `Aviso cierre.mp3` is called `Aviso cierre`. */
function titleOf(name: string): string {
  return name.replace(/\.[^.]{1,5}$/, '').replaceAll('_', ' ').trim().slice(0, 200) || name
}

/**
 * Why the server will not have a file, as an error's code; null while asking again may help: no answer, a lock that
 * another request still holds, a server that is just starting, somebody who has to sign in again first.
 */
function refusalOf(error: Error | DetailedError): string | null {
  const answer = 'originalResponse' in error ? error.originalResponse : null
  if (!answer) return null
  const status = answer.getStatus()
  const { code } = sayIfSessionEnded(toApiError({ status, data: parse(answer.getBody()) }))
  if (code === 'storage_full') return code
  if (status < 400 || status >= 500 || [401, 408, 409, 423, 425, 429].includes(status)) return null
  return status === 413 ? 'too_large' : code
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  }
  catch {
    return null
  }
}
