import type { Readable } from 'node:stream'
import type { H3Event } from 'h3'
import parseRange from 'range-parser'
import { openFile } from '../services/audio/files'
import { NotFound } from '../services/errors'

/**
 * Sends a stored sound: whole, or the part that a Range asks for. Its name is its content, so it may be kept for good —
 * by this browser only, since who may hear it was asked before. At an address that does not name it, `cache_control` says
 * otherwise.
 * @throws NotFound when there is no such file
 */
export async function sendSound(event: H3Event, sha256: string, cache_control = 'private, max-age=31536000, immutable'): Promise<unknown> {
  const found = await openFile(sha256)
  if (!found) throw new NotFound()
  const { content_type, bytes } = found
  setResponseHeaders(event, {
    'content-type': content_type,
    'accept-ranges': 'bytes',
    'cache-control': cache_control,
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
  if (notModified(event, `"${sha256}"`)) return null
  const asked = askedRange(event, bytes)
  const ranges = asked && ifRangeHolds(event, sha256) ? parseRange(bytes, asked) : undefined
  if (ranges === -1) {
    setResponseStatus(event, 416)
    setResponseHeader(event, 'content-range', `bytes */${bytes}`)
    return ''
  }
  // Several ranges at once are answered with the whole, as RFC 9110 allows.
  const range = Array.isArray(ranges) && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined
  if (range) {
    setResponseStatus(event, 206)
    setResponseHeader(event, 'content-range', `bytes ${range.start}-${range.end}/${bytes}`)
  }
  setResponseHeader(event, 'content-length', range ? range.end - range.start + 1 : bytes)
  if (event.context.method === 'HEAD') return ''
  const sound = await found.stream(range)
  if (!sound) throw new NotFound()
  return sendStream(event, sound)
}

/** The Range header when it is one of bytes; anything else is to be ignored. The last n bytes may be more than there are. */
function askedRange(event: H3Event, bytes: number): string | undefined {
  const range = getRequestHeader(event, 'range') ?? ''
  if (!/^bytes=(?:\d+-\d*|-\d+)(?:\s*,\s*(?:\d+-\d*|-\d+))*$/.test(range)) return undefined
  return Number(/^bytes=-(\d+)$/.exec(range)?.[1] ?? 0) > bytes ? 'bytes=0-' : range
}

function ifRangeHolds(event: H3Event, sha256: string): boolean {
  const condition = getRequestHeader(event, 'if-range')
  return condition === undefined || condition === `"${sha256}"`
}

/** Sends a zip that is made while it is read. */
export function sendZip(event: H3Event, { bytes, stream }: { bytes: number, stream: () => Readable }): unknown {
  setResponseHeaders(event, {
    'content-type': 'application/zip',
    'content-length': bytes,
    'content-disposition': `attachment; filename="mediaflow-${new Date().toISOString().slice(0, 10)}.zip"`,
    'cache-control': 'no-store',
  })
  return event.context.method === 'HEAD' ? '' : sendStream(event, stream())
}
