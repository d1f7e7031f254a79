import { Readable } from 'node:stream'
import { makeZip, predictLength } from 'client-zip'
import { and, desc, isNotNull } from 'drizzle-orm'
import { message } from '../../../db/schema'
import { BULK_LIMIT } from '../../../shared/schemas/library'
import { fold } from '../../../shared/utils/fold'
import { openFile } from '../audio/files'
import { useDb } from '../database'
import { NotFound } from '../errors'
import { selected, tooMany, type Selection } from './bulk'
import { messageNotFound } from './rows'

interface Entry {
  name: string
  lastModified: Date
  size: number
  sha256: string
}

/**
 * The sounds of many messages as one zip. It is made while it is read, one open file at a time, and its length is known
 * before. Messages without a sound are left out. Nothing is compressed: mp3s are.
 * @throws NotFound when there is no sound among them, Unprocessable when they are too many
 */
export async function zipMessages(clientId: string, selection: Selection): Promise<{ bytes: number, stream: () => Readable }> {
  const entries = await entriesOf(clientId, selection)
  const bytes = Number(predictLength(entries.map(({ name, size }) => ({ name, size }))))
  return { bytes, stream: () => packed(entries) }
}

/** Whoever goes away in the middle leaves no file open: the packer itself does not close the one that it reads. */
function packed(entries: Entry[]): Readable {
  let current: Readable | undefined
  const zip = makeZip(open(entries, file => current = file))
  return Readable.fromWeb(zip as Parameters<typeof Readable.fromWeb>[0]).once('close', () => current?.destroy())
}

async function entriesOf(clientId: string, selection: Selection): Promise<Entry[]> {
  const db = await useDb()
  const wanted = await selected(db, clientId, selection)
  const rows = wanted
    ? await db.select({ title: message.title, sha256: message.sha256, updated_at: message.updated_at }).from(message)
        .where(and(wanted, isNotNull(message.sha256))).orderBy(desc(message.audio_id)).limit(BULK_LIMIT + 1)
    : []
  if (rows.length > BULK_LIMIT) throw tooMany()
  const names = new FileNames()
  const entries: Entry[] = []
  for (const { title, sha256, updated_at } of rows) {
    const file = await openFile(sha256!)
    if (file) entries.push({ name: names.next(title), lastModified: updated_at, size: file.bytes, sha256: sha256! })
  }
  if (!entries.length) throw messageNotFound()
  return entries
}

async function* open(entries: Entry[], onOpen: (file: Readable) => void) {
  for (const { name, lastModified, size, sha256 } of entries) {
    const file = await openFile(sha256)
    // The length is announced already: the download must fail, not lack a sound.
    if (!file) throw new NotFound('A sound is gone.', 'message_file_missing')
    const input = await file.stream()
    onOpen(input)
    yield { name, lastModified, size, input: input as AsyncIterable<Uint8Array<ArrayBuffer>> }
  }
}

/** Names that no file system refuses: Windows knows no difference of case, and no file called `con`. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i

/** Names of files, each one once. */
export class FileNames {
  private taken = new Set<string>()

  /** @param title whatever somebody called the message */
  next(title: string): string {
    const plain = title.normalize('NFC').replace(/[<>:"/\\|?*\p{Cc}\p{Cf}\p{Surrogate}]+/gu, ' ').replace(/\s+/g, ' ')
    const short = [...plain].slice(0, 80).join('').replace(/^[\s.]+|[\s.]+$/g, '')
    const base = !short ? 'audio' : RESERVED.test(short) ? `${short}_` : short
    let name = base
    for (let number = 2; this.taken.has(fold(name)); number++) name = `${base} (${number})`
    this.taken.add(fold(name))
    return `${name}.mp3`
  }
}
