import { cutMp3 } from './codec/mp3-cut'
import { readFile } from './files'
import type { OutputRate } from './mastering'
import type { Music } from './mixing'
import { runInWorker } from './worker-pool'

/** What decoded music may take of memory: some nine minutes of it. */
const CACHE_BYTES = 192 * 1024 * 1024

/** Decoded music by file, sample rate and part, the one that was used last at the end. */
const cache = new Map<string, Music>()
const decoding = new Map<string, Promise<Music | null>>()

/** Which part of a track is wanted. */
export interface MusicWindow {
  from_ms: number
  length_ms: number
}

/**
 * The samples of a track's mp3, decoded once and kept while there is room. They lie in memory that the threads share.
 * @param part all of it, unless said otherwise
 * @returns null when the file is gone or has no sound there
 */
export function loadMusic(sha256: string, sample_rate: OutputRate, part?: MusicWindow): Promise<Music | null> {
  const key = [sha256, sample_rate, part?.from_ms, part?.length_ms].join(':')
  const kept = cache.get(key)
  if (kept) {
    keep(key, kept)
    return Promise.resolve(kept)
  }
  let work = decoding.get(key)
  if (!work) {
    work = decode(sha256, sample_rate, part).finally(() => decoding.delete(key))
    decoding.set(key, work)
  }
  return work.then((music) => {
    if (music) keep(key, music)
    return music
  })
}

async function decode(sha256: string, sample_rate: OutputRate, part: MusicWindow | undefined): Promise<Music | null> {
  const file = await readFile(sha256)
  if (!file || !part) return file && runInWorker('audio', 'decodeTrack', { mp3: file.bytes, sample_rate })
  const cut = cutMp3(file.bytes, part.from_ms, part.length_ms)
  return cut && runInWorker('audio', 'decodeTrack', { ...cut, sample_rate })
}

function keep(key: string, music: Music): void {
  cache.delete(key)
  cache.set(key, music)
  let bytes = 0
  for (const [older, { channels }] of [...cache].reverse()) {
    bytes += channels.reduce((sum, channel) => sum + channel.byteLength, 0)
    if (bytes > CACHE_BYTES && older !== key) cache.delete(older)
  }
}
