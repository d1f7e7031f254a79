import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import Busboy from '@fastify/busboy'
import type { H3Event } from 'h3'
import { BadRequest, TooLarge, UnsupportedMedia } from '../services/errors'

/** What a form held besides its file. */
export interface UploadForm<File> {
  fields: Record<string, string>
  /** As the browser named it. */
  filename: string | undefined
  file: File
}

type Discardable = { discard: () => Promise<void> }
type Receive<File> = (bytes: AsyncIterable<Uint8Array>) => Promise<File>

/** Bytes of a form beyond its file: names, boundaries and short values. */
const FORM_OVERHEAD = 65_536
const FIELD_BYTES = 4096
const MOST_FIELDS = 20
/** Who is still sending when the answer is known hears it only if we go on listening for a moment. */
const LISTENED_MS = 3000

/**
 * Reads a `multipart/form-data` body with one file, `file`, handing its bytes on as they come. The whole is never in
 * memory, and what breaks off leaves nothing.
 * @param limit largest file, bytes
 * @param receive takes the bytes; what it gave back is discarded when the form turns out to be wrong
 * @throws UnsupportedMedia, BadRequest, TooLarge, and what `receive` throws
 */
export async function readUploadForm<File extends Discardable>(event: H3Event, limit: number, receive: Receive<File>): Promise<UploadForm<File>> {
  const type = getRequestHeader(event, 'content-type') ?? ''
  if (!/^multipart\/form-data\s*;.*boundary=/i.test(type)) throw new UnsupportedMedia('The body must be multipart/form-data with a file.')
  const { req } = event.node
  try {
    if (Number(getRequestHeader(event, 'content-length') ?? 0) > limit + FORM_OVERHEAD) throw tooLarge(limit)
    return await readForm(req, type, limit, receive)
  }
  catch (error) {
    setResponseHeader(event, 'connection', 'close')
    await listenOn(req)
    throw error
  }
}

async function readForm<File extends Discardable>(req: IncomingMessage, type: string, limit: number, receive: Receive<File>): Promise<UploadForm<File>> {
  const fields: Record<string, string> = {}
  let filename: string | undefined
  let stream: Readable | undefined
  let receiving: Promise<File> | undefined
  const parser = Busboy({ headers: { 'content-type': type }, limits: { fileSize: limit, files: 1, fields: MOST_FIELDS, fieldSize: FIELD_BYTES, parts: MOST_FIELDS + 1 } })
  const broken = () => new BadRequest('The upload broke off.', 'upload_aborted')
  const parsed = new Promise<void>((done, failed) => {
    parser.on('field', (name, value, _, cut) => {
      if (cut) failed(wrongField(name, `has at most ${FIELD_BYTES} bytes`))
      fields[name] = value
    })
    parser.on('file', (name, bytes, given) => {
      if (name !== 'file') {
        bytes.resume()
        return
      }
      filename = given
      stream = bytes
      bytes.on('limit', () => failed(tooLarge(limit)))
      receiving = receive(bytes)
      receiving.catch(failed)
    })
    parser.on('filesLimit', () => failed(wrongField('file', 'only one')))
    parser.on('error', () => failed(new BadRequest('The form cannot be read.', 'invalid_form')))
    parser.on('finish', () => done())
    req.once('close', () => req.complete || failed(broken()))
    req.once('error', () => failed(broken()))
  })
  req.pipe(parser)
  try {
    await parsed
    if (!receiving) throw wrongField('file', 'is missing')
    return { fields, filename, file: await receiving }
  }
  catch (error) {
    req.unpipe(parser)
    // Who reads it must not wait for ever for the rest.
    stream?.destroy(error as Error)
    await receiving?.then(file => file.discard(), () => {})
    throw error
  }
}

const tooLarge = (limit: number) => new TooLarge(`The file has more than ${limit} bytes.`)
const wrongField = (path: string, message: string) => new BadRequest('Some values are not right.', 'invalid_request', [{ path, message }])

async function listenOn(req: IncomingMessage): Promise<void> {
  if (req.complete || req.destroyed) return
  req.resume()
  await new Promise<void>((done) => {
    const timer = setTimeout(done, LISTENED_MS)
    const end = () => {
      clearTimeout(timer)
      done()
    }
    req.once('end', end)
    req.once('close', end)
    req.once('error', end)
  })
}

/** Runs the work; when it fails, what was received is removed before the error goes on. */
export async function discardOnError<T>(received: Discardable, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  }
  catch (error) {
    await received.discard()
    throw error
  }
}
