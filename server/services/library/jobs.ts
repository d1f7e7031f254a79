import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, lt, or, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '../../../db/client'
import { job, message, track } from '../../../db/schema'
import type { Job, NewJob } from '../../../shared/schemas/job'
import type { AudioSettings } from '../../../shared/schemas/settings'
import { storeFile } from '../audio/files'
import { remix } from '../audio/remix'
import { processUploadedMessage } from '../audio/upload/queue'
import { useDb } from '../database'
import { createDrain } from '../drain'
import { Conflict, DomainError, NotFound } from '../errors'
import { once, type Repeatable } from '../idempotency'
import { useLogger } from '../logger'
import { announceMessage, publish } from '../player/live'
import { getSettings } from '../settings/client-settings'
import { messageNotFound } from './rows'

type Row = typeof job.$inferSelect

const LEASE_S = 120
const RENEWED_EVERY_MS = 30_000
/** What a list of jobs shows. */
const LISTED = 50

const ParamsSchema = z.object({ audio_ids: z.array(z.string()).optional() })

const jobs = createDrain(async (closing) => {
  const db = await useDb()
  const row = await claim(db)
  if (row) await run(db, row, closing)
  return Boolean(row)
})

/** The client's jobs, the newest first. */
export async function listJobs(clientId: string): Promise<Job[]> {
  const db = await useDb()
  return (await db.select().from(job).where(eq(job.client_id, clientId)).orderBy(desc(job.job_id)).limit(LISTED)).map(toJob)
}

/** One job. @throws NotFound */
export async function getJob(clientId: string, jobId: string, tx?: Db): Promise<Job> {
  const [row] = await (tx ?? await useDb()).select().from(job).where(and(eq(job.client_id, clientId), eq(job.job_id, jobId)))
  if (!row) throw new NotFound('There is no such job.', 'job_not_found')
  return toJob(row)
}

/**
 * Begins a job; it goes on by itself, through restarts too.
 * @throws NotFound for messages of nobody; Conflict `job_running` when one of its kind is under way
 */
export async function startJob(clientId: string, userId: string | null, { kind, audio_ids }: NewJob, repeatable: Repeatable): Promise<Job> {
  const settings = await getSettings(clientId, 'audio')
  const started = await once(repeatable, async (tx) => {
    const [running] = await tx.select({ job_id: job.job_id }).from(job).where(and(eq(job.client_id, clientId), eq(job.kind, kind), eq(job.status, 'running')))
    if (running) throw new Conflict('Such a job is under way.', 'job_running')
    if (audio_ids) {
      const [own] = await tx.select({ known: count() }).from(message).where(and(eq(message.client_id, clientId), inArray(message.audio_id, audio_ids)))
      if (own!.known < new Set(audio_ids.map(id => id.toLowerCase())).size) throw messageNotFound()
    }
    const [all] = await tx.select({ total: count() }).from(message).where(inScope(clientId, audio_ids))
    const [row] = await tx.insert(job).values({ client_id: clientId, kind, params: { ...audio_ids && { audio_ids } }, total: all!.total, created_by: userId }).returning()
    if (!audio_ids) await levelTracks(tx, clientId, settings)
    await publish(tx, clientId, { type: 'job_changed', job_id: row!.job_id })
    return toJob(row!)
  })
  nudgeJobs()
  return started
}

/** Ends a job after the message that it is at; what is done stays done. @throws NotFound */
export async function cancelJob(clientId: string, jobId: string): Promise<Job> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    await tx.update(job).set({ status: 'cancelled', ended_at: new Date(), leased_until: null })
      .where(and(eq(job.client_id, clientId), eq(job.job_id, jobId), eq(job.status, 'running')))
    await publish(tx, clientId, { type: 'job_changed', job_id: jobId })
    return getJob(clientId, jobId, tx)
  })
}

/** Has this instance look for jobs now; returns at once. */
export function nudgeJobs(): void {
  drainJobs().catch(error => useLogger('audio').error({ err: error }, 'jobs stand still'))
}

/**
 * Makes true: no job stands still. Safe to die anywhere: each message is changed in one transaction with the job's place.
 * Safe to run in several instances: a job is leased.
 */
export const drainJobs = jobs.drain

/** Stops after what is under way; the job goes on after the next start. */
export const stopJobs = jobs.stop

const lease = () => sql`now() + make_interval(secs => ${LEASE_S})`
/** The job, still running. */
const ours = (row: Row) => and(eq(job.job_id, row.job_id), eq(job.status, 'running'))
/** And still where we are: who stood still for too long has lost it to another, who has moved on. */
const oursAt = (row: Row, cursor: string | null) => and(ours(row), cursor === null ? isNull(job.cursor) : eq(job.cursor, cursor))

function claim(db: Db): Promise<Row | undefined> {
  return db.transaction(async (tx) => {
    const [due] = await tx.select().from(job)
      .where(and(eq(job.kind, 'renormalise'), eq(job.status, 'running'), or(isNull(job.leased_until), lt(job.leased_until, sql`now()`))))
      .orderBy(asc(job.job_id)).limit(1).for('update', { skipLocked: true })
    if (!due) return undefined
    await tx.update(job).set({ leased_until: lease() }).where(eq(job.job_id, due.job_id))
    return due
  })
}

async function run(db: Db, row: Row, closing: AbortSignal): Promise<void> {
  const renewing = setInterval(() => {
    db.update(job).set({ leased_until: lease() }).where(ours(row)).catch(() => {})
  }, RENEWED_EVERY_MS)
  try {
    const { audio_ids } = ParamsSchema.parse(row.params)
    let cursor = row.cursor
    while (!closing.aborted) {
      const [next] = await db.select().from(message)
        .where(and(inScope(row.client_id, audio_ids), cursor === null ? undefined : gt(message.audio_id, cursor))).orderBy(asc(message.audio_id)).limit(1)
      if (!next) return await end(db, row)
      if (!await step(db, row, cursor, next, closing)) break
      cursor = next.audio_id
    }
    await db.update(job).set({ leased_until: null }).where(oursAt(row, cursor))
  }
  finally {
    clearInterval(renewing)
  }
}

/** One message, and the job's place behind it. @returns false when the job was cancelled or lost, or the server stops */
async function step(db: Db, row: Row, cursor: string | null, next: typeof message.$inferSelect, closing: AbortSignal): Promise<boolean> {
  const sound = await makeAnew(next, closing)
  if (closing.aborted) return false
  return db.transaction(async (tx) => {
    const counted = sound ? { done: sql`${job.done} + 1` } : { failed: sql`${job.failed} + 1` }
    const held = await tx.update(job).set({ ...counted, cursor: next.audio_id, leased_until: lease() }).where(oursAt(row, cursor)).returning({ job_id: job.job_id })
    if (!held.length) return false
    if (sound) {
      const { mp3, sha256: _, gain_db: __, ...figures } = sound
      const sha256 = await storeFile(tx, mp3, 'audio/mpeg')
      // Only if nobody has changed it meanwhile.
      const changed = await tx.update(message).set({ ...figures, sha256, updated_at: new Date() })
        .where(and(eq(message.audio_id, next.audio_id), eq(message.version, next.version), eq(message.sha256, next.sha256!))).returning({ audio_id: message.audio_id })
      if (changed.length) await announceMessage(tx, row.client_id, next.audio_id)
    }
    await publish(tx, row.client_id, { type: 'job_changed', job_id: row.job_id })
    return true
  })
}

/** The message as the settings of now have it; null when it cannot be made anew. */
async function makeAnew({ client_id, audio_id, source, jingle, original_sha256, title }: typeof message.$inferSelect, closing: AbortSignal) {
  try {
    if (source === 'generated') {
      const { sound: { speech_at_ms: _, ...sound }, words } = await remix(client_id, audio_id, jingle, closing)
      return { ...sound, words }
    }
    return await processUploadedMessage({ client_id, original_sha256: original_sha256!, title }, closing)
  }
  catch (error) {
    if (!closing.aborted) useLogger('audio').warn({ client_id, audio_id, err: error instanceof DomainError ? error.code : error }, 'message not made anew')
    return null
  }
}

async function end(db: Db, row: Row): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.update(job).set({ status: 'done', ended_at: new Date(), leased_until: null }).where(ours(row))
    await publish(tx, row.client_id, { type: 'job_changed', job_id: row.job_id })
  })
}

/** Finished messages whose original is kept. */
function inScope(clientId: string, audioIds: string[] | undefined): SQL | undefined {
  return and(
    eq(message.client_id, clientId), eq(message.status, 'ready'), isNull(message.deleted_at), isNotNull(message.sha256), isNotNull(message.original_sha256),
    audioIds && inArray(message.audio_id, audioIds),
  )
}

/** Music is not encoded again: its gain is what changes. */
async function levelTracks(tx: Db, clientId: string, { target_lufs, ceiling_dbtp }: AudioSettings): Promise<void> {
  const levelled = await tx.update(track).set({ gain_db: sql`round(least(${target_lufs} - ${track.lufs}, ${ceiling_dbtp} - ${track.true_peak_dbtp})::numeric, 2)` })
    .where(and(eq(track.client_id, clientId), eq(track.status, 'ready'), isNotNull(track.lufs), isNotNull(track.true_peak_dbtp))).returning({ track_id: track.track_id })
  // One for all: whoever shows or airs music reads all of it again.
  if (levelled[0]) await publish(tx, clientId, { type: 'track_changed', track_id: levelled[0].track_id })
}

function toJob({ job_id, kind, status, total, done, failed, created_at, ended_at }: Row): Job {
  return { job_id, kind, status, total, done, failed, created_at: created_at.toISOString(), ended_at: ended_at?.toISOString() ?? null }
}
