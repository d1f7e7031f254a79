import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CLOSE_CODES, type PlayReport } from '../../shared/protocol'
import type { GenerateResponse, Message } from '../../shared/schemas/audio'
import type { Store } from '../../shared/schemas/client'
import type { AirRequest, AirResponse, NewPairing, PairingState, Play, Player } from '../../shared/schemas/player'
import { wallClockOf } from '../../shared/utils/utc-offset'
import { addClient, ADMIN_ENV, bearerOf, callerOf, cookiesOf, good, makeMessage, pairPlayer, signIn, type Caller, type TestClient } from '../fixtures/api'
import { hasPostgres, startPostgres, type TestPostgres } from '../fixtures/postgres'
import { heard, openPlayer, openSocket, upgrade, type PlayerSocket } from '../fixtures/sockets'
import { startServer, type TestServer } from '../fixtures/server'

/** One suite, on one server with the embedded database; and on two servers that share a Postgres. */
interface House {
  /** Where people work. */
  server: TestServer
  /** Where the televisions are connected: another instance, if there are two. */
  televisions: TestServer
  client: TestClient
  message: GenerateResponse
}

const open: PlayerSocket[] = []
const connect = async (...args: Parameters<typeof openPlayer>) => {
  const socket = await openPlayer(...args)
  open.push(socket)
  return socket
}
afterEach(() => open.splice(0).forEach(socket => socket.close()))

async function furnish(server: TestServer, televisions = server): Promise<House> {
  const client = await addClient(server.url, await signIn(server.url), 'Supermercado Sol')
  return { server, televisions, client, message: await makeMessage(client.editor, client.voice_id, 'Hola a todos.', { title: 'Saludo' }) }
}

const airIn = (client: TestClient, audio_id: string, more: Partial<AirRequest> = {}, headers?: Record<string, string>) =>
  client.editor.post<AirResponse>('player/air', { audio_id, ...more }, headers)
const playsOf = async ({ viewer }: TestClient, air_id: string) => (await good(viewer.get<{ items: Play[] }>(`player/plays?air_id=${air_id}`))).items
const playerOf = async ({ viewer }: TestClient, player_id: string) => (await good(viewer.get<{ items: Player[] }>('player/players'))).items.find(player => player.player_id === player_id)!

function live(use: () => House) {
  const pair = (name?: string) => pairPlayer(use().server.url, use().client.editor, { name, store_id: use().client.store_id })
  const only = (player_id: string) => ({ targets: { players: [player_id] } })
  const air = (more: Partial<AirRequest> = {}, headers?: Record<string, string>) => good(airIn(use().client, use().message.audio_id, more, headers))

  it('brings a message to the store and the news back to who sent it', async () => {
    const { client, message, televisions } = use()
    const { player_id, token } = await pair('TV Caja 3')
    const television = await connect(televisions.url, token)
    const page = await openSocket(`${use().server.url}/ws/dashboard`, { origin: use().server.url, cookie: client.viewer.headers.cookie! })
    const news: string[] = []
    page.addEventListener('message', ({ data }) => news.push(String(data)))
    const sent = await air(only(player_id))
    expect(sent).toMatchObject({ players: 1, air_id: expect.any(String) })
    const { item } = await television.next('air')
    expect(item).toMatchObject({ audio_id: message.audio_id, sha256: message.sha256, url: message.audio_url, duration_ms: message.duration_ms, title: 'Saludo', text: 'Hola a todos.', priority: 'live', on_busy: 'after_current', expires_at: sent.expires_at })
    expect(await playsOf(client, sent.air_id)).toMatchObject([{ play_id: item.play_id, status: 'pending', player_name: 'TV Caja 3', requested_by_name: 'editor person' }])

    television.send({ type: 'ack', play_id: item.play_id })
    await expect.poll(async () => (await playsOf(client, sent.air_id))[0]!.status).toBe('delivered')
    const [started, ended] = heard(item.play_id, message.duration_ms)
    television.send(started)
    expect(await television.next('reported')).toEqual({ type: 'reported', play_id: item.play_id, report: 'play_started' })
    expect((await playsOf(client, sent.air_id))[0]).toMatchObject({ status: 'playing', started_at: new Date((started as { started_at: string }).started_at).toISOString() })
    expect((await playerOf(client, player_id)).now_title).toBe('Saludo')
    television.send(ended)
    expect(await television.next('reported')).toMatchObject({ report: 'play_ended' })
    const [play] = await playsOf(client, sent.air_id)
    expect(play).toMatchObject({ status: 'played', player_id, player_name: 'TV Caja 3', store_name: expect.stringContaining('Supermercado Sol'), title: 'Saludo', heard_ms: message.duration_ms, level_db: -19.5, reason: null })
    expect(Date.parse(play!.ended_at!)).toBeGreaterThanOrEqual(Date.parse(play!.started_at!))
    expect((await playerOf(client, player_id)).now_title).toBeNull()
    expect((await good(client.viewer.get<Message>(`library/${message.audio_id}`))).last_aired_at).not.toBeNull()
    await expect.poll(() => news.filter(event => event.includes(sent.air_id)).length).toBeGreaterThanOrEqual(3)
    page.close()
  })

  it('changes nothing when the same is reported again, late or in the wrong order', async () => {
    const { client, message, televisions } = use()
    const { player_id, token } = await pair()
    const television = await connect(televisions.url, token)
    const { air_id } = await air(only(player_id))
    const { item } = await television.next('air')
    const [started, ended] = heard(item.play_id, message.duration_ms)
    for (const report of [started, started, ended]) television.send(report)
    for (let times = 0; times < 3; times++) await television.next('reported')
    const before = await playsOf(client, air_id)
    const skipped: PlayReport = { type: 'play_skipped', play_id: item.play_id, reason: 'stopped', at: new Date().toISOString() }
    for (const report of [ended, started, skipped, { type: 'ack', play_id: item.play_id }]) television.send(report)
    for (let times = 0; times < 3; times++) await television.next('reported')
    expect(await playsOf(client, air_id)).toEqual(before)
    expect(before[0]!.status).toBe('played')
  })

  it('says why a message was not heard', async () => {
    const { client, televisions } = use()
    const { player_id, token } = await pair()
    const television = await connect(televisions.url, token)
    const { air_id } = await air(only(player_id))
    const { item } = await television.next('air')
    television.send({ type: 'play_skipped', play_id: item.play_id, reason: 'autoplay_blocked', at: new Date().toISOString() })
    await television.next('reported')
    expect(await playsOf(client, air_id)).toMatchObject([{ status: 'skipped', reason: 'autoplay_blocked' }])
  })

  it('sends once what is asked for twice with the same key', async () => {
    const { client, message, televisions } = use()
    const { player_id, token } = await pair()
    const television = await connect(televisions.url, token)
    const key = { 'idempotency-key': randomUUID() }
    const answers = await Promise.all([1, 2, 3].map(() => air(only(player_id), key)))
    expect(new Set(answers.map(answer => answer.air_id)).size).toBe(1)
    expect(await air(only(player_id), key)).toEqual(answers[0])
    await television.next('air')
    const after = await air({ ...only(player_id), priority: 'emergency' })
    expect((await television.next('air')).item.priority).toBe('emergency')
    expect(television.received.filter(received => received.type === 'air')).toHaveLength(2)
    expect(await playsOf(client, answers[0]!.air_id)).toHaveLength(1)
    expect(after.air_id).not.toBe(answers[0]!.air_id)
    const other = await airIn(client, message.audio_id, { ...only(player_id), priority: 'emergency' }, key)
    expect([other.status, other.error.code]).toEqual([409, 'idempotency_mismatch'])
  })

  it('waits for a television that is away, in order, and not for ever', async () => {
    const { client, televisions } = use()
    const { player_id, token } = await pair()
    const sent = [await air(only(player_id)), await air({ ...only(player_id), priority: 'emergency' })]
    const short = await air({ ...only(player_id), expires_in_s: 10 })
    const television = await connect(televisions.url, token)
    const items = [await television.next('air'), await television.next('air'), await television.next('air')].map(({ item }) => item)
    expect(items.map(item => item.priority)).toEqual(['live', 'emergency', 'live'])
    television.send({ type: 'ack', play_id: items[0]!.play_id })
    await expect.poll(async () => (await playsOf(client, sent[0]!.air_id))[0]!.status).toBe('delivered')
    television.close()
    await television.closed
    await new Promise(resolve => setTimeout(resolve, Math.max(0, Date.parse(short.expires_at) - Date.now() + 50)))
    // A television that lost its queue gets what it said that it holds once more; what is too old it does not get.
    const again = await connect(televisions.url, token)
    expect([await again.next('air'), await again.next('air')].map(({ item }) => item.play_id)).toEqual(items.slice(0, 2).map(item => item.play_id))
    again.send({ type: 'ping', t: 1 })
    await again.next('pong')
    expect(again.received.filter(received => received.type === 'air')).toHaveLength(2)
  })

  it('is one socket for each television: the older one is told that it was replaced', async () => {
    const { client, televisions, server } = use()
    const { player_id, token } = await pair()
    const first = await connect(televisions.url, token)
    const second = await connect(server.url, token)
    expect(await first.closed).toBe(CLOSE_CODES.replaced)
    expect((await playerOf(client, player_id)).online).toBe(true)
    await air(only(player_id))
    await second.next('air')
    expect(first.received.filter(received => received.type === 'air')).toEqual([])
    second.close()
    await expect.poll(async () => (await playerOf(client, player_id)).online).toBe(false)
  })

  it('obeys: volume, stop, reload, identify', async () => {
    const { client, televisions } = use()
    const { player_id, token } = await pair()
    const television = await connect(televisions.url, token)
    await good(client.editor.patch(`player/players/${player_id}`, { volume: 0.35, name: 'TV Entrada' }))
    expect(await television.next('set_volume')).toEqual({ type: 'set_volume', volume: 0.35 })
    for (const command of ['stop', 'reload', 'identify'] as const) {
      await good(client.editor.post(`player/players/${player_id}/commands`, { command }))
      await television.next(command)
    }
    expect((await client.editor.post(`player/players/${player_id}/commands`, { command: 'explode' })).status).toBe(400)
    const again = await connect(televisions.url, token)
    expect(again.received[0]).toMatchObject({ type: 'welcome', settings: { volume: 0.35 }, player: { name: 'TV Entrada' } })
  })

  it('takes the volume that somebody chose at the television', async () => {
    const { client, televisions } = use()
    const { player_id, token } = await pair()
    const television = await connect(televisions.url, token)
    television.send({ type: 'volume_changed', volume: 0.55 })
    await expect.poll(async () => (await playerOf(client, player_id)).volume).toBe(0.55)
    const again = await connect(televisions.url, token)
    expect(again.received[0]).toMatchObject({ type: 'welcome', settings: { volume: 0.55 } })
  })

  it('tells how the clocks of its store run', async () => {
    const { televisions } = use()
    const { token, http } = await pair()
    const { received } = await connect(televisions.url, token)
    const expected = { wall_clock: wallClockOf('Europe/Madrid', Date.now()) }
    expect(received[0]).toMatchObject({ type: 'welcome', player: { time_zone: 'Europe/Madrid' }, settings: expected })
    expect(await good(http.get('player/programme'))).toMatchObject({ settings: expected })
  })

  it('ends at once when the television is unpaired', async () => {
    const { client, televisions } = use()
    const { player_id, token, http } = await pair()
    const television = await connect(televisions.url, token)
    const { air_id } = await air(only(player_id))
    await television.next('air')
    await good(client.editor.delete(`player/players/${player_id}`))
    await television.next('unpaired')
    expect(await television.closed).toBe(CLOSE_CODES.unpaired)
    const refused = await http.get('player/pending')
    expect([refused.status, refused.error.code]).toEqual([401, 'player_unpaired'])
    expect((await upgrade(televisions.url, `/ws/player?token=${token}`)).status).toBe(401)
    expect(await playerOf(client, player_id)).toBeUndefined()
    expect(await playsOf(client, air_id)).toMatchObject([{ status: 'skipped', reason: 'unpaired', player_id: null }])
  })

  it('goes to one television, to stores, or to all, each once', async () => {
    const { client } = use()
    const north = await good(client.editor.post<Store>('client/stores', { name: 'Norte', time_zone: 'Europe/Madrid' }))
    const [a, b] = [await pairPlayer(use().server.url, client.editor, { name: 'A', store_id: north.store_id }), await pair('B')]
    const everywhere = (await good(client.viewer.get<{ items: Player[] }>('player/players'))).items.length
    expect(await air()).toMatchObject({ players: everywhere })
    expect(await air({ targets: { stores: [north.store_id, north.store_id] } })).toMatchObject({ players: 1 })
    expect(await air({ targets: { players: [a.player_id, b.player_id, a.player_id] } })).toMatchObject({ players: 2 })
    const empty = await good(client.editor.post<Store>('client/stores', { name: 'Vacía', time_zone: 'Europe/Madrid' }))
    const nobody = await airIn(client, use().message.audio_id, { targets: { stores: [empty.store_id] } })
    expect([nobody.status, nobody.error.code]).toEqual([422, 'no_players'])
    for (const targets of [{ stores: [] }, { everywhere: true }, { stores: [north.store_id], players: [a.player_id] }, 'all']) expect((await client.editor.post('player/air', { audio_id: use().message.audio_id, targets })).status, JSON.stringify(targets)).toBe(400)
    const busy = await client.editor.delete(`client/stores/${north.store_id}`)
    expect([busy.status, busy.error.code]).toEqual([409, 'store_has_players'])
  })
}

describe('on the embedded database', () => {
  let house: House
  beforeAll(async () => {
    house = await furnish(await startServer(ADMIN_ENV))
  }, 180_000)
  afterAll(async () => {
    await house.server.stop()
    expect(house.server.logs().split('\n').filter(line => line.includes('"level":"error"'))).toEqual([])
  })

  describe('a live message', () => live(() => house))

  describe('pairing', () => {
    let television: Caller
    const start = () => good(television.post<NewPairing>('player/pairings'))
    const approve = (code: string) => house.client.editor.post<Player>('player/pairings/approve', { code, name: 'TV', store_id: house.client.store_id })
    beforeAll(() => {
      television = callerOf(house.server.url)
    })

    it('gives a code for the screen and a secret for itself', async () => {
      const pairing = await start()
      expect(pairing.code).toMatch(/^[A-HJKMNP-Z2-9]{8}$/)
      expect(pairing.secret.length).toBeGreaterThanOrEqual(43)
      expect(Date.parse(pairing.expires_at) - Date.now()).toBeGreaterThan(590_000)
      expect(await good(bearerOf(house.server.url, pairing.secret).get(`player/pairings/${pairing.pairing_id}`))).toEqual({ status: 'pending' })
    })

    it('tells a television its token as often as it asks, and nobody else', async () => {
      const { pairing_id, code, secret } = await start()
      await good(approve(`${code.slice(0, 4).toLowerCase()}-${code.slice(4)}`))
      const [first, second] = [1, 2].map(() => good(bearerOf(house.server.url, secret).get<PairingState>(`player/pairings/${pairing_id}`)))
      expect(await first).toEqual({ status: 'approved', token: expect.stringMatching(/^mfp_[\w-]{43}$/) })
      expect(await second).toEqual(await first)
      for (const wrong of ['wrong', (await start()).secret]) expect((await bearerOf(house.server.url, wrong).get(`player/pairings/${pairing_id}`)).status).toBe(404)
      expect((await callerOf(house.server.url).get(`player/pairings/${pairing_id}`)).status).toBe(401)
    })

    it('makes one player of one code, however many people type it', async () => {
      const { code } = await start()
      const answers = await Promise.all([1, 2, 3].map(() => approve(code)))
      expect(answers.map(answer => answer.status).sort()).toEqual([201, 409, 409])
      expect((await approve(code)).error.code).toBe('pairing_code_used')
    })

    it.each([['ZZZZZZZZ', 404], ['short', 400], ['OOOO-1111', 400], ['', 400]])('does not know the code %s', async (code, status) => {
      expect((await approve(code)).status).toBe(status)
    })
  })

  describe('a player without a socket', () => {
    it('fetches what waits, says what it holds, and reports what it did', async () => {
      const { client, message, server } = house
      const { player_id, http } = await pairPlayer(server.url, client.editor, { store_id: client.store_id })
      const { air_id } = await good(airIn(client, message.audio_id, { targets: { players: [player_id] } }))
      const { items, server_time } = await good(http.get<{ items: { play_id: string, sha256: string }[], server_time: string }>('player/pending'))
      expect(Math.abs(Date.parse(server_time) - Date.now())).toBeLessThan(10_000)
      expect(items).toMatchObject([{ sha256: message.sha256, title: 'Saludo' }])
      const { play_id } = items[0]!
      await good(http.post('player/delivered', { play_ids: [play_id] }))
      expect((await playsOf(client, air_id))[0]!.status).toBe('delivered')
      const reports = heard(play_id, message.duration_ms)
      expect(await good(http.post('player/plays', { reports }))).toEqual({ recorded: 2, unknown: 0 })
      expect(await good(http.post('player/plays', { reports: [...reports, ...heard(randomUUID(), 5)] }))).toEqual({ recorded: 2, unknown: 2 })
      expect((await playsOf(client, air_id))[0]).toMatchObject({ status: 'played', heard_ms: message.duration_ms })
      expect(await good(http.get('player/pending'))).toMatchObject({ items: [] })
      expect((await http.fetch(message.audio_url)).status).toBe(200)
    })

    it('is not told the same programme twice', async () => {
      const { http } = await pairPlayer(house.server.url, house.client.editor, { store_id: house.client.store_id })
      const first = await http.get('player/programme')
      expect(first.body).toMatchObject({ version: expect.any(String), items: [], music: [] })
      const again = await http.get('player/programme', { 'if-none-match': first.headers.get('etag')! })
      expect([again.status, again.text]).toEqual([304, ''])
    })

    it('sends nothing that is no report', async () => {
      const { http } = await pairPlayer(house.server.url, house.client.editor, { store_id: house.client.store_id })
      const started_at = new Date().toISOString()
      for (const reports of [[{ type: 'play_started', play_id: 'x', started_at }], [{ type: 'play_exploded', play_id: randomUUID() }], [{ type: 'play_skipped', play_id: randomUUID(), reason: 'bored', at: started_at }], {}, Array.from({ length: 501 }, () => heard(randomUUID(), 1)[0])]) {
        expect((await http.post('player/plays', { reports })).status).toBe(400)
      }
    })
  })
})

describe.skipIf(!hasPostgres)('two servers on one PostgreSQL (needs a PostgreSQL server on this machine)', () => {
  let database: TestPostgres
  let house: House
  let files: string
  beforeAll(async () => {
    database = await startPostgres()
    const server = await startServer({ ...ADMIN_ENV, DATABASE_URL: database.url, AUTH_SECRET: 'a secret that both instances share' })
    files = `${server.dir}/files`
    house = await furnish(server, await startServer({ DATABASE_URL: database.url, STORAGE_PATH: files, AUTH_SECRET: 'a secret that both instances share' }))
  }, 240_000)
  afterAll(async () => {
    await house.televisions.stop()
    await house.server.stop()
    await database.stop()
  })

  describe('a live message, sent on one and delivered by the other', () => live(() => house))

  it('share sessions, sounds and set-up', async () => {
    const answer = await callerOf(house.televisions.url, { cookie: house.client.viewer.headers.cookie! }).get<{ total: number }>('library')
    expect(answer.body.total).toBe(1)
    expect((await callerOf(house.televisions.url, { cookie: house.client.viewer.headers.cookie! }).fetch(house.message.audio_url)).status).toBe(200)
    expect(cookiesOf(answer.headers)).toBe('')
  })

  it('do not approve a code that has run out, and say so to the television', async () => {
    const sql = postgres(database.url, { max: 1 })
    const television = callerOf(house.server.url)
    const { pairing_id, code, secret } = await good(television.post<NewPairing>('player/pairings'))
    await sql`update pairing set expires_at = now() - interval '1 second' where pairing_id = ${pairing_id}`
    const answer = await house.client.editor.post('player/pairings/approve', { code, name: 'TV', store_id: house.client.store_id })
    expect([answer.status, answer.error.code]).toEqual([422, 'pairing_code_expired'])
    expect(await good(bearerOf(house.server.url, secret).get(`player/pairings/${pairing_id}`))).toEqual({ status: 'expired' })
    await sql.end()
  })

  it('do not accept an invitation that has run out', async () => {
    const sql = postgres(database.url, { max: 1 })
    const { invitation_id } = await good(house.client.owner.post<{ invitation_id: string }>('client/invitations', { email: 'late@mediaflow.test', role: 'viewer' }))
    await sql`update invitation set "expiresAt" = now() - interval '1 second' where id = ${invitation_id}`
    expect((await callerOf(house.server.url).get(`client/invitations/${invitation_id}`)).status).toBe(404)
    expect((await callerOf(house.server.url).post(`client/invitations/${invitation_id}/accept`, { name: 'Tarde', password: 'una clave muy larga' })).status).toBe(404)
    await sql.end()
  })

  it('bring a television that lost its server back to the other one, and nothing twice', async () => {
    const { client, message, server, televisions } = house
    const { player_id, token } = await pairPlayer(server.url, client.editor, { store_id: client.store_id })
    const first = await connect(televisions.url, token)
    const sent = await good(airIn(client, message.audio_id, { targets: { players: [player_id] } }))
    const { item } = await first.next('air')
    for (const report of heard(item.play_id, message.duration_ms)) first.send(report)
    await first.next('reported')
    await first.next('reported')
    await televisions.kill()
    const missed = await good(airIn(client, message.audio_id, { targets: { players: [player_id] } }))
    const second = await connect(server.url, token)
    const { item: next } = await second.next('air')
    expect((await playsOf(client, missed.air_id))[0]!.play_id).toBe(next.play_id)
    expect((await playsOf(client, sent.air_id))[0]!.status).toBe('played')
    expect(second.received.filter(received => received.type === 'air')).toHaveLength(1)
  })
})
