import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLOSE_CODES, MAX_FRAME_BYTES } from '../../shared/protocol'
import type { AirResponse, Play, Player } from '../../shared/schemas/player'
import { addClient, addKey, ADMIN_ENV, callerOf, good, makeMessage, pairPlayer, signIn, type TestClient } from '../fixtures/api'
import { closeOf, frameOf, heard, openPlayer, openSocket, upgrade } from '../fixtures/sockets'
import { startServer, type TestServer } from '../fixtures/server'

const FOREIGN = 'https://elsewhere.example'

let server: TestServer
let client: TestClient
let message: { audio_id: string }

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  client = await addClient(server.url, await signIn(server.url), 'Supermercado Sol')
  message = await makeMessage(client.editor, client.voice_id, 'Hola a todos.')
}, 180_000)
afterAll(() => server.stop())

const pair = () => pairPlayer(server.url, client.editor, { store_id: client.store_id })
const fresh = async () => openPlayer(server.url, (await pair()).token)
const playerOf = async (player_id: string) => (await good(client.viewer.get<{ items: Player[] }>('player/players'))).items.find(player => player.player_id === player_id)!

async function statusOf(path: string, headers: Record<string, string> = {}) {
  const { status, socket } = await upgrade(server.url, path, headers)
  socket?.destroy()
  return status
}

describe('opening a socket', () => {
  it.each(['/', '/ws', '/ws/', '/ws/nothing', '/ws/player/more', '/ws/Player', '/api/v1/health', '/player', '/_nuxt/'])('is not found on %s', async (path) => {
    const { token } = await pair()
    expect(await statusOf(`${path}?token=${token}`, { origin: server.url, cookie: client.owner.headers.cookie! })).toBe(404)
  })

  it('on the player\'s path takes the player\'s token, and nothing else', async () => {
    const { token } = await pair()
    const key = await addKey(server.url, client.owner, 'owner')
    expect(await Promise.all([
      statusOf('/ws/player'),
      statusOf('/ws/player?token='),
      statusOf('/ws/player?token=mfp_wrong'),
      statusOf('/ws/player', { cookie: client.owner.headers.cookie! }),
      statusOf('/ws/player', key.headers),
      statusOf(`/ws/player?token=${token}`),
      statusOf('/ws/player', { authorization: `Bearer ${token}` }),
      statusOf('/ws/player', { cookie: `theme=dark; mediaflow.player=${token}` }),
    ])).toEqual([401, 401, 401, 401, 401, 101, 101, 101])
  })

  it('is refused to pages of other sites', async () => {
    const { token } = await pair()
    const { cookie } = client.viewer.headers as { cookie: string }
    expect(await Promise.all([
      statusOf(`/ws/player?token=${token}`, { origin: FOREIGN }),
      statusOf(`/ws/player?token=${token}`, { origin: 'null' }),
      statusOf(`/ws/player?token=${token}`, { origin: server.url }),
      statusOf('/ws/dashboard', { cookie, origin: FOREIGN }),
      statusOf('/ws/dashboard', { cookie, origin: 'null' }),
      statusOf('/ws/dashboard', { cookie }),
      statusOf('/ws/dashboard', { origin: server.url }),
      statusOf(`/ws/dashboard?token=${token}`, { origin: server.url }),
      statusOf('/ws/dashboard', { cookie, origin: server.url }),
    ])).toEqual([403, 403, 101, 403, 403, 403, 401, 401, 101])
  })

  it('writes no token into the log', async () => {
    const { token } = await pair()
    await statusOf(`/ws/nothing?token=${token}`)
    await statusOf(`/ws/player?token=${token}`, { origin: FOREIGN })
    expect(server.logs()).toContain('"upgrade refused"')
    expect(server.logs()).not.toContain(token)
  })
})

describe('a frame', () => {
  it('of 64 KiB is read, a larger one ends the socket with 1009', async () => {
    const player = await fresh()
    const ping = (bytes: number) => {
      const empty = JSON.stringify({ type: 'ping', t: 7, more: '' })
      return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`)
    }
    player.sendText(ping(MAX_FRAME_BYTES))
    expect(await player.next('pong')).toMatchObject({ t: 7 })
    player.sendText(ping(MAX_FRAME_BYTES + 1))
    expect(await player.closed).toBe(1009)
  })

  it.each<[string, string]>([
    ['no JSON', 'garbage'],
    ['half of one', '{"type":"ping","t":'],
    ['a number', '5'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no type', '{"t":1}'],
    ['a type that is no word', '{"type":{}}'],
    ['a field that does not fit', '{"type":"ping","t":"now"}'],
    ['an id that is none', '{"type":"ack","play_id":"1 or 1=1"}'],
    ['a status that is none', '{"type":"status","status":{"sound":"loud"}}'],
  ])('that is %s is answered, and the next one is heard', async (_, text) => {
    const player = await fresh()
    player.sendText(text)
    expect(await player.next('error')).toMatchObject({ code: 'bad_message', message: expect.any(String) })
    player.send({ type: 'ping', t: 2 })
    expect(await player.next('pong')).toMatchObject({ t: 2, server_time: expect.any(String) })
    player.close()
  })

  it('of a newer protocol is ignored', async () => {
    const player = await fresh()
    await player.next('programme')
    player.send({ type: 'sing', song: 'La Cucaracha' })
    player.send({ type: 'ping', t: 3 })
    await player.next('pong')
    expect(player.received.map(received => received.type)).toEqual(['welcome', 'programme', 'pong'])
    player.close()
  })

  it('with what no database keeps does no harm', async () => {
    const { player_id, token } = await pair()
    const player = await openPlayer(server.url, token)
    player.send({ type: 'status', status: { sound: 'unlocked', state: 'idle', play_id: null, position_ms: null, volume: 1, clock_offset_ms: 0, queue_length: 0, user_agent: 'TV \u0000\uD83D 7', errors: ['\u0000'] } })
    await expect.poll(async () => (await playerOf(player_id)).user_agent, { timeout: 10_000 }).toBe('TV  7')
    player.close()
  })

  it('that breaks the protocol underneath ends that socket only', async () => {
    const { token } = await pair()
    const { socket } = await upgrade(server.url, `/ws/player?token=${token}`)
    // Not masked, reserved bits set, an opcode that does not exist.
    socket!.write(Buffer.from([0xFB, 0x05, 1, 2, 3, 4, 5]))
    socket!.resume()
    await once(socket!, 'close')
    expect((await callerOf(server.url).get('health')).status).toBe(200)
  })
})

describe('a player that misbehaves is let go with 4003', () => {
  it('when it sends too much nonsense', async () => {
    const player = await fresh()
    for (let times = 0; times < 11; times++) player.sendText('nonsense')
    expect(await player.closed).toBe(CLOSE_CODES.misbehaved)
    expect(player.received.filter(received => received.type === 'error')).toHaveLength(10)
  })

  it('when it floods', async () => {
    const player = await fresh()
    for (let times = 0; times < 200; times++) player.send({ type: 'ping', t: times })
    expect(await player.closed).toBe(CLOSE_CODES.misbehaved)
    expect(player.received.filter(received => received.type === 'pong').length).toBeLessThan(130)
  })

  it('when it does not say hello first', async () => {
    const { token } = await pair()
    const player = await openPlayer(server.url, token, { hello: false })
    player.send({ type: 'status', status: {} })
    player.send({ type: 'ack', play_id: randomUUID() })
    expect(await player.closed).toBe(CLOSE_CODES.misbehaved)
    expect(player.received.map(received => received.type)).toEqual(['error'])
  })

  it('and a dashboard too', async () => {
    const page = await openSocket(`${server.url}/ws/dashboard`, { origin: server.url, cookie: client.viewer.headers.cookie! })
    const closed = closeOf(page)
    for (let times = 0; times < 200; times++) page.send('{"type":"ping"}')
    expect(await closed).toBe(CLOSE_CODES.misbehaved)
  })
})

it('cannot speak for another player', async () => {
  const [ours, theirs] = [await pair(), await pair()]
  const { air_id } = await good(client.editor.post<AirResponse>('player/air', { audio_id: message.audio_id, targets: { players: [theirs.player_id] } }))
  const plays = async () => (await good(client.viewer.get<{ items: Play[] }>(`player/plays?air_id=${air_id}`))).items
  const before = await plays()
  const liar = await openPlayer(server.url, ours.token)
  const { play_id } = before[0]!
  liar.send({ type: 'ack', play_id })
  for (const report of heard(play_id, 1000)) liar.send(report)
  expect(await liar.next('error')).toMatchObject({ code: 'play_not_found' })
  // It is told to stop repeating it, all the same.
  await liar.next('reported')
  await liar.next('reported')
  expect(await plays()).toEqual(before)
  expect(liar.received.filter(received => received.type === 'air')).toEqual([])
  liar.close()
})

it('speaks of its own kind of protocol only', async () => {
  const { token } = await pair()
  const player = await openPlayer(server.url, token, { hello: false })
  player.send({ type: 'hello', protocol: 99, version: 'future' })
  expect(await player.next('error')).toMatchObject({ code: 'protocol_unsupported' })
  player.send({ type: 'hello', protocol: 1, version: 'present' })
  expect(await player.next('welcome')).toMatchObject({ protocol: 1, settings: { heartbeat_interval_ms: expect.any(Number), reconnect_interval_ms: expect.any(Number) } })
  player.close()
})

describe.concurrent('who says nothing', () => {
  it('is let go when it was no hello', { timeout: 30_000 }, async ({ expect }) => {
    const { token } = await pair()
    const player = await openPlayer(server.url, token, { hello: false })
    expect(await player.closed).toBe(CLOSE_CODES.misbehaved)
  })

  it('is noticed within 45 s when the network between has gone, and counts as away', { timeout: 60_000 }, async ({ expect }) => {
    const { player_id, token } = await pair()
    const living = await pair()
    const alive = await openPlayer(server.url, living.token)
    const { socket } = await upgrade(server.url, `/ws/player?token=${token}`)
    socket!.write(frameOf(JSON.stringify({ type: 'hello', protocol: 1, version: 'test' })))
    socket!.resume()
    await expect.poll(async () => (await playerOf(player_id)).online).toBe(true)
    const from = Date.now()
    await once(socket!, 'close')
    expect(Date.now() - from).toBeLessThan(45_000)
    await expect.poll(async () => (await playerOf(player_id)).online).toBe(false)
    // Who answers pings stays, without a word of its own.
    expect((await playerOf(living.player_id)).online).toBe(true)
    alive.send({ type: 'ping', t: 1 })
    await alive.next('pong')
    alive.close()
  })
})

it('sends everybody away with 1012 when the server is stopped, and ends in peace', async () => {
  const { token } = await pair()
  const greeted = await fresh()
  const silent = await openPlayer(server.url, token, { hello: false })
  const page = await openSocket(`${server.url}/ws/dashboard`, { origin: server.url, cookie: client.viewer.headers.cookie! })
  const closed = Promise.all([greeted.closed, silent.closed, closeOf(page)])
  await server.stop()
  expect(await closed).toEqual([CLOSE_CODES.restart, CLOSE_CODES.restart, CLOSE_CODES.restart])
  expect([0, 'SIGTERM']).toContain(await server.ended)
  expect(server.logs().split('\n').filter(line => line.includes('"level":"error"'))).toEqual([])
})
