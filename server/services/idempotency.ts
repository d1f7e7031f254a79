import { and, eq, lt } from 'drizzle-orm'
import type { Db } from '../../db/client'
import { idempotency } from '../../db/schema'
import { useDb } from './database'
import { Conflict } from './errors'
import { sha256Of } from './hash'

/** What a request with an `Idempotency-Key` is known by. */
export interface Repeatable {
  client_id: string
  /** The header's value; absent = the request may not be repeated safely. */
  key: string | undefined
  /** Method and path, e.g. `POST /api/v1/player/air`. */
  operation: string
  /** The parsed body. */
  body: unknown
}

/** Keys are kept this long, ms. */
export const IDEMPOTENCY_KEPT_MS = 48 * 3_600_000

/**
 * The answer given before to the same request, if it was.
 * @throws Conflict when the key came with another body
 */
export async function earlierAnswer<T>({ client_id, key, operation, body }: Repeatable): Promise<T | undefined> {
  if (!key) return undefined
  const db = await useDb()
  const [row] = await db.select().from(idempotency)
    .where(and(eq(idempotency.client_id, client_id), eq(idempotency.operation, operation), eq(idempotency.key, key)))
  if (!row) return undefined
  if (row.request_sha256 !== bodyHash(body)) throw new Conflict('This Idempotency-Key was used with another request.', 'idempotency_mismatch')
  return row.response as T
}

/**
 * Does the work and keeps its answer in one transaction, so that a repeat — after a lost answer, a crash, or at the
 * same moment — gets that answer and does nothing.
 * @param request what the request is known by
 * @param work the whole effect, on the transaction it is given
 */
export async function once<T>(request: Repeatable, work: (tx: Db) => Promise<T>): Promise<T> {
  const before = await earlierAnswer<T>(request)
  if (before !== undefined) return before
  const db = await useDb()
  try {
    return await db.transaction(async (tx) => {
      const response = await work(tx)
      const { key } = request
      if (key) {
        await tx.insert(idempotency).values({
          client_id: request.client_id, key, operation: request.operation, request_sha256: bodyHash(request.body), response,
        })
      }
      return response
    })
  }
  catch (error) {
    // Lost the race against the same request: its unique key rolled this one back.
    const winner = await earlierAnswer<T>(request)
    if (winner !== undefined) return winner
    throw error
  }
}

/** Forgets keys that are too old to be repeated. */
export async function forgetOldKeys(now = new Date()): Promise<void> {
  const db = await useDb()
  await db.delete(idempotency).where(lt(idempotency.created_at, new Date(now.getTime() - IDEMPOTENCY_KEPT_MS)))
}

function bodyHash(body: unknown): string {
  return sha256Of(JSON.stringify(body ?? null))
}
