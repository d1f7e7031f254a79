export interface FieldError {
  /** Dotted path in the request, e.g. `voice_settings.speed`; empty for the whole body. */
  path: string
  message: string
}

export interface DomainErrorOptions {
  fields?: FieldError[]
  retry_after_s?: number
  /** Of a clash: what is there now, as its own route answers it. */
  current?: unknown
  cause?: unknown
}

/**
 * What a service throws when it refuses or fails. `code` is stable and translated by the UI, `message` is one English
 * sentence for a person, `status` is the HTTP status that the edge answers. Never put a secret or a vendor's body in it.
 */
export class DomainError extends Error {
  readonly code: string
  readonly status: number
  readonly fields?: FieldError[]
  readonly retry_after_s?: number
  readonly current?: unknown

  constructor(status: number, code: string, message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.status = status
    this.code = code
    if (options.fields?.length) this.fields = options.fields
    if (options.current !== undefined) this.current = options.current
    if (options.retry_after_s !== undefined) this.retry_after_s = options.retry_after_s
  }
}
