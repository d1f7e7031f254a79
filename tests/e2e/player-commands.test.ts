import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CLOSE_CODES, PLAYER_FEATURES, type PlayerFault, type PlayerStatus, type ServerToPlayer } from '../../shared/protocol'
import type { GenerateResponse } from '../../shared/schemas/audio'
import type { AirOn, AirResponse, NewPairing, PairingLookup, PairingState, PendingSchema, Play, Player, PlayerCommand, PlayerFaultRow } from '../../shared/schemas/player'
import type { z } from 'zod'
import { addClient, ADMIN_ENV, bearerOf, callerOf, good, makeMessage, pairPlayer, signIn, type TestClient } from '../fixtures/api'
import { heard, openPlayer, openSocket, type PlayerSocket } from '../fixtures/sockets'
import { startServer, type TestServer } from '../fixtures/server'

let server: TestServer
let client: TestClient
let other: TestClient
let message: GenerateResponse
beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  const admin = await signIn(server.url)
  client = await addClient(server.url, admin, 'Supermercado Sol')
  other = await addClient(server.url, admin, 'Zapatería Luna')
  message = await makeMessage(client.editor, client.voice_id, 'Salgan por la puerta más cercana.', { title: 'Evacuación' })
}, 180_000)
afterAll(async () => {
  await server.stop()
  expect(server.logs().split('\n').filter(line => line.includes('"level":"error"'))).toEqual([])
})

const open: PlayerSocket[] = []
afterEach(() => open.splice(0).forEach(socket => socket.close()))

const USER_AGENT = 'Mozilla/5.0 (SMART-TV; LINUX; Tizen 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/5.0 Chrome/63.0.3239.84 TV Safari/537.36'
const STATUS: PlayerStatus = { sound: 'unlocked', state: 'idle', play_id: null, position_ms: null, volume: 1, clock_offset_ms: 12, queue_length: 0, user_agent: USER_AGENT, errors: [], screen: { width: 1920, height: 1080 } }

/** A player as today's program opens it. */
async function connect(token: string, more: { features?: readonly string[], status?: Partial<PlayerStatus> } = {}): Promise<PlayerSocket> {
  const socket = await openPlayer(server.url, token, { hello: false })
  open.push(socket)
  socket.send({ type: 'hello', protocol: 1, version: 'test', features: more.features ?? PLAYER_FEATURES, status: { ...STATUS, ...more.status } })
  await socket.next('welcome')
  return socket
}
const pair = (name?: string) => pairPlayer(server.url, client.editor, { name, store_id: client.store_id })
const command = (player_id: string, body: object) => good(client.editor.post<PlayerCommand>(`player/players/${player_id}/commands`, body))
const read = (player_id: string, command_id: string) => good(client.viewer.get<PlayerCommand>(`player/players/${player_id}/commands/${command_id}`))
const playerOf = async (player_id: string) => (await good(client.viewer.get<{ items: Player[] }>('player/players'))).items.find(player => player.player_id === player_id)!

/** One look of a player that cannot hold a socket. */
async function look(token: string, more: object = {}) {
  const { messages } = await good(bearerOf(server.url, token).post<{ messages: ServerToPlayer[] }>('player/hello', { hello: { type: 'hello', protocol: 1, version: 'test', features: PLAYER_FEATURES, status: STATUS }, ...more }))
  return messages
}

describe('a player without a socket', () => {
  it('is there, is told what to do, and says what became of it', async () => {
    const { player_id, token } = await pair('TV sin socket')
    expect((await playerOf(player_id)).online).toBe(false)
    expect(await look(token)).toEqual([expect.objectContaining({ type: 'welcome', player: expect.objectContaining({ player_id, name: 'TV sin socket' }) })])
    expect(await playerOf(player_id)).toMatchObject({ online: true, status: { clock_offset_ms: 12 } })
    const asked = await command(player_id, { command: 'set_volume', volume: 0.3 })
    const told = { type: 'command', command_id: asked.command_id, command: 'set_volume', volume: 0.3, by: 'editor person', expires_at: asked.expires_at }
    expect(await look(token)).toEqual([expect.objectContaining({ type: 'welcome', settings: expect.objectContaining({ volume: 0.3 }) }), told])
    // An answer that got lost: it is told again until it says what became of it.
    expect((await look(token))[1]).toEqual(told)
    const results = [{ type: 'command_result', command_id: asked.command_id, status: 'done' }]
    expect(await look(token, { results, volume: 0.5 })).toHaveLength(1)
    expect([(await read(player_id, asked.command_id)).status, (await playerOf(player_id)).volume]).toEqual(['done', 0.5])
  })

  it('stops what was to go on until somebody stops it', async () => {
    const { player_id, token } = await pair()
    await look(token)
    const { air_id } = await good(client.editor.post<AirResponse>('player/air', { audio_id: message.audio_id, targets: { players: [player_id] }, priority: 'emergency', until_stopped: true }))
    const player = bearerOf(server.url, token)
    const { items: [item] } = await good(player.get<z.infer<typeof PendingSchema>>('player/pending'))
    await good(player.post('player/plays', { reports: [{ type: 'play_started', play_id: item!.play_id, started_at: new Date().toISOString() }] }))
    expect(await look(token)).toHaveLength(1)
    await good(client.editor.post(`player/air/${air_id}/stop`))
    expect((await look(token))[1]).toEqual({ type: 'stop', play_id: item!.play_id, by: 'editor person' })
  })

  it('is told nothing while a socket speaks for it, and takes over where that has gone', async () => {
    const { player_id, token } = await pair()
    const television = await connect(token)
    expect(await look(token)).toEqual([])
    const asked = await command(player_id, { command: 'identify' })
    expect((await television.next('command')).command_id).toBe(asked.command_id)
    television.close()
    await expect.poll(async () => (await look(token)).length).toBe(2)
    const again = await connect(token)
    expect((await again.next('command')).command_id).toBe(asked.command_id)
    expect((await playerOf(player_id)).online).toBe(true)
  })
})

describe('a command', () => {
  it('reaches its player, and its result whoever asked for it', async () => {
    const { player_id, token } = await pair('TV Caja 3')
    const television = await connect(token)
    const page = await openSocket(`${server.url}/ws/dashboard`, { origin: server.url, cookie: client.viewer.headers.cookie! })
    const news: string[] = []
    page.addEventListener('message', ({ data }) => news.push(String(data)))
    const asked = await command(player_id, { command: 'screenshot' })
    expect(asked).toMatchObject({ player_id, command: 'screenshot', status: 'queued', requested_by_name: 'editor person', result: null })
    expect(await television.next('command')).toEqual({ type: 'command', command_id: asked.command_id, command: 'screenshot', by: 'editor person', expires_at: asked.expires_at })
    expect((await read(player_id, asked.command_id)).status).toBe('sent')
    const result = { connection: 'online', volume: 0.8 }
    television.send({ type: 'command_result', command_id: asked.command_id, status: 'done', result })
    await expect.poll(async () => (await read(player_id, asked.command_id)).status).toBe('done')
    television.send({ type: 'command_result', command_id: asked.command_id, status: 'failed', detail: 'again' })
    television.send({ type: 'ping', t: 1 })
    await television.next('pong')
    expect(await read(player_id, asked.command_id)).toMatchObject({ status: 'done', result, detail: null, ended_at: expect.any(String) })
    await expect.poll(() => news.filter(event => event.includes('command_changed') && event.includes(asked.command_id)).length).toBeGreaterThanOrEqual(3)
    page.close()
    const failing = await command(player_id, { command: 'clear_cache' })
    television.send({ type: 'command_result', command_id: (await television.next('command')).command_id, status: 'failed', detail: 'no space' })
    await expect.poll(async () => (await read(player_id, failing.command_id)).status).toBe('failed')
    const { items, total } = await good(client.viewer.get<{ items: PlayerCommand[], total: number }>(`player/players/${player_id}/commands?limit=1`))
    expect([items[0], total]).toEqual([await read(player_id, failing.command_id), 2])
  })

  it('waits for a player that is away until its time is over, and is sent again when it was not answered', async () => {
    const { player_id, token } = await pair()
    const late = await command(player_id, { command: 'identify', ttl_s: 5 })
    const waiting = await command(player_id, { command: 'identify', ttl_s: 300 })
    await new Promise(resolve => setTimeout(resolve, Date.parse(late.expires_at) - Date.now() + 100))
    const first = await connect(token)
    expect((await first.next('command')).command_id).toBe(waiting.command_id)
    expect((await read(player_id, late.command_id)).status).toBe('expired')
    first.close()
    await first.closed
    const again = await connect(token)
    expect((await again.next('command')).command_id).toBe(waiting.command_id)
    again.send({ type: 'command_result', command_id: waiting.command_id, status: 'done' })
    await expect.poll(async () => (await read(player_id, waiting.command_id)).status).toBe('done')
    expect(again.received.filter(({ type }) => type === 'command')).toHaveLength(1)
  })

  it('to reload is done by the page that comes back, and never asked for twice', async () => {
    const { player_id, token } = await pair()
    const first = await connect(token)
    const { command_id } = await command(player_id, { command: 'reload' })
    await first.next('command')
    first.close()
    await first.closed
    const again = await connect(token, { status: { started_at: new Date().toISOString() } })
    await expect.poll(async () => (await read(player_id, command_id)).status).toBe('done')
    expect(again.received.filter(({ type }) => type === 'command')).toEqual([])
  })

  it('changes volume and sound for good, also of players that are away', async () => {
    const { player_id, token } = await pair()
    await command(player_id, { command: 'set_volume', volume: 0.4 })
    await command(player_id, { command: 'mute' })
    expect(await playerOf(player_id)).toMatchObject({ volume: 0.4, muted: true, online: false, connected_at: null, confirms: false })
    const television = await connect(token)
    expect(television.received[0]).toMatchObject({ type: 'welcome', settings: { volume: 0.4, muted: true } })
    expect(await playerOf(player_id)).toMatchObject({ online: true, connected_at: expect.any(String), confirms: true, address: '127.0.0.1', status: { clock_offset_ms: 12, screen: STATUS.screen } })
    await command(player_id, { command: 'unmute' })
    expect((await playerOf(player_id)).muted).toBe(false)
    for (const body of [{ command: 'set_volume' }, { command: 'stop', volume: 1 }, { command: 'explode' }, { command: 'stop', ttl_s: 0 }]) {
      expect((await client.editor.post(`player/players/${player_id}/commands`, body)).status, JSON.stringify(body)).toBe(400)
    }
    expect((await client.viewer.post(`player/players/${player_id}/commands`, { command: 'stop' })).status).toBe(403)
  })

  it('goes to many at once, and to nobody of another client', async () => {
    const [a, b] = [await pair('A'), await pair('B')]
    const televisions = [await connect(a.token), await connect(b.token)]
    const { items } = await good(client.editor.post<{ items: PlayerCommand[] }>('player/commands', { command: 'stop_all', targets: { players: [a.player_id, b.player_id] } }))
    expect(items.map(item => item.player_id).sort()).toEqual([a.player_id, b.player_id].sort())
    for (const television of televisions) expect((await television.next('command')).command).toBe('stop_all')
    expect((await other.editor.post('player/commands', { command: 'stop_all', targets: { players: [a.player_id] } })).status).toBe(404)
    expect((await other.editor.get(`player/players/${a.player_id}/commands`)).status).toBe(404)
    // A result for somebody else's command changes nothing.
    const theirs = await command(a.player_id, { command: 'identify' })
    televisions[1]!.send({ type: 'command_result', command_id: theirs.command_id, status: 'done' })
    televisions[1]!.send({ type: 'ping', t: 1 })
    await televisions[1]!.next('pong')
    expect((await read(a.player_id, theirs.command_id)).status).toBe('sent')
  })

  it('is told to an older program in the words that it knows', async () => {
    const { player_id, token } = await pair()
    const television = await connect(token, { features: [] })
    await command(player_id, { command: 'set_volume', volume: 0.6 })
    await command(player_id, { command: 'mute' })
    await command(player_id, { command: 'unmute' })
    expect([(await television.next('set_volume')).volume, (await television.next('set_volume')).volume, (await television.next('set_volume')).volume]).toEqual([0.6, 0, 0.6])
    const { command_id } = await command(player_id, { command: 'stop' })
    expect(await television.next('stop')).toEqual({ type: 'stop', play_id: null, by: 'editor person' })
    await expect.poll(async () => await read(player_id, command_id)).toMatchObject({ status: 'done', detail: 'unconfirmed' })
    const picture = await command(player_id, { command: 'screenshot' })
    await expect.poll(async () => await read(player_id, picture.command_id)).toMatchObject({ status: 'failed', detail: 'unsupported' })
  })
})

describe('an emergency until it is stopped', () => {
  const air = (players: string[], more: object = {}) => client.editor.post<AirResponse>('player/air', { audio_id: message.audio_id, priority: 'emergency', on_busy: 'interrupt', until_stopped: true, targets: { players }, ...more })
  const stop = (air_id: string) => good(client.editor.post(`player/air/${air_id}/stop`))
  const onAir = async (air_id: string) => (await good(client.viewer.get<{ items: AirOn[] }>('player/air'))).items.find(item => item.air_id === air_id)
  const playsOf = async (air_id: string) => (await good(client.viewer.get<{ items: Play[] }>(`player/plays?air_id=${air_id}`))).items

  it('is heard until somebody stops it, and never by those that were away', async () => {
    const [here, away, back] = [await pair('Aquí'), await pair('Fuera'), await pair('Vuelve')]
    const [television, comesBack] = [await connect(here.token), await connect(back.token)]
    const { air_id } = await good(air([here.player_id, away.player_id, back.player_id]))
    const { item } = await television.next('air')
    expect(item).toMatchObject({ priority: 'emergency', until_stopped: true })
    const [started] = heard(item.play_id, 1000)
    television.send(started)
    await television.next('reported')
    const { item: theirs } = await comesBack.next('air')
    comesBack.send(heard(theirs.play_id, 1000)[0])
    await comesBack.next('reported')
    expect(await onAir(air_id)).toMatchObject({ title: 'Evacuación', requested_by_name: 'editor person', players: 3, playing: 2 })
    comesBack.close()
    await comesBack.closed
    await stop(air_id)
    expect(await television.next('stop')).toEqual({ type: 'stop', play_id: item.play_id, by: 'editor person' })
    expect(await onAir(air_id)).toBeUndefined()
    television.send({ ...heard(item.play_id, 9000)[1], repeats: 3 })
    await television.next('reported')
    const late = await connect(away.token)
    late.send({ type: 'ping', t: 1 })
    await late.next('pong')
    expect(late.received.filter(({ type }) => type === 'air')).toEqual([])
    // It went away with it on the air, and comes back.
    const returned = await connect(back.token)
    expect(await returned.next('stop')).toMatchObject({ play_id: theirs.play_id, by: 'editor person' })
    expect(returned.received.filter(({ type }) => type === 'air')).toEqual([])
    const plays = new Map((await playsOf(air_id)).map(play => [play.player_id, play]))
    expect(plays.get(here.player_id)).toMatchObject({ status: 'played' })
    expect(plays.get(away.player_id)).toMatchObject({ status: 'skipped', reason: 'stopped', reason_by: 'editor person' })
    await stop(air_id)
  })

  it('is on the air again at a player that lost it', async () => {
    const { player_id, token } = await pair()
    const first = await connect(token)
    const { air_id } = await good(air([player_id]))
    const { item } = await first.next('air')
    first.send(heard(item.play_id, 1000)[0])
    await first.next('reported')
    first.close()
    await first.closed
    const again = await connect(token)
    expect((await again.next('air')).item).toMatchObject({ play_id: item.play_id, until_stopped: true })
    await stop(air_id)
  })

  it('is no way to send anything else, and is nobody else\'s', async () => {
    const { player_id } = await pair()
    const refused = await air([player_id], { priority: 'live' })
    expect([refused.status, refused.error.code]).toEqual([422, 'until_stopped_refused'])
    const { air_id } = await good(air([player_id]))
    expect((await other.editor.post(`player/air/${air_id}/stop`)).status).toBe(404)
    expect((await client.viewer.post(`player/air/${air_id}/stop`)).status).toBe(403)
    expect(await onAir(air_id)).toBeDefined()
    await stop(air_id)
  })

  it('waits for a player that only asks for as long as it is on the air', async () => {
    const { player_id, http } = await pair()
    const { air_id } = await good(air([player_id]))
    const pending = async () => (await good(http.get<z.infer<typeof PendingSchema>>('player/pending'))).items
    const [item] = await pending()
    expect(item).toMatchObject({ until_stopped: true, priority: 'emergency' })
    await good(http.post('player/delivered', { play_ids: [item!.play_id] }))
    await good(http.post('player/plays', { reports: [heard(item!.play_id, 100)[0]] }))
    expect(await pending()).toMatchObject([{ play_id: item!.play_id }])
    await stop(air_id)
    expect(await pending()).toEqual([])
    const repeated = await good(client.editor.post<AirResponse>('player/air', { audio_id: message.audio_id, repeat: 3, targets: { players: [player_id] } }))
    expect(await pending()).toMatchObject([{ repeat: 3 }])
    await stop(repeated.air_id)
    expect(await pending()).toEqual([])
  })
})

describe('faults', () => {
  const aFault = (more: Partial<PlayerFault> = {}): PlayerFault => ({ fault_id: randomUUID(), kind: 'audio_stuck', detail: 'stood still for 6 s', at: new Date().toISOString(), recovery: null, recovered_at: null, ...more })
  const faultsOf = async (player_id: string) => (await good(client.viewer.get<{ items: PlayerFaultRow[] }>(`player/players/${player_id}/faults`))).items

  it('are noted once, by socket and by HTTP, and counted', async () => {
    const { player_id, token, http } = await pair()
    const television = await connect(token)
    const fault = aFault()
    for (let times = 0; times < 2; times++) {
      television.send({ type: 'fault', ...fault })
      expect(await television.next('noted')).toEqual({ type: 'noted', fault_id: fault.fault_id })
    }
    const recovered_at = new Date().toISOString()
    expect(await good(http.post('player/faults', { faults: [{ ...fault, recovery: 'next', recovered_at }, aFault({ kind: 'socket_silent' })] }))).toEqual({ noted: 2 })
    const faults = await faultsOf(player_id)
    expect(faults.map(row => row.kind).sort()).toEqual(['audio_stuck', 'socket_silent'])
    expect(faults.find(row => row.fault_id === fault.fault_id)).toMatchObject({ detail: fault.detail, recovery: 'next', recovered_at })
    expect((await playerOf(player_id)).faults_today).toBe(2)
    expect((await http.post('player/faults', { faults: [{ ...fault, kind: 'bored' }] })).status).toBe(400)
  })

  it('of one player are no business of another, nor of another client', async () => {
    const [a, b] = [await pair(), await pair()]
    const fault = aFault()
    await good(a.http.post('player/faults', { faults: [fault] }))
    await good(b.http.post('player/faults', { faults: [{ ...fault, recovery: 'mine now' }] }))
    expect(await faultsOf(a.player_id)).toMatchObject([{ recovery: null }])
    expect(await faultsOf(b.player_id)).toEqual([])
    expect((await other.viewer.get(`player/players/${a.player_id}/faults`)).status).toBe(404)
  })
})

describe('a television that comes back', () => {
  /** A model of which no other test has any. */
  const SET = USER_AGENT.replace('5.0)', '6.0)').replace('63.0.3239.84', '76.0.3809.146')
  const start = (body: object = { screen: { width: 1920, height: 1080 } }, from = '203.0.113.7', agent = SET) =>
    good(callerOf(server.url, { 'x-forwarded-for': from, 'user-agent': agent }).post<NewPairing>('player/pairings', body))
  const lookup = (code: string, who = client) => who.editor.post<PairingLookup>('player/pairings/lookup', { code })
  const approve = (body: object, who = client) => who.editor.post<Player>('player/pairings/approve', body)
  const tokenOf = ({ pairing_id, secret }: NewPairing) => good(bearerOf(server.url, secret).get<PairingState>(`player/pairings/${pairing_id}`))
  /** A paired set that was seen from there, and is off now. */
  async function offline(name: string, from = '203.0.113.7', status: Partial<PlayerStatus> = {}) {
    const paired = await pair(name)
    const socket = await openPlayer(server.url, paired.token, { hello: false, headers: { 'x-forwarded-for': from } })
    socket.send({ type: 'hello', protocol: 1, version: 'test', features: PLAYER_FEATURES, status: { ...STATUS, user_agent: SET, ...status } })
    await socket.next('welcome')
    socket.close()
    await expect.poll(async () => (await playerOf(paired.player_id)).online).toBe(false)
    return paired
  }

  it('is offered its old place, the likeliest first', async () => {
    const same = await offline('La misma')
    const elsewhere = await offline('Otra dirección', '198.51.100.9')
    await offline('Otro motor', '203.0.113.7', { user_agent: 'Mozilla/5.0 (Web0S) Chrome/79.0 Safari/537.36' })
    await offline('Otra pantalla', '198.51.100.10', { screen: { width: 1280, height: 720 } })
    const firmware = await offline('Otro firmware', '203.0.113.7', { user_agent: SET.replace('76.0.3809.146', '76.0.9999.1') })
    const on = await pair('Encendida')
    await connect(on.token)
    const pairing = await start()
    const found = await good(lookup(pairing.code))
    expect(found).toMatchObject({ address: '203.0.113.7', user_agent: SET, screen: '1920x1080' })
    expect(found.places.map(place => place.player_id)).toEqual([same.player_id, elsewhere.player_id, firmware.player_id])
    expect(found.places[0]).toMatchObject({ name: 'La misma', store_name: expect.stringContaining('Sol'), last_seen_at: expect.any(String), alike: ['set', 'engine', 'screen', 'address'] })
    expect((await good(lookup(pairing.code, other))).places).toEqual([])
    expect((await lookup('ZZZZZZZZ')).status).toBe(404)
    expect((await client.viewer.post('player/pairings/lookup', { code: pairing.code })).status).toBe(403)
  })

  it('takes it with name, store, volume and history, and the old token ends at once', async () => {
    const { player_id, token, http } = await pair('TV Caja')
    await good(client.editor.patch(`player/players/${player_id}`, { volume: 0.3 }))
    const old = await connect(token)
    const pairing = await start()
    expect((await approve({ code: pairing.code, player_id }, other)).status).toBe(404)
    expect((await approve({ code: pairing.code, player_id, name: 'Nueva' })).status).toBe(400)
    expect((await approve({ code: pairing.code })).status).toBe(400)
    expect(await good(approve({ code: pairing.code, player_id }))).toMatchObject({ player_id, name: 'TV Caja', volume: 0.3, store_id: client.store_id })
    await old.next('unpaired')
    expect(await old.closed).toBe(CLOSE_CODES.unpaired)
    expect((await http.get('player/pending')).status).toBe(401)
    const { token: renewed } = await tokenOf(pairing)
    const television = await connect(renewed!)
    expect(television.received[0]).toMatchObject({ type: 'welcome', player: { player_id, name: 'TV Caja' }, settings: { volume: 0.3 } })
    expect((await good(client.viewer.get<{ items: PlayerCommand[] }>(`player/players/${player_id}/commands`))).items[0]).toMatchObject({ command: 'set_volume', volume: 0.3 })
  })

  it('shares it with nobody: of two that ask at once, one gets it', async () => {
    const { player_id } = await pair('TV Caja')
    const pairings = [await start(), await start()]
    const answers = await Promise.all(pairings.map(({ code }) => approve({ code, player_id })))
    expect(answers.map(answer => answer.status).sort()).toEqual([201, 409])
    expect(answers.find(answer => answer.status === 409)!.error.code).toBe('place_taken')
    const once = await start()
    const twice = await Promise.all([1, 2].map(() => approve({ code: once.code, player_id })))
    expect(twice.map(answer => answer.status).sort()).toEqual([201, 409])
    // Who lost the place is not told a token that would not open anything.
    expect((await tokenOf(pairings[answers.findIndex(answer => answer.status === 201)]!)).status).toBe('expired')
  })

  it.each([[{}], [{ screen: 'huge' }], [{ screen: { width: -1 } }]])('gets its code whatever it says of itself: %j', async (body) => {
    const { code } = await start(body)
    expect((await good(lookup(code))).screen).toBeNull()
  })
})

/** What players of the first edition send: none of today's fields. Never edit: a page that was loaded last week speaks like this. */
const FIRST_EDITION = {
  hello: '{"type":"hello","protocol":1,"version":"1.0.0","status":{"sound":"unlocked","state":"idle","play_id":null,"position_ms":null,"volume":1,"clock_offset_ms":3.5,"queue_length":0,"user_agent":"Tizen","errors":[]}}',
  ping: '{"type":"ping","t":1763800000000}',
  ack: (play_id: string) => `{"type":"ack","play_id":"${play_id}"}`,
  started: (play_id: string, at: string) => `{"type":"play_started","play_id":"${play_id}","started_at":"${at}"}`,
  ended: (play_id: string, at: string) => `{"type":"play_ended","play_id":"${play_id}","started_at":"${at}","ended_at":"${at}","heard_ms":1000,"level_db":null}`,
  skipped: (play_id: string, at: string) => `{"type":"play_skipped","play_id":"${play_id}","reason":"stopped","at":"${at}"}`,
  status: '{"type":"status","status":{"sound":"locked","state":"idle","play_id":null,"position_ms":null,"volume":1,"clock_offset_ms":null,"queue_length":0,"user_agent":"Tizen","errors":["x"]}}',
  volume: '{"type":"volume_changed","volume":0.5}',
}
/** What it knows; anything else is nothing to it. */
const FIRST_KNOWN: ServerToPlayer['type'][] = ['welcome', 'pong', 'programme', 'air', 'stop', 'set_volume', 'reload', 'identify', 'unpaired', 'reported', 'error']

describe('the protocol', () => {
  it('serves a page that was loaded last week, from the first message to the last', async () => {
    const { player_id, token } = await pair()
    const old = await openPlayer(server.url, token, { hello: false })
    open.push(old)
    old.sendText(FIRST_EDITION.hello)
    expect((await old.next('welcome')).settings).toMatchObject({ volume: 1, heartbeat_interval_ms: expect.any(Number) })
    await old.next('programme')
    old.sendText(FIRST_EDITION.ping)
    expect((await old.next('pong')).t).toBe(1763800000000)
    const air = (more: object = {}) => good(client.editor.post<AirResponse>('player/air', { audio_id: message.audio_id, targets: { players: [player_id] }, ...more }))
    const now = () => new Date().toISOString()
    const { air_id } = await air()
    const { item } = await old.next('air')
    old.sendText(FIRST_EDITION.ack(item.play_id))
    old.sendText(FIRST_EDITION.started(item.play_id, now()))
    old.sendText(FIRST_EDITION.ended(item.play_id, now()))
    expect([(await old.next('reported')).report, (await old.next('reported')).report]).toEqual(['play_started', 'play_ended'])
    const emergency = await air({ priority: 'emergency', until_stopped: true })
    const { item: second } = await old.next('air')
    await good(client.editor.post(`player/air/${emergency.air_id}/stop`))
    expect((await old.next('stop')).play_id).toBe(second.play_id)
    old.sendText(FIRST_EDITION.skipped(second.play_id, now()))
    await old.next('reported')
    old.sendText(FIRST_EDITION.status)
    old.sendText(FIRST_EDITION.volume)
    await expect.poll(async () => (await playerOf(player_id)).volume).toBe(0.5)
    await expect.poll(async () => (await playerOf(player_id)).sound, { timeout: 5_000 }).toBe('locked')
    for (const name of ['reload', 'identify'] as const) {
      await command(player_id, { command: name })
      await old.next(name)
    }
    expect((await good(client.viewer.get<{ items: Play[] }>(`player/plays?air_id=${air_id}`))).items).toMatchObject([{ status: 'played' }])
    await good(client.editor.delete(`player/players/${player_id}`))
    await old.next('unpaired')
    expect(old.received.filter(({ type }) => !FIRST_KNOWN.includes(type) || type === 'error')).toEqual([])
  })

  it('refuses a newer one clearly, ignores what it does not know, and counts what does not fit', async () => {
    const { player_id, token } = await pair()
    const newer = await openPlayer(server.url, token, { hello: false })
    open.push(newer)
    newer.send({ type: 'hello', protocol: 2, version: '9' })
    expect(await newer.next('error')).toMatchObject({ code: 'protocol_unsupported', message: expect.stringContaining('protocol 1') })
    const television = await connect(token)
    television.send({ type: 'juggle', balls: 3 })
    television.send({ type: 'ack', play_id: 'x' })
    expect(await television.next('error')).toMatchObject({ code: 'bad_message' })
    expect(television.received.filter(({ type }) => type === 'error')).toHaveLength(1)
    await expect.poll(() => server.logs().split('\n').filter(line => line.includes('bad message') && line.includes(player_id) && line.includes('"count":1')).length).toBe(1)
  })
})
