/*
 * All of the player copies objects by `Object.assign` and declares the fields of a class without defining them: what a
 * compiler writes for `{ ...object }` and for class fields in the JavaScript of 2015 weighs as much as a whole module.
 */

/** An answer of the server that is not a success, with the code of its error body. */
export class ApiError extends Error {
  declare readonly status: number
  declare readonly code: string
  declare readonly retry_after_ms: number | null

  constructor(status: number, code: string, retry_after_ms: number | null) {
    super(`${status} ${code}`)
    Object.assign(this, { status, code, retry_after_ms })
  }
}

export interface Request {
  /** Sent as `Authorization: Bearer …`. */
  bearer?: string | null
  body?: unknown
  /** What is held already: the answer to the same is a 304. */
  etag?: string
  limit_ms?: number
}

export interface Api {
  /** Sends and parses JSON. Rejects with {@link ApiError}, or with a plain Error when there was no answer in time. */
  send: <T>(method: 'GET' | 'POST', path: string, request?: Request) => Promise<T>
}

const LIMIT_MS = 15_000

/**
 * Waits for work, but never longer than a limit: a hung connection of a television stays hung for minutes.
 * @param onLimit what to do when it is over, for instance abort the request
 */
export function withLimit<T>(work: Promise<T>, limitMs: number, what: string, onLimit?: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      if (onLimit) onLimit()
      reject(new Error(`${what}: no answer in ${limitMs} ms`))
    }, limitMs)
    const settle = () => clearTimeout(timer)
    work.then((value) => {
      settle()
      resolve(value)
    }, (error) => {
      settle()
      reject(error)
    })
  })
}

/** Resolves after some milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

/** `fetch` with a limit that covers the body too; engines before 66 have no AbortController and merely stop waiting. */
export function fetchWithin<T>(url: string, init: RequestInit, limitMs: number, read: (response: Response) => Promise<T>): Promise<T> {
  const abort = typeof AbortController === 'function' ? new AbortController() : null
  const work = fetch(url, abort ? Object.assign({ signal: abort.signal }, init) : init).then(read)
  return withLimit(work, limitMs, url, () => abort && abort.abort())
}

/**
 * The server's HTTP interface.
 * @param origin without a trailing slash
 */
export function createApi(origin: string): Api {
  return {
    send<T>(method: 'GET' | 'POST', path: string, { bearer, body, etag, limit_ms = LIMIT_MS }: Request = {}): Promise<T> {
      const headers: Record<string, string> = { accept: 'application/json' }
      if (bearer) headers.authorization = `Bearer ${bearer}`
      if (etag) headers['if-none-match'] = etag
      if (body !== undefined) headers['content-type'] = 'application/json'
      // no cookie: what this screen may do hangs on its token alone
      const init: RequestInit = { method, headers, credentials: 'omit', cache: 'no-store', body: body === undefined ? undefined : JSON.stringify(body) }
      return fetchWithin(origin + path, init, limit_ms, response => response.text().then((text) => {
        const json = parse(text)
        if (response.ok) return json as T
        const retry = Number(response.headers.get('retry-after'))
        throw new ApiError(response.status, errorCode(json), retry > 0 ? retry * 1000 : null)
      }))
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  }
  catch {
    return null
  }
}

function errorCode(body: unknown): string {
  const error = body ? (body as { error?: { code?: unknown } }).error : null
  return error && typeof error.code === 'string' ? error.code : 'unknown'
}

/** Whether the server has said, in so many words, that this screen is paired no more. */
export function saysUnpaired(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401 && error.code === 'player_unpaired'
}
