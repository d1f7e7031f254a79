import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A file that came in, whole, and belongs to nobody yet: `keep` it or `discard` it. */
export interface Received {
  sha256: string
  bytes: number
  /** Its first bytes. */
  head: Uint8Array
  /** Makes it a file of the store, under its SHA-256. */
  keep: () => Promise<void>
  /** Removes it; does nothing once it is kept. */
  discard: () => Promise<void>
}

/**
 * Writes a stream to a new file, hashing on the way; a stream that fails leaves nothing.
 * @param source the bytes
 * @param folder where the file lies until it is kept
 * @param head_bytes how much of the start to remember
 * @throws what the source throws, and what the disk says (`ENOSPC`, …)
 */
export async function writeReceived(source: AsyncIterable<Uint8Array>, folder: string, head_bytes: number): Promise<Omit<Received, 'keep'> & { path: string }> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, randomUUID())
  const hash = createHash('sha256')
  const heads: Uint8Array[] = []
  let bytes = 0
  const discard = () => rm(path, { force: true })
  try {
    const file = await open(path, 'wx')
    try {
      for await (const chunk of source) {
        if (bytes < head_bytes) heads.push(Uint8Array.from(chunk.subarray(0, head_bytes - bytes)))
        bytes += chunk.length
        hash.update(chunk)
        for (let written = 0; written < chunk.length;) written += (await file.write(chunk, written)).bytesWritten
      }
      await file.sync()
    }
    finally {
      await file.close()
    }
  }
  catch (error) {
    await discard()
    throw error
  }
  return { path, sha256: hash.digest('hex'), bytes, head: Buffer.concat(heads), discard }
}
