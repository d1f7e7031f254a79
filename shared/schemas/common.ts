import { z } from 'zod'

/** Times on the wire: ISO 8601 UTC. */
export const InstantSchema = z.iso.datetime()

/** Lower-case SHA-256 in hex: the name of a file. */
export const Sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

/** An id of ours (UUIDv7). */
export const IdSchema = z.uuid()

/** What lists have in common: where to go on, and how many at most. */
export const PageQuerySchema = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
})

/**
 * The shape of every list answer.
 * @param item schema of one entry
 */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next_cursor: z.string().nullable(),
    total: z.number().int().nonnegative(),
  })
}

/** The shape of every error answer. */
export const ErrorBodySchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** Of a clash with somebody else's change: what is there now, as its own route answers it. */
    current: z.unknown().optional(),
    request_id: z.string(),
  }),
}).meta({ id: 'Error' })
export type ErrorBody = z.infer<typeof ErrorBodySchema>

/** An IANA time zone that this machine's tzdata knows. */
export const TimeZoneSchema = z.string().max(64).refine((zone) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  }
  catch {
    return false
  }
}, { error: 'must be an IANA time zone such as "Europe/Madrid"' })

/** A name that people read: one line, no control characters. */
export const NameSchema = z.string().trim().min(1).max(120).regex(/^[^\p{Cc}]*$/u, { error: 'must not contain control characters' })
