import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { job, message, organization } from '../../../../../../db/schema'
import { decodeMp3 } from '../../../../../../server/services/audio/codec/mp3-decoder'
import type { Message } from '../../../../../../shared/schemas/audio'
import type { Track } from '../../../../../../shared/schemas/track'
import { integratedLoudness } from '../../../../../../shared/utils/loudness'
import { onBothDatabases } from '../../../../../fixtures/database'
import { tone } from '../../../../../fixtures/signals'
import { wavOf } from '../../../../../fixtures/uploads'

const opened = vi.hoisted(() => ({ database: undefined as unknown as { db: unknown } }))
vi.mock('../../../../../../server/services/database', () => ({ useDb: async () => opened.database.db, useDatabase: async () => opened.database }))

/** The services, as one instance of the server has them: called again after `vi.resetModules`, those of another. */
async function load() {
  return {
    ...await import('../../../../../../server/services/audio/upload/accept'),
    ...await import('../../../../../../server/services/audio/upload/queue'),
    ...await import('../../../../../../server/services/audio/upload/retry'),
    ...await import('../../../../../../server/services/audio/tracks'),
    ...await import('../../../../../../server/services/library/messages'),
    ...await import('../../../../../../server/services/library/jobs'),
    ...await import('../../../../../../server/services/settings/change-settings'),
    ...await import('../../../../../../server/services/audio/files'),
    ...await import('../../../../../../server/services/audio/worker-pool'),
  }
}

const RATE = 44_100

onBothDatabases('the queue of uploads', (use) => {
  let dir: string
  let product: Awaited<ReturnType<typeof load>>
  let another: Awaited<ReturnType<typeof load>>

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'mediaflow-queue-'))
    vi.stubEnv('DATA_DIR', join(dir, 'data'))
    vi.stubEnv('LOG_LEVEL', 'silent')
    opened.database = use().database
    vi.resetModules()
    another = await load()
    vi.resetModules()
    product = await load()
    await use().db.insert(organization).values(['shop', 'other'].map(id => ({ id, name: id, slug: id })))
    await writeFile(join(dir, 'silence.wav'), wavOf(new Float32Array(RATE)))
  })
  afterAll(async () => {
    await Promise.all([product, another].flatMap(instance => [instance.stopUploads(), instance.stopJobs()]))
    await Promise.all([product.closeWorkers(), another.closeWorkers()])
    vi.unstubAllEnvs()
    await rm(dir, { recursive: true, force: true })
  })

  let hz = 300
  /** A sound that was not there before: two seconds of a tone. */
  async function newSound(): Promise<string> {
    const path = join(dir, `tone-${++hz}.wav`)
    await writeFile(path, wavOf(tone({ hz, dbfs: -20, seconds: 2, sample_rate: RATE })))
    return path
  }

  async function upload(path: string, more: { kind?: 'message' | 'music', key?: string } = {}) {
    const received = await product.receiveUpload(createReadStream(path))
    return product.acceptUpload(received, {
      client_id: 'shop', user_id: null, original_name: path,
      fields: { kind: more.kind ?? 'message', source: 'uploaded', track_kind: 'background' },
      repeatable: { client_id: 'shop', key: more.key, operation: 'POST uploads' },
    })
  }

  async function uploadMessage(path: string): Promise<Message> {
    const { audio_id } = await upload(path) as Message
    await product.drainUploads()
    return product.getMessage('shop', audio_id)
  }

  const leftovers = () => readdir(join(dir, 'data/files/.temps')).catch(() => [])

  async function heardLufs(sha256: string) {
    const { channels, sample_rate } = await decodeMp3((await product.readFile(sha256))!.bytes)
    return integratedLoudness(channels, sample_rate)
  }

  describe('a row that waits', () => {
    it('whose worker died is taken up by another, and given up after the third death', async () => {
      const { db } = use()
      const { audio_id } = await uploadMessage(await newSound())
      const died = (attempts: number) => db.update(message).set({ status: 'processing', attempts, leased_until: new Date(Date.now() - 1000) }).where(eq(message.audio_id, audio_id))
      await died(1)
      await product.drainUploads()
      expect(await product.getMessage('shop', audio_id)).toMatchObject({ status: 'ready' })
      await died(3)
      await product.drainUploads()
      expect(await product.getMessage('shop', audio_id)).toMatchObject({ status: 'failed', failure: 'internal' })
    })

    it('is left alone while somebody works on it', async () => {
      const { db } = use()
      const { audio_id } = await uploadMessage(await newSound())
      await db.update(message).set({ status: 'processing', leased_until: new Date(Date.now() + 60_000) }).where(eq(message.audio_id, audio_id))
      expect(await product.drainUploads()).toBe(0)
      await db.update(message).set({ status: 'ready' }).where(eq(message.audio_id, audio_id))
    })

    it('may be deleted meanwhile, for a while or for good', async () => {
      const { db } = use()
      const { audio_id } = await upload(await newSound()) as Message
      await db.delete(message).where(eq(message.audio_id, audio_id))
      const { track_id } = await upload(await newSound(), { kind: 'music' }) as Track
      await product.deleteTrack('shop', track_id)
      await product.drainUploads()
      await expect(product.getMessage('shop', audio_id)).rejects.toMatchObject({ status: 404 })
      await product.updateTrack('shop', track_id, { deleted_at: null })
      await product.drainUploads()
      expect(await product.getTrack('shop', track_id)).toMatchObject({ status: expect.stringMatching(/^(ready|waiting)$/), deleted_at: null })
    })

    it('is one, however often the same request comes', async () => {
      const path = await newSound()
      const [first, second] = [await upload(path, { key: 'once' }), await upload(path, { key: 'once' })] as Message[]
      expect(second!.audio_id).toBe(first!.audio_id)
      await product.drainUploads()
      expect(await leftovers()).toEqual([])
    })

    it('cannot be tried again when it did not fail, or when nothing is kept of it', async () => {
      const { audio_id } = await uploadMessage(await newSound())
      await expect(product.retryMessage('shop', audio_id)).rejects.toMatchObject({ status: 409, code: 'not_failed' })
      const silent = await uploadMessage(join(dir, 'silence.wav'))
      await expect(product.retryMessage('shop', silent.audio_id)).rejects.toMatchObject({ status: 409, code: 'original_missing' })
      await expect(product.retryMessage('other', audio_id)).rejects.toMatchObject({ status: 404 })
    })

    it('is processed once, by whichever of two instances', async () => {
      const { db } = use()
      // Nobody works on them yet.
      await product.stopUploads()
      const ids: string[] = []
      for (let count = 0; count < 8; count++) ids.push((await upload(await newSound()) as Message).audio_id)
      const [here, there] = await Promise.all([product.drainUploads(), another.drainUploads()])
      expect(here + there).toBeGreaterThanOrEqual(ids.length)
      const rows = await db.select({ status: message.status, attempts: message.attempts, leased_until: message.leased_until }).from(message).where(inArray(message.audio_id, ids))
      expect(rows).toEqual(ids.map(() => ({ status: 'ready', attempts: 1, leased_until: null })))
    })

    it('is not written by who has lost it meanwhile', async () => {
      const { db } = use()
      const { audio_id } = await upload(await newSound()) as Message
      const working = product.drainUploads()
      await vi.waitFor(async () => expect((await product.getMessage('shop', audio_id)).status).toBe('processing'), { interval: 5 })
      // Another one took it: its lease had run out.
      await db.update(message).set({ attempts: 2, leased_until: new Date(Date.now() + 60_000) }).where(eq(message.audio_id, audio_id))
      await working
      expect(await product.getMessage('shop', audio_id)).toMatchObject({ status: 'processing', sha256: null })
      await db.update(message).set({ leased_until: new Date(0) }).where(eq(message.audio_id, audio_id))
      await another.drainUploads()
      expect(await product.getMessage('shop', audio_id)).toMatchObject({ status: 'ready' })
    })
  })

  describe('the library to a new loudness', () => {
    const settings = { target_lufs: -20, ceiling_dbtp: -2, mono_kbps: 128, stereo_kbps: 192, sample_rate: 44_100 } as const

    it('makes chosen messages anew from their originals, and counts those that it cannot', async () => {
      const [changed, lost, other] = [await uploadMessage(await newSound()), await uploadMessage(await newSound()), await uploadMessage(await newSound())] as [Message, Message, Message]
      const { db } = use()
      const [row] = await db.select({ original: message.original_sha256 }).from(message).where(eq(message.audio_id, lost.audio_id))
      await product.useFileStore().remove(row!.original!)
      await product.changeSettings('shop', 'audio', settings)
      const repeatable = { client_id: 'shop', key: undefined, operation: 'POST jobs', body: null }
      const { job_id, total } = await product.startJob('shop', null, { kind: 'renormalise', audio_ids: [changed.audio_id, lost.audio_id] }, repeatable)
      expect(total).toBe(2)
      await product.drainJobs()
      expect(await product.getJob('shop', job_id)).toMatchObject({ status: 'done', done: 1, failed: 1 })
      const after = await product.getMessage('shop', changed.audio_id)
      expect(after.lufs).toBeCloseTo(-20, 1)
      expect(await heardLufs(after.sha256!)).toBeCloseTo(-20, 1)
      expect(after.version).toBe(changed.version)
      expect((await product.getMessage('shop', other.audio_id)).sha256).toBe(other.sha256)
      await expect(product.getJob('other', job_id)).rejects.toMatchObject({ status: 404 })
    })

    it('goes on where it died, stops when it is cancelled, and is one at a time', async () => {
      await product.stopJobs()
      const repeatable = { client_id: 'shop', key: undefined, operation: 'POST jobs', body: null }
      const started = await product.startJob('shop', null, { kind: 'renormalise' }, repeatable)
      await expect(product.startJob('shop', null, { kind: 'renormalise' }, repeatable)).rejects.toMatchObject({ code: 'job_running' })
      await product.stopJobs()
      const half = await product.getJob('shop', started.job_id)
      expect(half).toMatchObject({ status: 'running' })
      expect(half.done + half.failed).toBeLessThan(half.total)
      await product.drainJobs()
      const whole = await product.getJob('shop', started.job_id)
      expect(whole).toMatchObject({ status: 'done', done: expect.any(Number) })
      expect(whole.done + whole.failed).toBe(whole.total)
      const next = await product.startJob('shop', null, { kind: 'renormalise' }, repeatable)
      expect(await product.cancelJob('shop', next.job_id)).toMatchObject({ status: 'cancelled' })
      await product.drainJobs()
      expect(await product.getJob('shop', next.job_id)).toMatchObject({ status: 'cancelled' })
    }, 120_000)

    it('is one job, of two instances that both look for it, and goes on at the other when one dies', async () => {
      const { db } = use()
      const audio_ids: string[] = []
      for (let count = 0; count < 4; count++) audio_ids.push((await uploadMessage(await newSound())).audio_id)
      await Promise.all([product.stopJobs(), another.stopJobs()])
      const { job_id } = await product.startJob('shop', null, { kind: 'renormalise', audio_ids }, { client_id: 'shop', key: undefined, operation: 'POST jobs', body: null })
      await product.stopJobs()
      // Held by somebody who died: nobody touches it until the lease is over.
      await db.update(job).set({ leased_until: new Date(Date.now() + 60_000) }).where(eq(job.job_id, job_id))
      const { done } = await product.getJob('shop', job_id)
      await another.drainJobs()
      expect(await product.getJob('shop', job_id)).toMatchObject({ status: 'running', done })
      await db.update(job).set({ leased_until: new Date(0) }).where(eq(job.job_id, job_id))
      await Promise.all([product.drainJobs(), another.drainJobs()])
      await vi.waitFor(async () => expect(await product.getJob('shop', job_id)).toMatchObject({ status: 'done', done: 4, failed: 0 }), { timeout: 20_000 })
    })

    it('counts each message once, also when a worker that stood still comes back', async () => {
      const { db } = use()
      const audio_ids = [(await uploadMessage(await newSound())).audio_id, (await uploadMessage(await newSound())).audio_id]
      await Promise.all([product.stopJobs(), another.stopJobs()])
      const { job_id } = await product.startJob('shop', null, { kind: 'renormalise', audio_ids }, { client_id: 'shop', key: undefined, operation: 'POST jobs', body: null })
      await vi.waitFor(async () => expect((await db.select().from(job).where(eq(job.job_id, job_id)))[0]!.leased_until).not.toBeNull(), { interval: 1 })
      // While it is at its first message another has done that one, and died.
      await db.update(job).set({ cursor: audio_ids.toSorted()[0], done: 1, leased_until: new Date(0) }).where(eq(job.job_id, job_id))
      await product.drainJobs()
      await another.drainJobs()
      await vi.waitFor(async () => expect(await product.getJob('shop', job_id)).toMatchObject({ status: 'done', done: 2, failed: 0 }), { timeout: 20_000 })
    })
  })
})
