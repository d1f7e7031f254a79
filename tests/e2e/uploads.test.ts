import { execFileSync } from 'node:child_process'
import { request } from 'node:http'
import { readdirSync } from 'node:fs'
import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeMp3 } from '../../server/services/audio/codec/mp3-decoder'
import type { Message } from '../../shared/schemas/audio'
import type { Track } from '../../shared/schemas/track'
import type { UploadLimits } from '../../shared/schemas/upload'
import { integratedLoudness } from '../../shared/utils/loudness'
import { addClient, ADMIN_ENV, good, readAnswer, signIn, type Answer, type Caller, type TestClient } from '../fixtures/api'
import { until } from '../fixtures/database'
import { startServer, type TestServer } from '../fixtures/server'
import { openSocket } from '../fixtures/sockets'
import { makeBadInputs, makeFormats, pseudoRandom, type UploadCase } from '../fixtures/uploads'

const LIMIT = 52_428_800

let server: TestServer
let ours: TestClient
let theirs: TestClient
let dir: string
let formats: UploadCase[]
let bad: UploadCase[]

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-e2e-uploads-'))
  server = await startServer(ADMIN_ENV)
  const admin = await signIn(server.url)
  ours = await addClient(server.url, admin, 'Supermercado Sol')
  theirs = await addClient(server.url, admin, 'Zapatería Luna')
  formats = await makeFormats(join(dir, 'formats'))
  // What a hostile file would like to read: the sound of another client, as it lies in the store.
  const { sha256 } = await settled(theirs.editor, await send(theirs.editor, formats[3]!.path))
  bad = await makeBadInputs(join(dir, 'bad'), join(server.dir, 'files', sha256!.slice(0, 2), sha256!.slice(2, 4), sha256!))
}, 240_000)
afterAll(async () => {
  await server.stop()
  await rm(dir, { recursive: true, force: true })
})

const formOf = (bytes: Uint8Array, name: string, fields: Record<string, string> = { kind: 'message' }) => {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.append(field, value)
  form.append('file', new Blob([Uint8Array.from(bytes)]), name)
  return form
}

async function post<T = Message>(caller: Caller, form: FormData, headers: Record<string, string> = {}): Promise<Answer<T>> {
  return readAnswer<T>(await caller.fetch('library/uploads', { method: 'POST', body: form, headers }))
}

const send = async (caller: Caller, path: string, fields?: Record<string, string>) => good(post(caller, formOf(await readFile(path), basename(path), fields)), [202])

/** Waits until an upload is finished, as a page does. */
async function settled(caller: Caller, { audio_id }: { audio_id: string }): Promise<Message> {
  for (;;) {
    const found = await good(caller.get<Message>(`library/${audio_id}`))
    if (found.status === 'ready' || found.status === 'failed') return found
    await sleep(50)
  }
}

async function settledTrack(caller: Caller, { track_id }: { track_id: string }): Promise<Track> {
  for (;;) {
    const found = await good(caller.get<Track>(`audio/tracks/${track_id}`))
    if (found.status === 'ready' || found.status === 'failed') return found
    await sleep(50)
  }
}

const filesIn = (folder: string) => {
  try {
    return readdirSync(join(server.dir, 'files', folder))
  }
  catch {
    return []
  }
}

describe('an upload', () => {
  it.each(['song.mp3', 'song.flac', 'song.ogg', 'song.opus', 'song.m4a', 'song.aac', 'song.wma', 'song.aiff', 'song.webm', 'plain.wav', 'film.mp4'])('%s is answered at once, and heard at −16 LUFS', async (name) => {
    const { path, outcome } = formats.find(format => format.name === name)!
    const answer = await send(ours.editor, path)
    expect(answer).toMatchObject({ status: 'waiting', source: 'uploaded', original_name: name, title: name.split('.')[0], audio_url: null })
    const made = await settled(ours.editor, answer)
    expect(made).toMatchObject({ status: 'ready', failure: null, ...outcome })
    const mp3 = new Uint8Array(await (await ours.viewer.fetch(made.audio_url!)).arrayBuffer())
    const { channels, sample_rate } = await decodeMp3(mp3)
    expect(integratedLoudness(channels, sample_rate)).toBeCloseTo(-16, 1)
    expect((await theirs.owner.fetch(made.audio_url!)).status).toBe(404)
  })

  it('tells open pages of each step', async () => {
    const page = await openSocket(`${server.url}/ws/dashboard`, { origin: server.url, cookie: ours.owner.headers.cookie! })
    const heard: { type: string, audio_id?: string, track_id?: string }[] = []
    page.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))))
    const { audio_id } = await send(ours.editor, formats[0]!.path)
    await settled(ours.editor, { audio_id })
    await until(() => heard.filter(event => event.type === 'message_changed' && event.audio_id === audio_id).length >= 3, 'an event for waiting, processing and ready')
    const { track_id } = await good(post<Track>(ours.editor, formOf(await readFile(formats[0]!.path), 'x.wav', { kind: 'music' })), [202])
    await settledTrack(ours.editor, { track_id })
    await until(() => heard.filter(event => event.type === 'track_changed' && event.track_id === track_id).length >= 3, 'the same for music')
    page.close()
  })

  it('of music becomes a track of its kind', async () => {
    const answer = await good(post<Track>(ours.editor, formOf(await readFile(formats[3]!.path), 'fondo.mp3', { kind: 'music', track_kind: 'bed', title: 'Fondo suave' })), [202])
    expect(answer).toMatchObject({ status: 'waiting', kind: 'bed', title: 'Fondo suave' })
    const made = await settledTrack(ours.editor, answer)
    expect(made).toMatchObject({ status: 'ready', audio_url: expect.stringMatching(/^\/media\//) })
    expect((await ours.viewer.fetch(made.audio_url!)).status).toBe(200)
    expect(await good(ours.viewer.get<{ items: Track[] }>('audio/tracks?kind=bed&q=suave'))).toMatchObject({ items: [{ track_id: made.track_id }] })
    expect((await theirs.owner.get(`audio/tracks/${made.track_id}`)).status).toBe(404)
    await good(ours.editor.patch(`audio/tracks/${made.track_id}`, { is_default: true, tags: ['calma'] }))
    await good(ours.editor.delete(`audio/tracks/${made.track_id}`))
    expect(await good(ours.editor.patch<Track>(`audio/tracks/${made.track_id}`, { deleted_at: null }))).toMatchObject({ deleted_at: null })
  })

  it('that is sent again with the same Idempotency-Key is one', async () => {
    const bytes = await readFile(formats[0]!.path)
    const [first, second] = [await good(post(ours.editor, formOf(bytes, 'a.wav'), { 'idempotency-key': 'one' })), await good(post(ours.editor, formOf(bytes, 'a.wav'), { 'idempotency-key': 'one' }))]
    expect(second.audio_id).toBe(first.audio_id)
    expect((await post(ours.editor, formOf(pseudoRandom(5000, 1), 'a.wav'), { 'idempotency-key': 'one' })).status).toBeGreaterThanOrEqual(400)
  })

  it('says what it takes', async () => {
    expect(await good(ours.viewer.get<UploadLimits>('library/uploads'))).toMatchObject({ max_bytes: LIMIT, ffmpeg: true, formats: expect.arrayContaining(['mp3', 'wav', 'flac', 'opus', 'm4a', 'wma', 'aiff', 'webm', 'mp4']) })
  })
})

it('answers every bad input with its reason, and sounds of others with nothing', async () => {
  for (const { name, path, outcome } of bad) {
    const answer = await post(ours.editor, formOf(await readFile(path), name))
    if ('refused' in outcome) {
      expect.soft([answer.status, answer.error.code], name).toEqual([422, outcome.refused])
      continue
    }
    const made = await settled(ours.editor, await good(answer, [202]))
    if ('failure' in outcome) {
      expect.soft(made, name).toMatchObject({ status: 'failed', failure: outcome.failure, audio_url: null })
      expect.soft((await ours.editor.post(`library/${made.audio_id}/retry`)).error.code, name).toBe('original_missing')
    }
    else {
      expect.soft(made, name).toMatchObject({ status: 'ready', warnings: expect.arrayContaining(outcome.warnings) })
      expect.soft(Math.abs(made.lufs! + 16), name).toBeLessThanOrEqual(0.1)
    }
  }
  expect(filesIn('.temps')).toEqual([])
}, 180_000)

describe('a form that is wrong', () => {
  const small = async () => readFile(formats[3]!.path)
  it('names the field', async () => {
    expect(await post(ours.editor, formOf(await small(), 'x.mp3', { kind: 'film' }))).toMatchObject({ status: 400, error: { code: 'invalid_request', fields: [{ path: 'kind' }] } })
    expect(await post(ours.editor, formOf(await small(), 'x.mp3', {}))).toMatchObject({ status: 400, error: { fields: [{ path: 'kind' }] } })
    expect(await post(ours.editor, formOf(await small(), 'x.mp3', { kind: 'message', category: 'none-such' }))).toMatchObject({ status: 404 })
    const without = new FormData()
    without.append('kind', 'message')
    expect(await post(ours.editor, without)).toMatchObject({ status: 400, error: { fields: [{ path: 'file' }] } })
    expect((await readAnswer(await ours.editor.fetch('library/uploads', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }))).status).toBe(415)
    expect((await post(ours.viewer, formOf(await small(), 'x.mp3'))).status).toBe(403)
    expect(filesIn('.temps')).toEqual([])
  })

  it('is larger than allowed, and says so', async () => {
    const answer = await post(ours.editor, formOf(new Uint8Array(LIMIT + 200_000), 'x.mp3'))
    expect([answer.status, answer.error.code]).toEqual([413, 'too_large'])
    expect(filesIn('.temps')).toEqual([])
  })

  it('breaks off half-way, and leaves nothing', async () => {
    const before = await good(ours.editor.get<{ total: number }>('library?status=all'))
    const req = request(`${server.url}/api/v1/library/uploads`, { method: 'POST', headers: { ...ours.editor.headers, 'origin': server.url, 'content-type': 'multipart/form-data; boundary=x', 'content-length': '1000000' } })
    req.on('error', () => {})
    req.write('--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nmessage\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\n')
    req.write(await small())
    for (let waited = 0; !filesIn('.temps').length && waited < 100; waited++) await sleep(20)
    expect(filesIn('.temps')).toHaveLength(1)
    req.destroy()
    for (let waited = 0; filesIn('.temps').length && waited < 100; waited++) await sleep(20)
    expect(filesIn('.temps')).toEqual([])
    expect(await good(ours.editor.get<{ total: number }>('library?status=all'))).toMatchObject({ total: before.total })
  })
})

describe('an upload in pieces', () => {
  const tus = (caller: Caller, method: string, path: string, headers: Record<string, string>, body?: Uint8Array) =>
    caller.fetch(path, { method, headers: { 'tus-resumable': '1.0.0', 'origin': server.url, ...headers }, ...body && { body: Uint8Array.from(body) } })
  const metadata = (fields: Record<string, string>) => Object.entries(fields).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`).join(',')
  const begin = async (caller: Caller, length: number, fields: Record<string, string>) =>
    tus(caller, 'POST', 'library/uploads/tus', { 'upload-length': String(length), 'upload-metadata': metadata(fields) })
  const piece = (caller: Caller, location: string, offset: number, bytes: Uint8Array) =>
    tus(caller, 'PATCH', location, { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }, bytes)

  it('goes on after the connection dropped, and becomes a message', async () => {
    const bytes = await readFile(formats.find(({ name }) => name === 'song.flac')!.path)
    const begun = await begin(ours.editor, bytes.length, { filename: 'canción.flac', kind: 'message', title: 'En trozos' })
    expect(begun.status).toBe(201)
    const location = begun.headers.get('location')!
    expect(location).toMatch(/^\/api\/v1\/library\/uploads\/tus\/[0-9a-f]{32}$/)
    const half = Math.floor(bytes.length / 2)
    expect((await piece(ours.editor, location, 0, bytes.subarray(0, half))).status).toBe(204)
    const state = await tus(ours.editor, 'HEAD', location, {})
    expect([state.status, state.headers.get('upload-offset'), state.headers.get('x-audio-id')]).toEqual([200, String(half), null])
    expect((await piece(ours.editor, location, 0, bytes.subarray(0, half))).status).toBe(409)
    const last = await piece(ours.editor, location, half, bytes.subarray(half))
    expect(last.status).toBe(204)
    const audio_id = last.headers.get('x-audio-id')!
    expect(await settled(ours.editor, { audio_id })).toMatchObject({ status: 'ready', title: 'En trozos', original_name: 'canción.flac' })
    // Whoever missed that answer asks again, and gets the same one.
    const again = await tus(ours.editor, 'HEAD', location, {})
    expect([again.headers.get('upload-offset'), again.headers.get('x-audio-id')]).toEqual([String(bytes.length), audio_id])
    expect((await piece(ours.editor, location, bytes.length, new Uint8Array(0))).headers.get('x-audio-id')).toBe(audio_id)
  })

  it('belongs to who began it', async () => {
    const location = (await begin(ours.editor, 10_000, { kind: 'music' })).headers.get('location')!
    for (const stranger of [theirs.editor, ours.owner]) {
      for (const method of ['HEAD', 'GET', 'DELETE']) expect((await tus(stranger, method, location, {})).status, method).toBe(404)
      expect((await piece(stranger, location, 0, new Uint8Array(10))).status).toBe(404)
    }
    expect((await tus(ours.viewer, 'HEAD', location, {})).status).toBe(403)
    expect((await tus(ours.editor, 'DELETE', location, {})).status).toBe(204)
    expect((await tus(ours.editor, 'HEAD', location, {})).status).toBe(404)
  })

  it('is refused as any other is', async () => {
    const codeOf = async (response: Response) => [response.status, (await readAnswer(response)).text.match(/"code":"(\w+)"/)?.[1]]
    expect(await codeOf(await begin(ours.editor, LIMIT + 1, { kind: 'message' }))).toEqual([413, 'too_large'])
    expect(await codeOf(await begin(ours.editor, 10, { kind: 'film' }))).toEqual([400, 'invalid_request'])
    const text = Buffer.from('Esto no es un sonido.'.repeat(10))
    const location = (await begin(ours.editor, text.length, { kind: 'message', filename: 'x.mp3' })).headers.get('location')!
    expect(await codeOf(await piece(ours.editor, location, 0, text))).toEqual([422, 'not_audio'])
    expect((await tus(ours.editor, 'HEAD', location, {})).status).toBe(404)
    expect((await tus(ours.editor, 'POST', 'library/uploads/tus', { 'upload-length': '-1' })).status).toBe(400)
    expect((await tus(ours.editor, 'PATCH', 'library/uploads/tus/..%2F..%2Fowner.txt', { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }, text)).status).toBe(404)
  })
})

describe('a server without ffmpeg', () => {
  it('takes mp3 and WAV, and says of the others what is missing', async () => {
    const bin = join(dir, 'bin')
    await mkdir(bin, { recursive: true })
    const bare = await startServer({ ...ADMIN_ENV, PATH: bin })
    try {
      const admin = await signIn(bare.url)
      const health = await good(admin.get<{ status: string, checks: { transcode: { ok: boolean } } }>('health'))
      expect(health).toMatchObject({ status: 'ok', checks: { transcode: { ok: false } } })
      expect(await good(admin.get<UploadLimits>('library/uploads'))).toMatchObject({ ffmpeg: false, formats: ['mp3', 'wav'] })
      const outcome = async (name: string) => settled(admin, await send(admin, formats.find(format => format.name === name)!.path))
      expect(await outcome('song.mp3')).toMatchObject({ status: 'ready' })
      expect(await outcome('plain.wav')).toMatchObject({ status: 'ready' })
      expect(await outcome('song.ogg')).toMatchObject({ status: 'failed', failure: 'ffmpeg_missing' })
    }
    finally {
      await bare.stop()
    }
  }, 120_000)
})

const mayMount = process.getuid?.() === 0 && process.platform === 'linux'

describe.skipIf(!mayMount)('a disk that is full (needs root for a small disk)', () => {
  it('is named, and nothing half-written stays', async () => {
    const disk = join(dir, 'disk')
    await mkdir(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk])
    try {
      const small = await startServer({ ...ADMIN_ENV, STORAGE_PATH: disk }, '/api/v1/openapi.json')
      try {
        const admin = await signIn(small.url)
        const large = pseudoRandom(4_000_000, 3)
        large.set(await readFile(formats[0]!.path))
        const answer = await post(admin, formOf(large, 'large.wav'))
        expect([answer.status, answer.error.code]).toEqual([503, 'storage_full'])
        expect(readdirSync(join(disk, '.temps'))).toEqual([])
        // What fits, but has no room to be made in, fails with its reason, and is made when there is room.
        const { audio_id } = await send(admin, formats.find(({ name }) => name === 'song.flac')!.path)
        const filled = await settled(admin, { audio_id })
        if (filled.status === 'failed') expect(filled.failure).toBe('storage_full')
        expect(readdirSync(join(disk, '.temps'))).toEqual([])
      }
      finally {
        await small.stop()
      }
    }
    finally {
      execFileSync('umount', ['-l', disk])
    }
  }, 120_000)
})
