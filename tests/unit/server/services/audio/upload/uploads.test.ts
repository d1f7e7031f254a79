import { execFileSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { message, organization, track } from '../../../../../../db/schema'
import type { Message } from '../../../../../../shared/schemas/audio'
import type { Track } from '../../../../../../shared/schemas/track'
import { integratedLoudness } from '../../../../../../shared/utils/loudness'
import { decodeMp3 } from '../../../../../../server/services/audio/codec/mp3-decoder'
import { makeBadInputs, makeFormats, type UploadCase } from '../../../../../fixtures/uploads'

/** The services with a database and a store of their own. */
async function load() {
  return {
    ...await import('../../../../../../server/services/audio/upload/accept'),
    ...await import('../../../../../../server/services/audio/upload/queue'),
    ...await import('../../../../../../server/services/audio/upload/retry'),
    ...await import('../../../../../../server/services/audio/tracks'),
    ...await import('../../../../../../server/services/library/messages'),
    ...await import('../../../../../../server/services/library/jobs'),
    ...await import('../../../../../../server/services/settings/client-settings'),
    ...await import('../../../../../../server/services/audio/files'),
    ...await import('../../../../../../server/services/audio/worker-pool'),
    ...await import('../../../../../../server/services/database'),
  }
}

const PATH = process.env.PATH
let dir: string
let product: Awaited<ReturnType<typeof load>>
let formats: UploadCase[]
let bad: UploadCase[]

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-uploads-'))
  vi.stubEnv('DATA_DIR', join(dir, 'data'))
  vi.stubEnv('LOG_LEVEL', 'silent')
  product = await load()
  const db = await product.useDb()
  await db.insert(organization).values(['shop', 'other'].map(id => ({ id, name: id, slug: id })))
  const secret = join(dir, 'secret.wav')
  formats = await makeFormats(join(dir, 'formats'))
  bad = await makeBadInputs(join(dir, 'bad'), secret)
  execFileSync('cp', [formats[0]!.path, secret])
}, 180_000)
afterAll(async () => {
  vi.unstubAllEnvs()
  await product.closeWorkers()
  await product.closeDatabase()
  await rm(dir, { recursive: true, force: true })
})
afterEach(() => vi.stubEnv('PATH', PATH))

async function upload(path: string, more: { kind?: 'message' | 'music', track_kind?: Track['kind'], key?: string } = {}) {
  const received = await product.receiveUpload(createReadStream(path))
  return product.acceptUpload(received, {
    client_id: 'shop', user_id: null, original_name: path,
    fields: { kind: more.kind ?? 'message', source: 'uploaded', track_kind: more.track_kind ?? 'background' },
    repeatable: { client_id: 'shop', key: more.key, operation: 'POST uploads' },
  })
}

async function uploadMessage(path: string): Promise<Message> {
  const { audio_id } = await upload(path) as Message
  await product.drainUploads()
  return product.getMessage('shop', audio_id)
}

async function uploadMusic(path: string, track_kind: Track['kind'] = 'background'): Promise<Track> {
  const { track_id } = await upload(path, { kind: 'music', track_kind }) as Track
  await product.drainUploads()
  return product.getTrack('shop', track_id)
}

/** What nobody keeps: half-written and half-made files. */
const leftovers = () => readdir(join(dir, 'data/files/.temps')).catch(() => [])

/** Loudness of the file that a store hears, decoded again. */
async function heardLufs(sha256: string) {
  const { channels, sample_rate } = await decodeMp3((await product.readFile(sha256))!.bytes)
  return integratedLoudness(channels, sample_rate)
}

describe('an upload of any format that people have', () => {
  it('becomes a message at −16 LUFS, in stereo where it is', async () => {
    for (const { name, path, outcome } of formats) {
      const made = await uploadMessage(path)
      expect.soft(made, name).toMatchObject({ status: 'ready', failure: null, lufs: expect.closeTo(-16, 1), ...outcome })
      expect.soft(made.true_peak_dbtp, name).toBeLessThanOrEqual(-1)
      expect.soft(await heardLufs(made.sha256!), name).toBeCloseTo(-16, 1)
      expect.soft(Math.abs(made.duration_ms - 4000), name).toBeLessThan(60)
    }
    expect(await leftovers()).toEqual([])
  })

  it('becomes music without losing anything that was right already', async () => {
    const mp3 = formats.find(({ name }) => name === 'song.mp3')!
    const kept = await uploadMusic(mp3.path)
    expect(kept).toMatchObject({ status: 'ready', kind: 'background' })
    expect(Buffer.from((await product.readFile(kept.sha256!))!.bytes)).toEqual(await readFile(mp3.path))
    expect(kept.gain_db + kept.lufs!).toBeCloseTo(-16, 1)
    for (const { name, path } of formats) {
      const { status, sha256, lufs, gain_db } = await uploadMusic(path)
      expect.soft(status, name).toBe('ready')
      expect.soft(await heardLufs(sha256!), name).toBeCloseTo(lufs!, 1)
      expect.soft(lufs! + gain_db, name).toBeCloseTo(-16, 1)
    }
    expect(await leftovers()).toEqual([])
  })

  it('gives the same file for the same sound', async () => {
    const { path } = formats.find(({ name }) => name === 'song.ogg')!
    expect((await uploadMessage(path)).sha256).toBe((await uploadMessage(path)).sha256)
  })
})

it('answers every bad input with its reason, and keeps nothing of what is no sound', async () => {
  for (const { name, path, outcome } of bad) {
    if ('refused' in outcome) {
      await expect.soft(upload(path), name).rejects.toMatchObject({ status: 422, code: outcome.refused })
      continue
    }
    const made = await uploadMessage(path)
    if ('failure' in outcome) {
      expect.soft(made, name).toMatchObject({ status: 'failed', failure: outcome.failure, sha256: null, audio_url: null })
    }
    else {
      expect.soft(made.status, name).toBe('ready')
      expect.soft(made.warnings, name).toEqual(expect.arrayContaining(outcome.warnings))
      expect.soft(Math.abs(await heardLufs(made.sha256!) + 16), name).toBeLessThan(0.1)
    }
  }
  expect(await leftovers()).toEqual([])
  const db = await product.useDb()
  const silent = await db.select({ original: message.original_sha256 }).from(message).where(eq(message.failure, 'silent'))
  expect(silent.map(row => row.original)).toEqual([null, null, null])
}, 120_000)

describe('without ffmpeg', () => {
  it('mp3 and WAV are made all the same, and the others say what is missing and can be tried again', async () => {
    const byName = (name: string) => formats.find(format => format.name === name)!.path
    vi.stubEnv('PATH', '/nowhere')
    expect(await uploadMessage(byName('song.mp3'))).toMatchObject({ status: 'ready' })
    expect(await uploadMessage(byName('wav24.wav'))).toMatchObject({ status: 'ready' })
    expect(await uploadMusic(byName('song.mp3'))).toMatchObject({ status: 'ready' })
    expect(await uploadMusic(byName('wav24.wav'))).toMatchObject({ status: 'ready', gain_db: 0 })
    const missing = await uploadMessage(byName('song.flac'))
    expect(missing).toMatchObject({ status: 'failed', failure: 'ffmpeg_missing' })
    vi.stubEnv('PATH', PATH)
    await product.retryMessage('shop', missing.audio_id)
    await product.drainUploads()
    expect(await product.getMessage('shop', missing.audio_id)).toMatchObject({ status: 'ready', failure: null })
  })

  it('that dies half-way, it is tried three times, and then has failed', async () => {
    const bin = join(dir, 'bin')
    await mkdir(bin)
    const count = join(dir, 'runs')
    await writeFile(join(bin, 'ffmpeg'), `#!/bin/sh\n[ "$2" = -version ] && { echo "ffmpeg version 1 x"; exit; }\necho run >> ${count}\nkill -9 $$\n`, { mode: 0o755 })
    vi.stubEnv('PATH', `${bin}:${PATH}`)
    const { audio_id } = await uploadMessage(formats.find(({ name }) => name === 'song.flac')!.path)
    await vi.waitFor(async () => expect(await product.getMessage('shop', audio_id)).toMatchObject({ status: 'failed', failure: 'internal' }), { timeout: 20_000, interval: 200 })
    expect((await readFile(count, 'utf8')).trim().split('\n')).toHaveLength(3)
    expect(await leftovers()).toEqual([])
  })
})

describe('a row that waits', () => {
  const tone = () => formats[0]!.path

  it('whose worker died is taken up by another, and given up after the third death', async () => {
    const db = await product.useDb()
    const { audio_id } = await uploadMessage(tone())
    const died = (attempts: number) => db.update(message).set({ status: 'processing', attempts, leased_until: new Date(Date.now() - 1000) }).where(eq(message.audio_id, audio_id))
    await died(1)
    await product.drainUploads()
    expect(await product.getMessage('shop', audio_id)).toMatchObject({ status: 'ready' })
    await died(3)
    await product.drainUploads()
    expect(await product.getMessage('shop', audio_id)).toMatchObject({ status: 'failed', failure: 'internal' })
  })

  it('is left alone while somebody works on it', async () => {
    const db = await product.useDb()
    const { audio_id } = await uploadMessage(tone())
    await db.update(message).set({ status: 'processing', leased_until: new Date(Date.now() + 60_000) }).where(eq(message.audio_id, audio_id))
    expect(await product.drainUploads()).toBe(0)
    await db.update(message).set({ status: 'ready' }).where(eq(message.audio_id, audio_id))
  })

  it('may be deleted meanwhile, for a while or for good', async () => {
    const db = await product.useDb()
    const { audio_id } = await upload(tone()) as Message
    await db.delete(message).where(eq(message.audio_id, audio_id))
    const { track_id } = await upload(tone(), { kind: 'music' }) as Track
    await product.deleteTrack('shop', track_id)
    await product.drainUploads()
    await expect(product.getMessage('shop', audio_id)).rejects.toMatchObject({ status: 404 })
    await product.updateTrack('shop', track_id, { deleted_at: null })
    await product.drainUploads()
    expect(await product.getTrack('shop', track_id)).toMatchObject({ status: expect.stringMatching(/^(ready|waiting)$/), deleted_at: null })
  })

  it('is one, however often the same request comes', async () => {
    const [first, second] = [await upload(tone(), { key: 'once' }), await upload(tone(), { key: 'once' })] as Message[]
    expect(second!.audio_id).toBe(first!.audio_id)
    await product.drainUploads()
    expect(await leftovers()).toEqual([])
  })

  it('cannot be tried again when it did not fail, or when nothing is kept of it', async () => {
    const { audio_id } = await uploadMessage(tone())
    await expect(product.retryMessage('shop', audio_id)).rejects.toMatchObject({ status: 409, code: 'not_failed' })
    const silent = await uploadMessage(bad.find(({ name }) => name === 'silence.wav')!.path)
    await expect(product.retryMessage('shop', silent.audio_id)).rejects.toMatchObject({ status: 409, code: 'original_missing' })
    await expect(product.retryMessage('other', audio_id)).rejects.toMatchObject({ status: 404 })
  })
})

it('leaves nothing of an upload that breaks off', async () => {
  async function* broken() {
    yield await readFile(formats[0]!.path)
    throw new Error('connection lost')
  }
  await expect(product.receiveUpload(broken())).rejects.toThrow('connection lost')
  expect(await leftovers()).toEqual([])
})

describe('tracks', () => {
  it('have one default of each kind, cues within their length, and their own client', async () => {
    const [first, second] = [await uploadMusic(formats[0]!.path, 'bed'), await uploadMusic(formats[1]!.path, 'bed')]
    await product.updateTrack('shop', first!.track_id, { is_default: true })
    await product.updateTrack('shop', second!.track_id, { is_default: true, title: 'Segunda', tags: ['calma'], cue_in_ms: 500, cue_out_ms: 3000 })
    const list = await product.listTracks('shop', { kind: 'bed', limit: 10 })
    expect(list.items.filter(item => item.is_default).map(item => item.track_id)).toEqual([second!.track_id])
    expect((await product.listTracks('shop', { q: 'CALMA segunda', limit: 10 })).items.map(item => item.track_id)).toEqual([second!.track_id])
    await expect(product.updateTrack('shop', second!.track_id, { cue_in_ms: 3000 })).rejects.toMatchObject({ code: 'cues_crossed' })
    await expect(product.updateTrack('other', second!.track_id, { title: 'x' })).rejects.toMatchObject({ status: 404 })
    await expect(product.getTrack('other', second!.track_id)).rejects.toMatchObject({ status: 404 })
    await product.deleteTrack('shop', second!.track_id)
    expect(await product.updateTrack('shop', second!.track_id, { deleted_at: null })).toMatchObject({ deleted_at: null, is_default: false, status: 'ready' })
  })

  it('come a page at a time', async () => {
    const all = await product.listTracks('shop', { limit: 100 })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await product.listTracks('shop', { limit: 2, cursor })
      seen.push(...page.items.map(item => item.track_id))
      cursor = page.next_cursor ?? undefined
    } while (cursor)
    expect(seen).toEqual(all.items.map(item => item.track_id))
  })

  it('are refused as a chime when they are too long for one', async () => {
    const long = await uploadMusic(formats[0]!.path)
    const db = await product.useDb()
    await db.update(track).set({ duration_ms: 90_000 }).where(eq(track.track_id, long.track_id))
    await expect(product.updateTrack('shop', long.track_id, { kind: 'chime' })).rejects.toMatchObject({ code: 'track_too_long' })
  })
})

describe('the library to a new loudness', () => {
  const settings = { target_lufs: -20, ceiling_dbtp: -2, mono_kbps: 128, stereo_kbps: 192, sample_rate: 44_100 } as const

  it('makes chosen messages anew from their originals, and counts those that it cannot', async () => {
    const [changed, lost, other] = [await uploadMessage(formats[3]!.path), await uploadMessage(formats[5]!.path), await uploadMessage(formats[0]!.path)] as [Message, Message, Message]
    const db = await product.useDb()
    const [row] = await db.select({ original: message.original_sha256 }).from(message).where(eq(message.audio_id, lost.audio_id))
    await product.useFileStore().remove(row!.original!)
    await product.putSettings('shop', 'audio', settings)
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
})
