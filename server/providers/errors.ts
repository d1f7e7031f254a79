import { DomainError, type FieldError } from '../../shared/utils/domain-error'

export interface ProviderFailedOptions {
  /** Who failed: `elevenlabs`, `espeak`, `claude`, … */
  vendor: string
  code: string
  /** One sentence for a person. Never the vendor's body, never a key. */
  message: string
  /** What we answer. A vendor's 401 is our broken configuration and not the caller's sign-in: answer 502. */
  status: 422 | 429 | 500 | 502 | 503 | 504
  /** True when the very same request may succeed later. */
  retryable?: boolean
  retry_after_s?: number
  fields?: FieldError[]
  /** For the log only, scrubbed of secrets by the provider. */
  cause?: unknown
}

/** The outside world failed: a vendor, its network, or an engine that we run. Lives here because providers may not import services. */
export class ProviderFailed extends DomainError {
  readonly vendor: string
  readonly retryable: boolean

  constructor(options: ProviderFailedOptions) {
    const { vendor, code, message, status, retryable = false, ...rest } = options
    super(status, code, message, rest)
    this.vendor = vendor
    this.retryable = retryable
  }
}
