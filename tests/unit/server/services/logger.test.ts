import { DrizzleQueryError } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeError } from '../../../../server/services/logger'

it('logs of a failed query what it was and why, and none of its values', () => {
  const cause = Object.assign(new Error('invalid input syntax for type uuid: "the secret words"'), { code: '22P02', detail: 'Key (text)=(the secret words)' })
  const described = describeError(new DrizzleQueryError('select * from message where text = $1', ['the secret words'], cause))
  expect(described).toMatchObject({
    type: 'DrizzleQueryError', message: 'Failed query: select * from message where text = $1', stack: expect.stringContaining('logger.test.ts'),
    cause: { type: 'Error', message: 'invalid input syntax for type uuid: "…"', code: '22P02' },
  })
  expect(JSON.stringify(described)).not.toContain('secret')
})

it('logs whatever was thrown', () => {
  expect(describeError('text')).toEqual({ type: 'string' })
  expect(describeError(new TypeError('x is not a function'))).toMatchObject({ type: 'TypeError', message: 'x is not a function' })
})
