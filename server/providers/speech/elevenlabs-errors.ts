import type { FieldError } from '../../../shared/utils/domain-error'
import type { SpeechErrorCode } from '../../../shared/utils/error-codes'
import { ProviderFailed, type ProviderFailedOptions } from '../errors'

/** What our own fetch answers in place of a connection that failed or an answer that cannot be used. */
export const LOCAL_STATUS = 599
export const UNREACHABLE = 'mediaflow_unreachable'
export const UNUSABLE = 'mediaflow_unusable_answer'

/** An error of the vendor, whichever of its three shapes it came in. */
export interface VendorError {
  status: number
  /** `type`, `code` and `status` of the detail. */
  codes: string[]
  /** Where a request was wrong, e.g. `voice_settings.speed`. */
  fields: string[]
  request_id?: string
  retry_after_s?: number
}

type Outcome = Pick<ProviderFailedOptions, 'message' | 'status' | 'retryable'> & { code: SpeechErrorCode }

interface Kind extends Outcome {
  matches(error: VendorError): boolean
}

// In this order: the same status means different things (a spent quota is a live 401), so names come before statuses.
const KINDS: Kind[] = [
  {
    code: 'speech_unreachable', status: 503, retryable: true,
    message: 'ElevenLabs could not be reached. Check the internet connection and try again.',
    matches: named(UNREACHABLE),
  },
  {
    code: 'speech_bad_answer', status: 502, retryable: true,
    message: 'ElevenLabs answered something unexpected. Try again; if it goes on, check ELEVENLABS_BASE_URL.',
    matches: named(UNUSABLE),
  },
  {
    code: 'voice_gone', status: 422,
    message: 'This voice does not exist any more at ElevenLabs. Choose another one.',
    matches: named(/^voice_(id_)?(not_found|does_not_exist|deleted|disabled|expired|access_denied)$|^invalid_(voice|uid)/),
  },
  {
    code: 'speech_model_unavailable', status: 502,
    message: 'ElevenLabs does not offer the configured speech model to this account. Check ELEVENLABS_MODEL_ID.',
    matches: error => named(/(^|_)model(_|$)/)(error) || error.fields.includes('model_id'),
  },
  {
    code: 'text_too_long', status: 422,
    message: 'The message is longer than this voice can speak at once. Shorten it.',
    matches: named(/^max_character|text_too_long|text_length/),
  },
  {
    code: 'speech_quota_exceeded', status: 503,
    message: 'The ElevenLabs account has no characters left in this billing period.',
    matches: named(/quota|insufficient_credits|credits_exhausted/),
  },
  {
    code: 'speech_format_not_allowed', status: 502,
    message: 'The ElevenLabs plan does not include the configured audio format.',
    matches: named(/output_format/),
  },
  {
    code: 'speech_account_blocked', status: 502,
    message: 'ElevenLabs has restricted this account. Sign in at elevenlabs.io to see why.',
    matches: named(/unusual_activity|payment_(issue|failed)|past_due|account_(disabled|blocked|suspended)/),
  },
  {
    code: 'speech_plan_required', status: 502,
    message: 'The ElevenLabs plan does not include this voice or feature.',
    matches: named(/paid_plan|subscription_required|free_users|upgrade_required|feature_not|^only_for/),
  },
  {
    code: 'speech_quota_exceeded', status: 503,
    message: 'The ElevenLabs account has no characters left in this billing period.',
    matches: error => error.status === 402,
  },
  {
    code: 'speech_busy', status: 503, retryable: true,
    message: 'ElevenLabs is busy with other messages of this account. Try again in a moment.',
    matches: named(/concurren|system_busy/),
  },
  {
    code: 'speech_rate_limited', status: 503, retryable: true,
    message: 'ElevenLabs asks for a pause. Try again in a moment.',
    matches: error => error.status === 429,
  },
  {
    code: 'speech_key_forbidden', status: 502,
    message: 'The ElevenLabs key lacks the permission for text to speech. Allow it at elevenlabs.io.',
    matches: named(/missing_permission|insufficient_permission/),
  },
  {
    code: 'speech_text_refused', status: 422,
    message: 'ElevenLabs refuses to speak this text. Word it differently.',
    matches: named(/moderation|policy|prohibited|unsafe|blocked_content/),
  },
  {
    code: 'speech_key_rejected', status: 502,
    message: 'ElevenLabs does not accept the key. Check ELEVENLABS_API_KEY.',
    matches: error => error.status === 401 || error.status === 403 || named(/api_key|needs_authorization/)(error),
  },
  {
    code: 'speech_address_wrong', status: 502,
    message: 'There is no ElevenLabs at this address. Check ELEVENLABS_BASE_URL.',
    matches: error => error.status === 404 || error.status === 405,
  },
  {
    code: 'speech_provider_down', status: 502, retryable: true,
    message: 'ElevenLabs has a fault of its own. Try again in a moment.',
    matches: error => error.status >= 500,
  },
  {
    code: 'text_unspeakable', status: 422,
    message: 'There is nothing in this message that the voice can speak.',
    matches: named(/empty_text|text_empty|text_is_empty/),
  },
]

const REJECTED: Outcome = {
  code: 'speech_request_rejected', status: 422,
  message: 'ElevenLabs does not accept this text or these voice settings.',
}

/** Reads status, codes and fields out of whatever the SDK threw; `undefined` when it is no answer of the vendor. */
export function readVendorError(error: unknown): VendorError | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined
  const headers = 'rawResponse' in error ? headersOf(error.rawResponse) : undefined
  const detail = at('body' in error ? error.body : undefined, 'detail')
  return {
    status: error.statusCode,
    codes: Array.isArray(detail) ? [] : ['code', 'status', 'type'].flatMap(key => asText(at(detail, key))),
    fields: Array.isArray(detail) ? detail.flatMap(item => fieldOf(at(item, 'loc'))) : asText(at(detail, 'param')),
    request_id: headers?.get('request-id') ?? undefined,
    retry_after_s: readRetryAfter(headers?.get('retry-after')),
  }
}

/** The failure as a person and our API understand it. The vendor's own words stay outside; its codes go in `cause`. */
export function toProviderFailed(error: VendorError): ProviderFailed {
  const { code, message, status, retryable } = KINDS.find(kind => kind.matches(error)) ?? REJECTED
  return new ProviderFailed({
    vendor: 'elevenlabs', code, message, status, retryable,
    retry_after_s: retryable && status === 503 ? error.retry_after_s ?? 5 : undefined,
    fields: code === REJECTED.code ? error.fields.map(toFieldError) : undefined,
    cause: new Error(`ElevenLabs ${error.status} ${[...new Set(error.codes)].join(' ')} request-id ${error.request_id ?? 'none'}`),
  })
}

/** Retry-After in seconds, whether it came as a number or as a date. */
export function readRetryAfter(value: string | null | undefined, now_ms = Date.now()): number | undefined {
  if (!value) return undefined
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - now_ms) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}

function named(pattern: RegExp | string): (error: VendorError) => boolean {
  return error => error.codes.some(code => typeof pattern === 'string' ? code === pattern : pattern.test(code))
}

function toFieldError(path: string): FieldError {
  return { path, message: 'is not accepted by ElevenLabs' }
}

function fieldOf(loc: unknown): string[] {
  if (!Array.isArray(loc)) return []
  const path = loc.slice(1).filter(part => /^[\w-]{1,40}$/.test(String(part))).join('.')
  return path ? [path] : []
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}

// Only what looks like a code: a vendor's sentence may hold the text of the message.
function asText(value: unknown): string[] {
  return typeof value === 'string' && /^[\w+.-]{1,64}$/.test(value) ? [value.toLowerCase()] : []
}

function headersOf(rawResponse: unknown): Headers | undefined {
  const headers = at(rawResponse, 'headers')
  return headers instanceof Headers ? headers : undefined
}
