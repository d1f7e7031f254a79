import type { Readable } from 'node:stream'
import { eq } from 'drizzle-orm'
import { lockInTransaction, type Db } from '../../../db/client'
import { file } from '../../../db/schema'
import type { Received } from '../../providers/received'
import { createFileStore, type ByteRange, type FileStore } from '../../providers/storage'
import { useDb } from '../database'
import { NotFound } from '../errors'
import { sha256Of } from '../hash'
import { useSettings } from '../settings/env'

let store: FileStore | undefined

/** Where this installation keeps its files. */
export function useFileStore(): FileStore {
  store ??= createFileStore(useSettings().STORAGE_PATH)
  return store
}

/**
 * Keeps a file and its row. The file is there before the row is committed; a transaction that fails leaves a file
 * without a row, which the sweep removes.
 * @param tx the transaction of the row that will point here
 * @param into the store, if not this installation's
 * @returns its SHA-256
 */
export async function storeFile(tx: Db, bytes: Uint8Array, content_type: string, into = useFileStore()): Promise<string> {
  const sha256 = sha256Of(bytes)
  await lockInTransaction(tx, `file:${sha256}`)
  await into.put(sha256, bytes)
  const stored_at = new Date()
  await tx.insert(file).values({ sha256, content_type, bytes: bytes.byteLength, stored_at })
    .onConflictDoUpdate({ target: file.sha256, set: { stored_at } })
  return sha256
}

/** {@link storeFile} for what came in as a stream. */
export async function storeReceived(tx: Db, received: Received, content_type: string): Promise<string> {
  const { sha256, bytes } = received
  await lockInTransaction(tx, `file:${sha256}`)
  await received.keep()
  const stored_at = new Date()
  await tx.insert(file).values({ sha256, content_type, bytes, stored_at })
    .onConflictDoUpdate({ target: file.sha256, set: { stored_at } })
  return sha256
}

/** A whole file, or null when it is not there. */
export async function readFile(sha256: string): Promise<{ bytes: Uint8Array, content_type: string } | null> {
  const row = await rowOf(sha256)
  const bytes = row && await useFileStore().read(sha256)
  return bytes ? { bytes, content_type: row.content_type } : null
}

/** A file to be sent, or null when it is not there. */
export async function openFile(sha256: string): Promise<{ bytes: number, content_type: string, stream: (range?: ByteRange) => Promise<Readable> } | null> {
  const row = await rowOf(sha256)
  const found = row && await useFileStore().stat(sha256)
  if (!found) return null
  const stream = async (range?: ByteRange) => {
    const opened = await useFileStore().stream(sha256, range)
    if (!opened) throw new NotFound()
    return opened
  }
  return { bytes: found.bytes, content_type: row.content_type, stream }
}

async function rowOf(sha256: string) {
  const db = await useDb()
  const [row] = await db.select({ content_type: file.content_type }).from(file).where(eq(file.sha256, sha256))
  return row
}
