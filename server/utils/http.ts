import type { H3Event } from 'h3'
import { z } from 'zod'
import type { ErrorBody } from '../../shared/schemas/common'
import { storable } from '../../shared/utils/storable-text'
import { BadRequest, DomainError, NotFound, ProviderFailed, TooLarge, UnsupportedMedia } from '../services/errors'
import { useLogger } from '../services/logger'
import type { Repeatable } from '../services/idempotency'

/** Largest JSON body that a route reads, bytes. */
const MAX_JSON_BYTES = 262_144

/**
 * An event handler whose domain errors become answers: status, and `{ error: { code, message, fields?, request_id } }`.
 * @param handler guard → parse → one service call → return
 */
export function defineApiHandler<T>(handler: (event: H3Event) => T | Promise<T>) {
  return defineEventHandler(async (event) => {
    try {
      return await handler(event)
    }
    catch (error) {
      return answerError(event, error)
    }
  })
}

/**
 * Answers with an error. What is not a domain error is logged whole and told as `internal_error`, without details.
 */
export function answerError(event: H3Event, error: unknown): ErrorBody {
  const known = toDomainError(error)
  // Nobody is there any more to be answered.
  const gone = event.node.res.destroyed && (error as { name?: unknown } | null)?.name === 'AbortError'
  if (!known && !gone) useLogger('http').error({ err: error, request_id: requestId(event) }, 'unexpected error')
  if (known instanceof ProviderFailed) useLogger('http').warn({ vendor: known.vendor, error_code: known.code, cause: String(known.cause ?? ''), request_id: requestId(event) }, 'provider failed')
  const { status, code, message, fields, current, retry_after_s } = known ?? new DomainError(500, 'internal_error', 'Something went wrong on our side.')
  if (!event.handled && !event.node.res.headersSent) {
    setResponseStatus(event, status)
    setResponseHeader(event, 'cache-control', 'no-store')
    if (retry_after_s !== undefined) setResponseHeader(event, 'retry-after', Math.max(1, Math.ceil(retry_after_s)))
  }
  return errorBody(event, { code, message, fields, current })
}

/** The body of an error answer. */
export function errorBody(event: H3Event, { code, message, fields, current }: Pick<DomainError, 'code' | 'message' | 'fields' | 'current'>): ErrorBody {
  return { error: { code, message, ...(fields && { fields }), ...(current !== undefined && { current }), request_id: requestId(event) } }
}

/** Domain errors as they are; what h3 threw, by its status; null for everything unexpected. */
export function toDomainError(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error
  if (!isError(error)) return null
  if (error.cause instanceof DomainError) return error.cause
  const { statusCode } = error
  if (statusCode === 404) return new NotFound()
  if (statusCode === 405) return new DomainError(405, 'method_not_allowed', 'This address does not take that method.')
  if (statusCode >= 400 && statusCode < 500) return new DomainError(statusCode, 'bad_request', 'The request could not be read.')
  return null
}

/** The id of this request, as in its log line and in every error. */
export function requestId(event: H3Event): string {
  return event.context.request_id ?? ''
}

/**
 * Reads and checks a JSON body.
 * @throws TooLarge, UnsupportedMedia, BadRequest with the fields that are wrong
 */
export async function parseBody<S extends z.ZodType>(event: H3Event, schema: S): Promise<z.output<S>> {
  const type = getRequestHeader(event, 'content-type') ?? ''
  const raw = await readLimited(event)
  if (raw.length && !/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) throw new UnsupportedMedia('The body must be JSON, with content-type application/json.')
  let body: unknown
  try {
    body = raw.length ? JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw), (_, value) => storable(value)) : {}
  }
  catch {
    throw new BadRequest('The body is not valid JSON.', 'invalid_json')
  }
  return check(schema, body)
}

/** Checks the query string. */
export function parseQuery<S extends z.ZodType>(event: H3Event, schema: S): z.output<S> {
  return check(schema, Object.fromEntries(Object.entries(getQuery(event)).map(([name, value]) => [name, storable(value)])))
}

/** Checks the fields of a form. */
export function parseFields<S extends z.ZodType>(schema: S, fields: Record<string, string>): z.output<S> {
  return check(schema, Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, storable(value)])))
}

/** An id in the path. What cannot be an id cannot be found either. */
export function pathId(event: H3Event, name: string): string {
  const id = z.uuid().safeParse(getRouterParam(event, name))
  if (!id.success) throw new NotFound()
  return id.data.toLowerCase()
}

/** How this request is known when it comes again: its `Idempotency-Key`, with client, route and body. */
export function repeatable(event: H3Event, client_id: string, body: unknown): Repeatable {
  const key = getRequestHeader(event, 'idempotency-key')
  if (key !== undefined && !/^[\x21-\x7E]{1,128}$/.test(key)) throw new BadRequest('Idempotency-Key must have 1 to 128 visible ASCII characters.', 'invalid_idempotency_key')
  return { client_id, key, operation: `${event.method} ${event.path.split('?')[0]}`, body }
}

/** A signal that is aborted when the caller goes away. */
export function callerGone(event: H3Event): AbortSignal {
  const controller = new AbortController()
  event.node.res.once('close', () => {
    if (!event.node.res.writableEnded) controller.abort()
  })
  return controller.signal
}

function check<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  throw new BadRequest('Some values are not right.', 'invalid_request', fields)
}

/**
 * The whole body of a request.
 * @throws TooLarge, having read no more than the limit
 */
export async function readLimited(event: H3Event, limit = MAX_JSON_BYTES): Promise<Uint8Array> {
  if (Number(getRequestHeader(event, 'content-length') ?? 0) > limit) throw tooLarge(event, limit)
  const chunks: Uint8Array[] = []
  let length = 0
  // Stopping early must not destroy the request: the answer still goes out on its connection.
  for await (const chunk of event.node.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > limit) throw tooLarge(event, limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(event: H3Event, limit: number): TooLarge {
  // What is still on its way is not read: the connection ends with the answer.
  setResponseHeader(event, 'connection', 'close')
  return new TooLarge(`The body has more than ${limit} bytes.`)
}

/** A text in the path, such as an id of better-auth's. */
export function pathText(event: H3Event, name: string): string {
  const text = getRouterParam(event, name, { decode: true }) ?? ''
  if (!/^[\w-]{1,100}$/.test(text)) throw new NotFound()
  return text
}

/** A list that is always whole, in the shape of every list. */
export function wholeList<T>(items: T[]) {
  return { items, next_cursor: null, total: items.length }
}

/**
 * Answers 304 when the caller has this version already. (h3's own helper would allow shared caches to keep it.)
 * @param etag strong, with its quotes
 * @returns whether the answer is given
 */
export function notModified(event: H3Event, etag: string): boolean {
  setResponseHeader(event, 'etag', etag)
  const known = getRequestHeader(event, 'if-none-match')?.split(',').map(tag => tag.trim().replace(/^W\//, '')) ?? []
  if (!known.includes(etag) && !known.includes('*')) return false
  setResponseStatus(event, 304)
  return true
}
