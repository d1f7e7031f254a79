import { describe, expect, it } from 'vitest'
import { readRetryAfter, readVendorError, toProviderFailed } from '../../../../../server/providers/speech/elevenlabs-errors'

describe('readRetryAfter', () => {
  const now = Date.parse('2026-11-22T10:00:00Z')

  it.each([
    ['7', 7], [' 7 ', 7], ['Sun, 22 Nov 2026 10:00:30 GMT', 30], ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined], ['', undefined], [null, undefined], [undefined, undefined],
  ])('%j is %s', (value, seconds) => {
    expect(readRetryAfter(value, now)).toBe(seconds)
  })
})

describe('readVendorError', () => {
  const answer = (body: unknown) => ({ statusCode: 400, body, rawResponse: { headers: new Headers({ 'request-id': 'r1' }) } })

  it.each([
    ['the new shape', { detail: { type: 'not_found', code: 'voice_not_found', status: 'x', param: 'voice_id' } }, ['voice_not_found', 'x', 'not_found'], ['voice_id']],
    ['the older shape', { detail: { status: 'quota_exceeded', message: 'This request exceeds' } }, ['quota_exceeded'], []],
    ['the shape of a 422', { detail: [{ loc: ['body', 'voice_settings', 'speed'], msg: 'm' }, { loc: ['query', 'x y'] }, 'odd'] }, [], ['voice_settings.speed']],
    ['a sentence', { detail: 'Not Found' }, [], []],
    ['a page', '<html>', [], []],
    ['nothing', undefined, [], []],
    ['a code that is a sentence', { detail: { code: 'the text of the message', status: { a: 1 } } }, [], []],
  ])('reads %s', (_, body, codes, fields) => {
    expect(readVendorError(answer(body))).toEqual({ status: 400, codes, fields, request_id: 'r1', retry_after_s: undefined })
  })

  it('leaves alone what is no answer', () => {
    for (const error of [new Error('x'), null, 'text', { statusCode: '400' }]) expect(readVendorError(error)).toBeUndefined()
  })
})

describe('toProviderFailed', () => {
  const of = (status: number, ...codes: string[]) => toProviderFailed({ status, codes, fields: [] }).code

  it('looks at names before statuses', () => {
    expect(of(401, 'quota_exceeded')).toBe('speech_quota_exceeded')
    expect(of(401)).toBe('speech_key_rejected')
    expect(of(402, 'quota_exceeded', 'payment_required')).toBe('speech_quota_exceeded')
    expect(of(404, 'voice_not_found', 'not_found')).toBe('voice_gone')
    expect(of(404)).toBe('speech_address_wrong')
    expect(of(429, 'concurrent_limit_exceeded')).toBe('speech_busy')
    expect(of(429)).toBe('speech_rate_limited')
    expect(of(403, 'output_format_not_allowed')).toBe('speech_format_not_allowed')
    expect(of(400, 'unsupported_model')).toBe('speech_model_unavailable')
    expect(of(418)).toBe('speech_request_rejected')
  })

  it('says when to come back only where that helps', () => {
    expect(toProviderFailed({ status: 429, codes: [], fields: [], retry_after_s: 4 })).toMatchObject({ retryable: true, retry_after_s: 4 })
    expect(toProviderFailed({ status: 429, codes: [], fields: [] }).retry_after_s).toBe(5)
    expect(toProviderFailed({ status: 402, codes: [], fields: [], retry_after_s: 4 })).toMatchObject({ retryable: false, retry_after_s: undefined })
  })
})
