import { AsyncLocalStorage } from 'node:async_hooks'
import type { Query } from 'drizzle-orm'
import type { Db } from './client'

/** Inside a transaction the database itself was asked. On PGlite, which has one session, both would wait for ever. */
export class OuterQueryInTransaction extends Error {
  override name = 'OuterQueryInTransaction'

  constructor(what: string) {
    super(`Inside a transaction only the transaction may be used (pass \`tx\` on), and the database itself was asked: ${what}`)
  }
}

/** What the sessions of both drivers have in common, as far as it matters here. */
interface Session {
  prepareQuery: (query: Query, ...rest: unknown[]) => Record<'execute' | 'all', (...values: unknown[]) => Promise<unknown>>
  transaction: <T>(work: (tx: unknown) => Promise<T>, config?: unknown) => Promise<T>
}

export interface TransactionGuard {
  /** @throws OuterQueryInTransaction when called inside a transaction of this database */
  assertOutside: (what: string) => void
}

/**
 * Makes a query on the database itself fail at once when it is sent from inside one of its transactions,
 * in the same call or in anything that was awaited from there. Work that outlives the transaction is free again.
 * @param db the database, changed in place
 */
export function guardTransactions(db: Db): TransactionGuard {
  const transactions = new AsyncLocalStorage<{ open: boolean }>()
  const isInside = () => transactions.getStore()?.open === true
  const session = db._.session as unknown as Session

  const prepareQuery = session.prepareQuery.bind(session)
  session.prepareQuery = (query, ...rest) => {
    const prepared = prepareQuery(query, ...rest)
    for (const method of ['execute', 'all'] as const) {
      const send = prepared[method].bind(prepared)
      prepared[method] = async (...values) => {
        if (isInside()) throw new OuterQueryInTransaction(query.sql)
        return await send(...values)
      }
    }
    return prepared
  }

  const transaction = session.transaction.bind(session)
  session.transaction = async (work, config) => {
    if (isInside()) throw new OuterQueryInTransaction('begin')
    return await transaction(async (tx) => {
      const state = { open: true }
      return await transactions.run(state, async () => {
        try {
          return await work(tx)
        }
        finally {
          state.open = false
        }
      })
    }, config)
  }

  return {
    assertOutside: (what) => {
      if (isInside()) throw new OuterQueryInTransaction(what)
    },
  }
}
