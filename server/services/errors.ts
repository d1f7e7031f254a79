import { DomainError, type DomainErrorOptions, type FieldError } from '../../shared/utils/domain-error'

export { DomainError, type FieldError } from '../../shared/utils/domain-error'
export { ProviderFailed } from '../providers/errors'

/** 400: the request itself cannot be read (broken JSON, a header that makes no sense). */
export class BadRequest extends DomainError {
  constructor(message = 'The request could not be read.', code = 'bad_request', fields?: FieldError[]) {
    super(400, code, message, { fields })
  }
}

/** 401: nobody is signed in, or the key is not known. */
export class Unauthenticated extends DomainError {
  constructor(message = 'Sign in first.', code = 'unauthenticated') {
    super(401, code, message)
  }
}

/** 403: signed in, but this role may not do it. What belongs to another client is `NotFound`, not this. */
export class Forbidden extends DomainError {
  constructor(message = 'You are not allowed to do this.', code = 'forbidden') {
    super(403, code, message)
  }
}

/** 404: there is no such thing, or it belongs to another client. */
export class NotFound extends DomainError {
  constructor(message = 'Not found.', code = 'not_found') {
    super(404, code, message)
  }
}

/** 409: it clashes with what is there (a name that is taken, an older version, a repeated key with another body). */
export class Conflict extends DomainError {
  constructor(message = 'This clashes with something that already exists.', code = 'conflict', { fields, current }: Pick<DomainErrorOptions, 'fields' | 'current'> = {}) {
    super(409, code, message, { fields, current })
  }
}

/** 413: more bytes than the limit. */
export class TooLarge extends DomainError {
  constructor(message = 'This is larger than allowed.', code = 'too_large') {
    super(413, code, message)
  }
}

/** 415: a kind of content that is not taken here. */
export class UnsupportedMedia extends DomainError {
  constructor(message = 'This kind of file is not supported.', code = 'unsupported_media') {
    super(415, code, message)
  }
}

/** 422: well formed, but impossible. `fields` says where. */
export class Unprocessable extends DomainError {
  constructor(code: string, message: string, fields?: FieldError[]) {
    super(422, code, message, { fields })
  }
}

/** 429: our own limit. `retry_after_s` becomes the Retry-After header. */
export class TooManyRequests extends DomainError {
  constructor(retry_after_s: number, message = 'Too many requests. Try again in a moment.', code = 'too_many_requests') {
    super(429, code, message, { retry_after_s })
  }
}
