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
