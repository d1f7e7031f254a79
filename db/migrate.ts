import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DrizzleQueryError } from 'drizzle-orm'

/** A migration did not go through. The message is one line: which, why, and at which statement. */
export class MigrationFailed extends Error {
  override name = 'MigrationFailed'
}

/** What Postgres says of an error. */
interface PostgresReason {
  message: string
  detail?: string
  hint?: string
}

/**
 * Runs the stock migrator and makes its failure readable: drizzle's own error says only which statement failed, not why.
 * All that is pending runs in one transaction, so that a failure changes nothing.
 * @param folder the migrations
 * @param run the migrator
 * @throws MigrationFailed
 */
export async function migrating(folder: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  }
  catch (error) {
    throw new MigrationFailed(oneLine(describe(error, folder)))
  }
}

function describe(error: unknown, folder: string): string {
  if (!(error instanceof DrizzleQueryError)) return `The migrations in ${folder} cannot be run: ${(error as Error).message}`
  const { message, detail, hint } = (error.cause ?? error) as PostgresReason
  const why = [message, detail, hint].filter(part => typeof part === 'string').map(part => part.replace(/\.$/, '')).join('. ')
  return `Migration ${nameOf(error.query, folder) ?? '(bookkeeping)'} failed and nothing was changed: ${why}. Statement: ${shortened(error.query)}`
}

/** The migration that holds this statement. */
function nameOf(statement: string, folder: string): string | undefined {
  const { entries } = JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')) as { entries: { tag: string }[] }
  return entries.map(entry => entry.tag).find(tag => readFileSync(join(folder, `${tag}.sql`), 'utf8').includes(statement))
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()
const shortened = (statement: string) => statement.length > 200 ? `${statement.slice(0, 200)} …` : statement
