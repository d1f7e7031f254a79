import type { z } from 'zod'

/** Who may call a route. `person` and up need a session; roles take a session or an API key. */
export type Access = 'public' | 'viewer' | 'editor' | 'owner' | 'person' | 'admin' | 'player' | 'pairing' | 'member_or_player'

/** One route of `/api/v1` (or `/media`), as the OpenAPI document tells it. */
export interface RouteDoc {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** With `{name}` for what varies. */
  path: string
  tag: 'alert' | 'audio' | 'client' | 'library' | 'player' | 'schedule' | 'settings'
  summary: string
  access: Access
  /** Roles take sessions only: a script's key may not hand out access. */
  person_only?: boolean
  query?: z.ZodObject
  body?: z.ZodType
  /** The body is `multipart/form-data` of this shape. */
  form?: z.ZodType
  /** Status and body of the good answer; null = none; a string = that content type, binary. */
  answer: [status: 200 | 201 | 202 | 204, body: z.ZodType | null | string]
  /** Statuses of errors beyond those that the access brings. */
  errors?: number[]
  /** Takes an `Idempotency-Key`. */
  repeatable?: boolean
}
