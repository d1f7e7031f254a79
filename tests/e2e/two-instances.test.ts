import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../shared/schemas/audio'
import type { Store } from '../../shared/schemas/client'
import { ADMIN_ENV, callerOf, good, pairPlayer, readAnswer, signIn, type Caller } from '../fixtures/api'
import { until } from '../fixtures/database'
import { hasPostgres, startPostgres, type TestPostgres } from '../fixtures/postgres'
import { startServer, type TestServer } from '../fixtures/server'
import { tone } from '../fixtures/signals'
import { openPlayer } from '../fixtures/sockets'
import { ffmpegMakes, pseudoRandom, wavOf } from '../fixtures/uploads'

const TUS = '/api/v1/library/uploads/tus'

describe.skipIf(!hasPostgres)('two instances on one PostgreSQL and one store (needs a PostgreSQL server on this machine)', () => {
  let dir: string
  let database: TestPostgres
  let sql: postgres.Sql
  let env: Record<string, string>
  let servers: [TestServer, TestServer]
  let callers: [Caller, Caller]

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'mediaflow-instances-'))
    database = await startPostgres()
    sql = postgres(database.url, { max: 1 })
    env = { ...ADMIN_ENV, DATABASE_URL: database.url, STORAGE_PATH: join(dir, 'files'), AUTH_SECRET: 'a secret that all instances share' }
    servers = [await startServer(env), await startServer(env)]
    const { headers } = await signIn(servers[0].url)
    callers = [callerOf(servers[0].url, headers), callerOf(servers[1].url, headers)]
  }, 120_000)
  afterAll(async () => {
    for (const server of servers) await server.stop()
    await sql.end()
    await database.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const wav = (hz: number) => Uint8Array.from(wavOf(tone({ hz, dbfs: -20, seconds: 3, sample_rate: 44_100 })))

  async function send(caller: Caller, bytes: Uint8Array, name: string): Promise<Message> {
    const form = new FormData()
    form.append('kind', 'message')
    form.append('file', new Blob([Uint8Array.from(bytes)]), name)
    return good(readAnswer<Message>(await caller.fetch('library/uploads', { method: 'POST', body: form })), [202])
  }

  const rowOf = async (audio_id: string) => (await sql<{ status: string, attempts: number }[]>`select status, attempts from message where audio_id = ${audio_id}`)[0]!

  it('process each of twenty uploads once', async () => {
    const sent = await Promise.all(Array.from({ length: 20 }, (_, index) => send(callers[index % 2]!, wav(300 + index), `${index}.wav`)))
    await until(async () => !(await sql`select 1 from message where status in ('waiting', 'processing')`).length, 'every upload is processed', 60_000)
    const rows = await sql`select status, attempts, count(*)::int as messages from message group by 1, 2`
    expect([...rows]).toEqual([{ status: 'ready', attempts: 1, messages: 20 }])
    const processed = servers.map(server => [...server.logs().matchAll(/"message":"([^"]+)","attempts":\d+,.*"upload processed"|"upload processed".*"message":"([^"]+)"/g)].length)
    expect(processed[0]! + processed[1]!).toBe(20)
    for (const { audio_id } of sent) expect((await callers[1].get<Message>(`library/${audio_id}`)).body.audio_url).toMatch(/^\/media\//)
  }, 90_000)

  it('take up what the other was at when it was killed, once its lease is over', async () => {
    // An ffmpeg that takes for ever, at one instance only.
    const bin = join(dir, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'ffmpeg'), '#!/bin/sh\n[ "$2" = -version ] && { echo "ffmpeg version 1 x"; exit; }\nexec sleep 600\n')
    await chmod(join(bin, 'ffmpeg'), 0o755)
    const slow = await startServer({ ...env, PATH: `${bin}:${process.env.PATH}` })
    const flac = await readFile(await ffmpegMakes(join(dir, 'sound.flac'), '-f', 'lavfi', '-i', 'sine=f=500:d=3'))
    const { audio_id } = await send(callerOf(slow.url, callers[0].headers), flac, 'sound.flac')
    await until(async () => (await rowOf(audio_id)).status === 'processing', 'it is worked on')
    const { attempts } = await rowOf(audio_id)
    await slow.kill()
    // As if most of its minute were over.
    await sql`update message set leased_until = now() + interval '3 seconds' where audio_id = ${audio_id}`
    await send(callers[0], wav(700), 'nudge.wav')
    await sleep(1000)
    expect(await rowOf(audio_id)).toEqual({ status: 'processing', attempts })
    await sleep(2500)
    await send(callers[1], wav(701), 'nudge.wav')
    await until(async () => (await rowOf(audio_id)).status === 'ready', 'the other has taken it up')
    expect((await rowOf(audio_id)).attempts).toBe(attempts + 1)
  }, 60_000)

  describe('of which both are sent the same upload in pieces', () => {
    const tus = (caller: Caller, method: string, path: string, headers: Record<string, string>, body?: BodyInit) =>
      caller.fetch(path, { method, headers: { 'tus-resumable': '1.0.0', ...headers }, ...body !== undefined && { body, duplex: 'half' } as RequestInit })
    const begin = async (length: number) => (await tus(callers[0], 'POST', TUS, { 'upload-length': String(length), 'upload-metadata': `kind ${btoa('message')},filename ${btoa('piece.wav')}` })).headers.get('location')!
    const patch = (caller: Caller, location: string, offset: number, body: BodyInit) => tus(caller, 'PATCH', location, { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }, body)
    const offsetOf = async (caller: Caller, location: string) => Number((await tus(caller, 'HEAD', location, {})).headers.get('upload-offset'))

    /** Bytes that come slowly, and stop coming half-way without the connection being closed. */
    function stalling(bytes: Uint8Array): { body: ReadableStream<Uint8Array>, end: () => void } {
      let end = () => {}
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes)
          end = () => {
            try {
              controller.close()
            }
            catch {
              // The server has closed it already.
            }
          }
        },
      })
      return { body, end: () => end() }
    }

    /** In pieces, so that two of them overlap. */
    function slowly(bytes: Uint8Array) {
      let at = 0
      return new ReadableStream<Uint8Array>({
        async pull(controller) {
          if (at >= bytes.length) return controller.close()
          controller.enqueue(bytes.slice(at, at += 40_000))
          await sleep(50)
        },
      })
    }

    it('the one that comes later goes on where the other had come to, and the sound is whole', async () => {
      const bytes = wav(800)
      const location = await begin(bytes.length)
      const { body, end } = stalling(bytes.slice(0, 200_000))
      const first = patch(callers[0], location, 0, body).catch((error: unknown) => error)
      // The first holds it, and its sender has gone silent.
      await until(async () => (await sql`select 1 from upload_lock`).length === 1, 'the first holds it')
      await sleep(300)
      const offset = await offsetOf(callers[1], location)
      expect(offset).toBe(200_000)
      const rests = [bytes.slice(offset), Uint8Array.from(pseudoRandom(bytes.length - offset, 9))]
      const [one, two] = await Promise.all([patch(callers[1], location, offset, slowly(rests[0]!)), patch(callers[0], location, offset, slowly(rests[1]!))])
      // Whichever was first wrote it whole; the other finds it where it does not expect it, or was cut off.
      expect([one.status, two.status].filter(status => status === 204)).toHaveLength(1)
      end()
      await first
      const audio_id = (one.status === 204 ? one : two).headers.get('x-audio-id')!
      const expected = Buffer.concat([bytes.subarray(0, offset), rests[one.status === 204 ? 0 : 1]!])
      await until(async () => (await rowOf(audio_id)).status === 'ready', 'it is processed')
      const [row] = await sql<{ original_sha256: string }[]>`select original_sha256 from message where audio_id = ${audio_id}`
      expect(Buffer.compare(await readFile(join(dir, 'files', row!.original_sha256.slice(0, 2), row!.original_sha256.slice(2, 4), row!.original_sha256)), expected)).toBe(0)
      expect(await sql`select 1 from upload_lock`).toHaveLength(0)
    }, 60_000)

    it('both that finish it are told of the same message', async () => {
      const bytes = wav(900)
      const location = await begin(bytes.length)
      const both = await Promise.all([patch(callers[0], location, 0, bytes), ...Array.from({ length: 4 }, async (_, index) => {
        await until(async () => await offsetOf(callers[1], location) === bytes.length, 'all bytes are there')
        return patch(callers[index % 2]!, location, bytes.length, new Uint8Array(0))
      })])
      const ids = new Set(both.map(answer => answer.headers.get('x-audio-id')))
      expect(both.map(answer => answer.status)).toEqual([204, 204, 204, 204, 204])
      expect(ids.size).toBe(1)
    }, 60_000)

    it('a holder that died is waited for no longer than its lease', async () => {
      const bytes = wav(950)
      const location = await begin(bytes.length)
      const id = location.split('/').at(-1)!
      await sql`insert into upload_lock (upload_id, holder, leased_until) values (${id}, gen_random_uuid(), now() + interval '2 seconds')`
      const asked = Date.now()
      expect((await patch(callers[1], location, 0, bytes)).status).toBe(204)
      expect(Date.now() - asked).toBeGreaterThan(1000)
    })
  })

  it('tell a player at one of a validity that was shortened at the other', async () => {
    const [here, there] = callers
    const { items: [store] } = await good(here.get<{ items: Store[] }>('client/stores'))
    const { token, player_id } = await pairPlayer(servers[0].url, here, { store_id: store!.store_id })
    const told: string[] = []
    const player = await openPlayer(servers[0].url, token, { onMessage: message => message.type === 'air' && told.push(message.item.expires_at) })
    const { items: [sound] } = await good(there.get<{ items: Message[] }>('library?status=ready'))
    await good(there.post('player/air', { audio_id: sound!.audio_id, targets: { players: [player_id] }, expires_in_s: 600 }))
    await until(() => told.length === 1, 'the message comes')
    const valid_until = new Date(Date.now() + 60_000).toISOString()
    await good(there.patch(`library/${sound!.audio_id}`, { valid_until }))
    await until(() => told.length === 2, 'its new end comes')
    expect(told[1]).toBe(valid_until)
    expect(told[0]! > told[1]!).toBe(true)
    player.close()
  }, 30_000)

  it('write nothing to their logs that is no line of JSON, and their tasks of each minute end well', async () => {
    await sleep(60_000 - Date.now() % 60_000 + 2000)
    for (const server of servers) {
      const odd = server.logs().split('\n').filter(line => line && !line.startsWith('{') && !line.startsWith('Listening on'))
      expect(odd).toEqual([])
      expect(server.logs()).not.toContain('unfinished uploads are not swept')
    }
  }, 90_000)
})
