import type { FieldError } from '#shared/utils/domain-error'

/** What every failed call ends in, whoever failed: our API, the sign-in routes, or the network. */
export class ApiError extends Error {
  readonly code: string
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  readonly fields: FieldError[]
  readonly request_id?: string
  /** Of a clash (409): what is there now. */
  readonly current?: unknown

  constructor(status: number, code: string, message: string, fields: FieldError[] = [], { request_id, current }: { request_id?: string, current?: unknown } = {}) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.fields = fields
    this.request_id = request_id
    this.current = current
  }
}

interface Failed {
  status?: number
  statusCode?: number
  name?: string
  message?: string
  data?: unknown
}

interface AnyErrorBody {
  error?: { code?: string, message?: string, fields?: FieldError[], request_id?: string, current?: unknown } | boolean
  code?: string
  message?: string
  data?: AnyErrorBody
}

/**
 * Reads any thrown thing as an {@link ApiError}: ofetch's error, the `error` of a useFetch (also after it crossed from
 * server to browser), an abort (`aborted`), or no network (`network`).
 */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  const failed = (thrown ?? {}) as Failed
  const status = failed.status ?? failed.statusCode ?? 0
  const body = (failed.data ?? {}) as AnyErrorBody
  const ours = typeof body.error === 'object' ? body.error : typeof body.data?.error === 'object' ? body.data.error : undefined
  if (ours) return new ApiError(status, ours.code ?? 'unknown', ours.message ?? '', ours.fields, ours)
  if (body.code) return new ApiError(status, body.code.toLowerCase(), body.message ?? '')
  if (failed.name === 'AbortError') return new ApiError(0, 'aborted', failed.message ?? '')
  // A list that got no answer crosses useFetch as an error of status 500.
  if (!status || failed.message?.includes('<no response>')) return new ApiError(0, 'network', failed.message ?? '')
  return new ApiError(status, status === 429 ? 'rate_limited' : status === 401 ? 'unauthenticated' : 'unknown', body.message ?? failed.message ?? '')
}

/** The event of the window that says so: plugins/session.client.ts leads to the sign-in page. */
export const SESSION_ENDED = 'mediaflow:session-ended'

/** Looks at a refusal; in the browser, one for want of a session is told to the whole page. */
export function sayIfSessionEnded(error: ApiError): ApiError {
  if (import.meta.client && error.code === 'unauthenticated') window.dispatchEvent(new Event(SESSION_ENDED))
  return error
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

interface CallOptions {
  query?: Record<string, unknown>
  /** Adds an `Idempotency-Key`, so that a repeated request changes nothing. */
  idempotent?: boolean
  /** The key to send, when the caller repeats a request itself. */
  idempotency_key?: string
  signal?: AbortSignal
}

/**
 * Calls to our own API. Each throws an {@link ApiError}; `apiErrorMessage` says any of them in the reader's language.
 * Paths start with `/api/`. Lists belong in useFetch; these are for what people do.
 */
export function useApi() {
  const { t, te } = useI18n()
  // On the server this one carries the visitor's cookies along.
  const request = useRequestFetch()

  async function call<T>(method: Method, url: string, body?: object, options: CallOptions = {}): Promise<T> {
    const headers: Record<string, string> = {}
    if (options.idempotent || options.idempotency_key) headers['idempotency-key'] = options.idempotency_key ?? newKey()
    try {
      return await request<unknown>(url, { method, body, headers, query: options.query, signal: options.signal, retry: 0 }) as T
    }
    catch (thrown) {
      throw sayIfSessionEnded(toApiError(thrown))
    }
  }

  function apiErrorMessage(thrown: unknown): string {
    const error = toApiError(thrown)
    if (te(`errors.${error.code}`)) return t(`errors.${error.code}`)
    return error.message || t('errors.unknown')
  }

  return {
    apiGet: <T>(url: string, options?: CallOptions) => call<T>('GET', url, undefined, options),
    apiPost: <T>(url: string, body?: object, options?: CallOptions) => call<T>('POST', url, body, options),
    apiPut: <T>(url: string, body: object, options?: CallOptions) => call<T>('PUT', url, body, options),
    apiPatch: <T>(url: string, body: object, options?: CallOptions) => call<T>('PATCH', url, body, options),
    apiDelete: <T = void>(url: string, options?: CallOptions) => call<T>('DELETE', url, undefined, options),
    apiErrorMessage,
  }
}

/** crypto.randomUUID exists only on https and localhost, and stores reach the server by plain http. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
