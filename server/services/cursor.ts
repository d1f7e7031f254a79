import { z } from 'zod'
import { BadRequest } from './errors'

const CursorSchema = z.tuple([z.union([z.string(), z.number()]), z.uuid()])

/** Where a list goes on: the sort value and the id of the last row that was given. */
export type Cursor = z.infer<typeof CursorSchema>

/** A cursor as callers see it. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/** @throws BadRequest when it is not one of ours */
export function decodeCursor(text: string): Cursor {
  try {
    return CursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  }
  catch {
    throw new BadRequest('The cursor is not one that a list gave.', 'invalid_cursor', [{ path: 'cursor', message: 'is not one that a list gave' }])
  }
}
