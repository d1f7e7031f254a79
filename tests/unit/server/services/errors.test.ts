import { describe, expect, it } from 'vitest'
import * as errors from '../../../../server/services/errors'

describe('domain errors', () => {
  it.each([
    [new errors.BadRequest(), 400, 'bad_request'],
    [new errors.Unauthenticated(), 401, 'unauthenticated'],
    [new errors.Forbidden(), 403, 'forbidden'],
    [new errors.NotFound(), 404, 'not_found'],
    [new errors.Conflict(), 409, 'conflict'],
    [new errors.TooLarge(), 413, 'too_large'],
    [new errors.UnsupportedMedia(), 415, 'unsupported_media'],
    [new errors.Unprocessable('text_empty', 'Write something.'), 422, 'text_empty'],
    [new errors.TooManyRequests(7), 429, 'too_many_requests'],
  ])('%s has its status and code', (error, status, code) => {
    expect(error).toBeInstanceOf(errors.DomainError)
    expect(error).toMatchObject({ status, code })
    expect(error.name).toBe(error.constructor.name)
    expect(error.message).not.toBe('')
  })

  it('says when to come back', () => {
    expect(new errors.TooManyRequests(7).retry_after_s).toBe(7)
  })

  it('carries the fields at fault, and none where there are none', () => {
    const fields = [{ path: 'voice_settings.speed', message: 'Between 0.7 and 1.2.' }]
    expect(new errors.Unprocessable('invalid', 'Check the fields.', fields).fields).toEqual(fields)
    expect(new errors.Unprocessable('invalid', 'Check the fields.', []).fields).toBeUndefined()
  })

  it('keeps what a provider knows, with the cause out of the message', () => {
    const cause = new Error('vendor body')
    const failed = new errors.ProviderFailed({
      vendor: 'elevenlabs', code: 'speech_rate_limited', message: 'Busy.', status: 503, retryable: true, retry_after_s: 3, cause,
    })
    expect(failed).toMatchObject({ vendor: 'elevenlabs', code: 'speech_rate_limited', status: 503, retryable: true, retry_after_s: 3, cause })
    expect(failed).toBeInstanceOf(errors.DomainError)
    expect(failed.message).toBe('Busy.')
  })
})
