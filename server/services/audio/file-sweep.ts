import { and, eq, gt, inArray, lte, not, or, sql, type SQL } from 'drizzle-orm'
import type { PgColumn, PgTable, PgUpdateSetSource } from 'drizzle-orm/pg-core'
import { lockInTransaction, type Db } from '../../../db/client'
import { file, message, messageVersion, setting, speech, track, voice } from '../../../db/schema'
import type { FileStore } from '../../providers/storage'
import { announceMessage, publish } from '../player/live'

/** What a message carries in `warnings` once its sound is gone. */
export const FILE_MISSING = 'file_missing'

interface FileReference {
  column: PgColumn
  /** The SHA-256 in it, where that is not all that the column holds. */
  value?: SQL
  /** Mends the rows that point at a file which is gone; returns the messages that nobody can hear any more. */
  lose: (tx: Db, sha256: string) => Promise<string[]>
}

/** SQL: the logo in a page of settings, if it is the page that has one. */
const LOGO = sql<string | null>`${setting.value} ->> 'logo_sha256'`

/** Every column that points at a file. A test holds this list against the schema. */
export const FILE_REFERENCES: FileReference[] = [
  {
    // A script, a title and a calendar hang on it: out of sight, not out of the database.
    column: message.sha256,
    lose: async (tx, sha256) => {
      const lost = await tx.update(message)
        .set({ deleted_at: sql`coalesce(${message.deleted_at}, now())`, warnings: sql`${message.warnings} || ${JSON.stringify([FILE_MISSING])}::jsonb` })
        .where(and(eq(message.sha256, sha256), sql`not ${message.warnings} @> ${JSON.stringify([FILE_MISSING])}::jsonb`))
        .returning({ audio_id: message.audio_id, client_id: message.client_id })
      for (const { client_id, audio_id } of lost) await announceMessage(tx, client_id, audio_id)
      return lost.map(row => row.audio_id)
    },
  },
  {
    // Spoken again when it is next asked for.
    column: speech.sha256,
    lose: async (tx, sha256) => {
      await tx.delete(speech).where(eq(speech.sha256, sha256))
      return []
    },
  },
  {
    // No player can fetch it: it stays in the list and says so.
    column: track.sha256,
    lose: async (tx, sha256) => {
      const lost = await tx.update(track).set({ status: 'failed', failure: FILE_MISSING, sha256: null }).where(eq(track.sha256, sha256))
        .returning({ track_id: track.track_id, client_id: track.client_id })
      for (const { client_id, track_id } of lost) await publish(tx, client_id, { type: 'track_changed', track_id })
      return []
    },
  },
  // Made again when somebody next listens.
  forgetting(voice, 'sample_sha256'),
  // The finished sound stays; it cannot be made anew from this any more.
  forgetting(message, 'original_sha256'),
  forgetting(track, 'original_sha256'),
  forgetting(messageVersion, 'original_sha256'),
  // What it said can still be read.
  forgetting(messageVersion, 'sha256'),
  {
    // Screens show the name instead.
    column: setting.value,
    value: LOGO,
    lose: async (tx, sha256) => {
      await tx.update(setting).set({ value: sql`${setting.value} || '{"logo_sha256":null}'::jsonb` }).where(eq(LOGO, sha256))
      return []
    },
  },
]

/** A row that can do without the file: it points at none any more. */
function forgetting<Column extends string>(table: PgTable & Record<Column, PgColumn>, name: Column): FileReference {
  return {
    column: table[name],
    lose: async (tx, sha256) => {
      await tx.update(table).set({ [name]: null } as PgUpdateSetSource<PgTable>).where(eq(table[name], sha256))
      return []
    },
  }
}

export interface SweptFiles {
  /** Files that no row knew. */
  removed_files: number
  /** Rows that nothing pointed at, with their files. */
  removed_rows: number
  /** Messages taken out of the library because their file is gone. */
  missing: { sha256: string, audio_ids: string[] }[]
}

/** The files are not this database's: a disk that is not mounted, or somebody else's folder. Nothing was touched. */
export class StoreNotOurs extends Error {
  override name = 'StoreNotOurs'
}

const BATCH = 500
/** Whoever writes a file is done by then, ms: an older temporary file belongs to a process that died. */
const WRITING_MS = 60_000

/**
 * Makes true: no row without its file, no file without its row. Safe to die anywhere, to run twice, and to run in two
 * instances at once: each file is judged again under the lock that {@link storeFile} takes.
 * @param options.grace_ms younger files and rows are left alone
 * @throws StoreNotOurs
 */
export async function sweepFiles(db: Db, store: FileStore, { grace_ms = 3_600_000 } = {}): Promise<SweptFiles> {
  await requireOwnStore(db, store)
  await store.removeStaleTemps(Math.max(grace_ms, WRITING_MS))
  const cutoff = new Date(Date.now() - grace_ms)
  const stored = new Map<string, number>()
  const old: string[] = []
  for await (const { sha256, bytes, modified_at } of store.list()) {
    stored.set(sha256, bytes)
    if (modified_at <= cutoff) old.push(sha256)
  }
  const removed_files = await removeUnknown(db, store, old)
  return { removed_files, ...await mendRows(db, store, stored, cutoff) }
}

async function removeUnknown(db: Db, store: FileStore, candidates: string[]): Promise<number> {
  let removed = 0
  for (let from = 0; from < candidates.length; from += BATCH) {
    const batch = candidates.slice(from, from + BATCH)
    const known = new Set(await shasOf(db, batch))
    for (const sha256 of batch) {
      if (known.has(sha256)) continue
      await db.transaction(async (tx) => {
        await lockInTransaction(tx, `file:${sha256}`)
        if ((await shasOf(tx, [sha256])).length > 0) return
        await store.remove(sha256)
        removed++
      })
    }
  }
  return removed
}

async function mendRows(db: Db, store: FileStore, stored: Map<string, number>, cutoff: Date): Promise<Pick<SweptFiles, 'removed_rows' | 'missing'>> {
  const missing: SweptFiles['missing'] = []
  let removed_rows = 0
  let after = ''
  while (true) {
    const rows = await db.select({ sha256: file.sha256, bytes: file.bytes, unused: unused(cutoff) }).from(file)
      .where(gt(file.sha256, after)).orderBy(file.sha256).limit(BATCH)
    for (const { sha256, bytes, unused } of rows) {
      if (!unused && stored.get(sha256) !== bytes) {
        const audio_ids = await loseFile(db, store, sha256)
        if (audio_ids.length > 0) missing.push({ sha256, audio_ids })
      }
      else if (unused && await removeUnused(db, store, sha256, cutoff)) {
        removed_rows++
      }
    }
    if (rows.length < BATCH) return { removed_rows, missing }
    after = rows.at(-1)!.sha256
  }
}

/** Mends what points at a file that is gone or cut short, if it still is. */
function loseFile(db: Db, store: FileStore, sha256: string): Promise<string[]> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `file:${sha256}`)
    const [row] = await tx.select({ bytes: file.bytes }).from(file).where(eq(file.sha256, sha256))
    if (!row || (await store.stat(sha256))?.bytes === row.bytes) return []
    const lost: string[] = []
    for (const { lose } of FILE_REFERENCES) lost.push(...await lose(tx, sha256))
    return lost
  })
}

/**
 * The row first, then the file, then the commit: dying in between leaves a row that nothing points at, without a file,
 * and the next sweep removes that.
 */
async function removeUnused(db: Db, store: FileStore, sha256: string, cutoff: Date): Promise<boolean> {
  try {
    return await db.transaction(async (tx) => {
      await lockInTransaction(tx, `file:${sha256}`)
      const gone = await tx.delete(file).where(and(eq(file.sha256, sha256), unused(cutoff))).returning({ sha256: file.sha256 })
      if (gone.length > 0) await store.remove(sha256)
      return gone.length > 0
    })
  }
  catch (error) {
    if (isForeignKeyViolation(error)) return false
    throw error
  }
}

/** SQL: whether nothing points at a row of `file` and nobody stored it since the cutoff. */
function unused(cutoff: Date): SQL<boolean> {
  const used = FILE_REFERENCES.map(({ column, value = column }) => sql`exists (select 1 from ${column.table} where ${value} = ${file.sha256})`)
  return sql<boolean>`${and(lte(file.stored_at, cutoff), not(or(...used)!))}`
}

const shasOf = async (db: Db, shas: string[]) =>
  (await db.select({ sha256: file.sha256 }).from(file).where(inArray(file.sha256, shas))).map(row => row.sha256)

/** Somebody pointed at the row while it was being removed: then it stays. */
const isForeignKeyViolation = (error: unknown) => ((error as Error).cause as { code?: string } | undefined)?.code === '23503'

/**
 * An unmounted disk looks like a store whose files are all gone, and another installation's folder like one full of
 * files that no row knows: a sweep of either would destroy. The store carries the name of its database.
 */
async function requireOwnStore(db: Db, store: FileStore): Promise<void> {
  const [ours, owner] = await Promise.all([databaseIdentity(db), store.owner()])
  if (owner === ours) return
  if (owner) throw new StoreNotOurs(`The files in STORAGE_PATH belong to the database ${owner}, and this is ${ours}. Point STORAGE_PATH elsewhere, or delete owner.txt there to hand them over.`)
  const rows = await db.select({ sha256: file.sha256 }).from(file).orderBy(file.stored_at).limit(20)
  const found = await Promise.all(rows.map(row => store.stat(row.sha256)))
  if (rows.length > 0 && !found.some(Boolean)) throw new StoreNotOurs(`The files in STORAGE_PATH are not there: is a disk not mounted? If they are lost for good, write "${ours}" into owner.txt there.`)
  await store.claim(ours)
}

/** A name for this database that no other one has: its cluster's number and its own name. */
export async function databaseIdentity(db: Db): Promise<string> {
  const [row] = await db.select({ identity: sql<string>`system_identifier::text || '/' || current_database()` }).from(sql`pg_control_system()`)
  return row!.identity
}
