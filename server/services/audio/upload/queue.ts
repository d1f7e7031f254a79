import { and, asc, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import type { Db } from '../../../../db/client'
import { message, organization, track } from '../../../../db/schema'
import { useDb } from '../../database'
import { createDrain } from '../../drain'
import { sha256Of } from '../../hash'
import { useLogger } from '../../logger'
import { announceMessage, publish } from '../../player/live'
import { getSettings } from '../../settings/client-settings'
import { addId3Tag } from '../codec/id3'
import { storeFile, storeReceived } from '../files'
import type { UploadedMessage } from './master-upload'
import { processMessage, processMusic, UploadFailed, type Failure } from './process'

/** Whoever works on an upload says so this often, and is given up after that long, s. */
const RENEWED_EVERY_MS = 20_000
const LEASE_S = 60
const MOST_ATTEMPTS = 3
/** Wait before the second and the third attempt, s. */
const WAIT_S = 2

/** Reasons after which nobody needs the original: another attempt would end alike. */
const FINAL: ReadonlySet<Failure> = new Set(['empty_file', 'not_audio', 'no_audio_stream', 'silent', 'too_short', 'too_long'])

type Row = { table: 'message', row: typeof message.$inferSelect } | { table: 'track', row: typeof track.$inferSelect }

const uploads = createDrain(async (closing) => {
  const db = await useDb()
  const claimed = await claim(db)
  if (claimed) await work(db, claimed, closing)
  return Boolean(claimed)
})

/** Has this instance look for waiting uploads now; returns at once. */
export function nudgeUploads(): void {
  drainUploads().catch(error => useLogger('audio').error({ err: error }, 'uploads are not processed'))
}

/**
 * Makes true: no upload waits while this instance has nothing to do. One at a time, so that speech is generated
 * meanwhile. Safe to die anywhere and to run in several instances: each row is leased, and written only by who holds it.
 * @returns how many were finished or failed
 */
export const drainUploads = uploads.drain

/** Stops what is under way; it is taken up again after the next start. */
export const stopUploads = uploads.stop

/** The oldest upload that waits, or whose worker died. Messages first: somebody waits for those. */
async function claim(db: Db): Promise<Row | undefined> {
  return await claimFrom(db, message) ?? await claimFrom(db, track)
}

function claimFrom(db: Db, table: typeof message | typeof track): Promise<Row | undefined> {
  return db.transaction(async (tx) => {
    const lapsed = lt(table.leased_until, sql`now()`)
    const [due] = await tx.select({ id: idOf(table) }).from(table).where(and(
      isNull(table.deleted_at), isNotNull(table.original_sha256),
      or(and(eq(table.status, 'waiting'), or(isNull(table.leased_until), lapsed)), and(eq(table.status, 'processing'), or(isNull(table.leased_until), lapsed))),
    )).orderBy(asc(idOf(table))).limit(1).for('update', { skipLocked: true })
    if (!due) return undefined
    const set = { status: 'processing' as const, failure: null, attempts: sql`${table.attempts} + 1`, leased_until: lease() }
    const claimed: Row = table === message
      ? { table: 'message', row: (await tx.update(message).set(set).where(eq(message.audio_id, due.id)).returning())[0]! }
      : { table: 'track', row: (await tx.update(track).set(set).where(eq(track.track_id, due.id)).returning())[0]! }
    await announce(tx, claimed)
    return claimed
  })
}

const lease = (seconds = LEASE_S) => sql`now() + make_interval(secs => ${seconds})`
const idOf = (table: typeof message | typeof track) => 'audio_id' in table ? table.audio_id : table.track_id
const tableOf = ({ table }: Row) => table === 'message' ? message : track
const keyOf = ({ table, row }: Row) => table === 'message' ? row.audio_id : row.track_id

/** The row as it was claimed: who has lost it to another worker changes nothing. */
function held(claimed: Row) {
  const table = tableOf(claimed)
  return and(eq(idOf(table), keyOf(claimed)), eq(table.status, 'processing'), eq(table.attempts, claimed.row.attempts))
}

function announce(tx: Db, { table, row }: Row): Promise<void> {
  return table === 'message' ? announceMessage(tx, row.client_id, row.audio_id) : publish(tx, row.client_id, { type: 'track_changed', track_id: row.track_id })
}

async function work(db: Db, claimed: Row, closing: AbortSignal): Promise<void> {
  const lost = new AbortController()
  const signal = AbortSignal.any([lost.signal, closing])
  const renewing = setInterval(() => {
    renew(db, claimed).then(ours => ours || lost.abort(new DOMException('Another worker has it.', 'AbortError')), () => {})
  }, RENEWED_EVERY_MS)
  try {
    // Whoever takes it so often died over it.
    if (claimed.row.attempts > MOST_ATTEMPTS) throw new UploadFailed('internal')
    await finish(db, claimed, signal)
  }
  catch (error) {
    if (signal.aborted) await release(db, claimed)
    else await fail(db, claimed, error)
  }
  finally {
    clearInterval(renewing)
  }
}

async function renew(db: Db, claimed: Row): Promise<boolean> {
  const table = tableOf(claimed)
  return (await db.update(table).set({ leased_until: lease() }).where(held(claimed)).returning({ id: idOf(table) })).length > 0
}

/**
 * The file that a store hears, made of an uploaded message: as loud as the client has set it, tagged with title and client.
 * @throws UploadFailed; AbortError when the signal was aborted
 */
export async function processUploadedMessage({ client_id, original_sha256, title }: { client_id: string, original_sha256: string, title: string }, signal: AbortSignal): Promise<UploadedMessage> {
  const made = await processMessage(original_sha256, await getSettings(client_id, 'audio'), signal)
  const db = await useDb()
  const [client] = await db.select({ name: organization.name }).from(organization).where(eq(organization.id, client_id))
  const mp3 = addId3Tag(made.mp3, { title, artist: client?.name ?? '' })
  return { ...made, mp3, bytes: mp3.length, sha256: sha256Of(mp3) }
}

async function finish(db: Db, claimed: Row, signal: AbortSignal): Promise<void> {
  const { row: { client_id, original_sha256 } } = claimed
  if (claimed.table === 'message') {
    const { mp3, sha256: _, gain_db: __, ...figures } = await processUploadedMessage({ client_id, original_sha256: original_sha256!, title: claimed.row.title }, signal)
    await write(db, claimed, async tx => ({ ...figures, sha256: await storeFile(tx, mp3, 'audio/mpeg') }))
  }
  else {
    const { shipped, ...figures } = await processMusic(original_sha256!, claimed.row.kind, await getSettings(client_id, 'audio'), signal)
    try {
      await write(db, claimed, async tx => ({ ...figures, sha256: shipped === 'original' ? original_sha256! : await storeReceived(tx, shipped, 'audio/mpeg') }))
    }
    finally {
      if (shipped !== 'original') await shipped.discard()
    }
  }
}

type Figures = Partial<Pick<typeof message.$inferInsert, 'sha256' | 'bytes' | 'duration_ms' | 'lufs' | 'true_peak_dbtp' | 'limiting_db' | 'warnings' | 'peaks'>>

/** Writes the finished sound, if the row is still there and ours; else what was made is nobody's, and swept. */
async function write(db: Db, claimed: Row, figuresOf: (tx: Db) => Promise<Figures>): Promise<void> {
  await db.transaction(async (tx) => {
    const table = tableOf(claimed)
    const [ours] = await tx.select({ id: idOf(table) }).from(table).where(held(claimed)).for('update')
    if (!ours) return
    const figures = await figuresOf(tx)
    await tx.update(table).set({ ...figures, status: 'ready', failure: null, leased_until: null, updated_at: new Date() }).where(held(claimed))
    await announce(tx, claimed)
  })
  useLogger('audio').info({ client_id: claimed.row.client_id, [claimed.table]: keyOf(claimed), attempts: claimed.row.attempts }, 'upload processed')
}

async function fail(db: Db, claimed: Row, error: unknown): Promise<void> {
  const known = error instanceof UploadFailed ? error : new UploadFailed('internal', true, { cause: error })
  const again = known.again && claimed.row.attempts < MOST_ATTEMPTS
  const log = useLogger('audio')
  log.warn({ client_id: claimed.row.client_id, [claimed.table]: keyOf(claimed), attempts: claimed.row.attempts, failure: known.failure, again, ...known.failure === 'internal' ? { err: known.cause } : { reason: (known.cause as Error | undefined)?.message } }, 'upload not processed')
  const wait_s = WAIT_S * claimed.row.attempts
  await db.transaction(async (tx) => {
    const change = again
      ? { status: 'waiting' as const, leased_until: lease(wait_s) }
      : { status: 'failed' as const, failure: known.failure, leased_until: null, ...FINAL.has(known.failure) && { original_sha256: null } }
    const table = tableOf(claimed)
    const changed = await tx.update(table).set(change).where(held(claimed)).returning({ id: idOf(table) })
    if (changed.length) await announce(tx, claimed)
  })
  if (again) setTimeout(nudgeUploads, wait_s * 1000 + 100).unref()
}

/** Hands back what a stopping server has not finished; that was no attempt of its own. */
async function release(db: Db, claimed: Row): Promise<void> {
  const table = tableOf(claimed)
  await db.update(table).set({ status: 'waiting', leased_until: null, attempts: claimed.row.attempts - 1 }).where(held(claimed))
}
