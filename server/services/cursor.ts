import { z } from 'zod'
import { storable } from '../../shared/utils/storable-text'
import { BadRequest } from './errors'

/** Where a list goes on: the sort value and the id of the last row that was given. */
export type Cursor<Value = string | number> = [value: Value, id: string]

/** A cursor as callers see it. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/**
 * @param text as a caller sent it
 * @param value what the list is sorted by: the cursor of another sort does not fit
 * @throws BadRequest when it is not one that this list gave
 */
export function decodeCursor<Value>(text: string, value: z.ZodType<Value>): Cursor<Value> {
  try {
    return z.tuple([value, z.uuid()]).parse(JSON.parse(Buffer.from(text, 'base64url').toString(), (_, part) => storable(part)))
  }
  catch {
    throw new BadRequest('The cursor is not one that a list gave.', 'invalid_cursor', [{ path: 'cursor', message: 'is not one that a list gave' }])
  }
}
