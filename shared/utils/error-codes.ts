/**
 * The codes that speech and its texts can fail with, as the API sends them in `error.code`. The interface says each in
 * its own words, under the key `errors.<code>`.
 */
export const SPEECH_ERROR_CODES = [
  'text_empty',
  'text_unspeakable',
  'text_too_long',
  'voice_gone',
  'speech_text_refused',
  'speech_request_rejected',
  'provider_not_configured',
  'speech_engine_missing',
  'speech_engine_failed',
  'speech_timeout',
  'speech_unreachable',
  'speech_provider_down',
  'speech_bad_answer',
  'speech_truncated',
  'speech_busy',
  'speech_rate_limited',
  'speech_quota_exceeded',
  'speech_plan_required',
  'speech_format_not_allowed',
  'speech_model_unavailable',
  'speech_key_rejected',
  'speech_key_forbidden',
  'speech_account_blocked',
  'speech_address_wrong',
] as const

export type SpeechErrorCode = typeof SPEECH_ERROR_CODES[number]
