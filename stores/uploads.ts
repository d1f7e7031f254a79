import { defineStore } from 'pinia'
import type { Track } from '#shared/schemas/track'

/** What files are to become. */
export type UploadTarget
  = | { kind: 'message', source: 'uploaded' | 'recorded', category?: string }
    | { kind: 'music', track_kind: Track['kind'] }

/**
 * `refused`: will never be sent, or the server would not have it; `interrupted`: the connection is gone, it can go on;
 * from `waiting` on it is the server's.
 */
export type UploadState = 'queued' | 'sending' | 'interrupted' | 'refused' | 'waiting' | 'processing' | 'ready' | 'failed'

export interface UploadEntry {
  upload_id: string
  title: string
  bytes: number
  sent_bytes: number
  target: UploadTarget
  state: UploadState
  /** An error's code or a failure's name. */
  reason: string | null
  /** The message or track that it became. */
  row_id: string | null
}

const UNDER_WAY: UploadState[] = ['queued', 'sending', 'interrupted', 'waiting', 'processing']

/** The uploads of this visit: they go on while one walks through the pages. */
export const useUploadsStore = defineStore('uploads', () => {
  const entries = ref<UploadEntry[]>([])
  const active = computed(() => entries.value.filter(entry => UNDER_WAY.includes(entry.state)))
  /** Share of all bytes under way that the server has, 0–100. */
  const progress = computed(() => {
    const bytes = active.value.reduce((sum, entry) => sum + entry.bytes, 0)
    return bytes ? Math.floor(active.value.reduce((sum, entry) => sum + entry.sent_bytes, 0) / bytes * 100) : 0
  })

  const find = (upload_id: string) => entries.value.find(entry => entry.upload_id === upload_id)

  function set(upload_id: string, changes: Partial<UploadEntry>) {
    const entry = find(upload_id)
    if (entry) Object.assign(entry, changes)
  }

  function drop(upload_id: string) {
    entries.value = entries.value.filter(entry => entry.upload_id !== upload_id)
  }

  /** Leaves only what is not at its end yet. */
  function clearEnded() {
    entries.value = active.value
  }

  return { entries, active, progress, find, set, drop, clearEnded }
})
