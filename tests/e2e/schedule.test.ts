import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { PlayReport, Programme, ProgrammeItem } from '../../shared/protocol'
import type { GenerateResponse } from '../../shared/schemas/audio'
import type { Store, StoreGroup } from '../../shared/schemas/client'
import type { MessageUsage } from '../../shared/schemas/library'
import type { Play } from '../../shared/schemas/player'
import type { NewSchedule, OccurrenceList, Schedule } from '../../shared/schemas/schedule'
import { addClient, ADMIN_ENV, good, makeMessage, pairPlayer, signIn, type TestClient } from '../fixtures/api'
import { hasPostgres, startPostgres, type TestPostgres } from '../fixtures/postgres'
import { openPlayer, openSocket, type PlayerSocket } from '../fixtures/sockets'
import { startServer, type TestServer } from '../fixtures/server'

/** How soon a change must have reached a connected player, ms. */
const SOON_MS = 2_000
const HOUR = 3_600_000

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
  return { server, televisions, client, message: await makeMessage(client.editor, client.voice_id, 'Hola a todos.', { title: 'Cierre' }) }
}

/** A local time in UTC, so long from now, to the second. */
const localTime = (in_ms: number) => new Date(Date.now() + in_ms).toISOString().slice(0, 19)

const occurrenceOf = ({ schedule_id, due_at, audio_id }: ProgrammeItem) => ({ schedule_id, due_at, audio_id })

function heardFrom(item: ProgrammeItem): [started: PlayReport, ended: PlayReport] {
  const started_at = new Date(Date.now() - item.duration_ms).toISOString()
  const about = { play_id: item.play_id, occurrence: occurrenceOf(item), started_at }
  return [{ type: 'play_started', ...about }, { type: 'play_ended', ...about, ended_at: new Date().toISOString(), heard_ms: item.duration_ms, level_db: -20 }]
}

function suite(use: () => House) {
  const addSchedule = (more: Partial<NewSchedule> = {}) => good(use().client.editor.post<Schedule>('schedule', { audio_id: use().message.audio_id, kind: 'once', at: localTime(HOUR), time_zone: 'UTC', ...more }))
  const addStore = async (name = 'Norte') => (await good(use().client.editor.post<Store>('client/stores', { name, time_zone: 'Europe/Madrid' }))).store_id
  /** A television in a store of its own, which nothing of the other tests is meant for. */
  async function furnishStore() {
    const store_id = await addStore()
    const paired = await pairPlayer(use().server.url, use().client.editor, { store_id })
    return { store_id, ...paired, targets: { stores: [store_id] } }
  }
  const playsOf = async (schedule_id: string) => (await good(use().client.viewer.get<{ items: Play[] }>(`player/plays?schedule_id=${schedule_id}`))).items

  it('is with its players at once, and so is every change of it and of what it airs', async () => {
    const { client } = use()
    const { editor } = client
    const { store_id, token, targets } = await furnishStore()
    const other = await furnishStore()
    const [television, elsewhere] = [await connect(use().televisions.url, token), await connect(use().televisions.url, other.token)]
    const next = async () => (await television.next('programme', SOON_MS)).programme
    expect((await next()).items).toEqual([])
    const { audio_id } = await makeMessage(editor, client.voice_id, 'Cerramos en cinco minutos.', { title: 'Últimos minutos' })

    const { schedule_id } = await addSchedule({ audio_id, targets })
    const { items } = await next()
    expect(items).toMatchObject([{ schedule_id, audio_id, title: 'Últimos minutos', text: 'Cerramos en cinco minutos.', priority: 'scheduled', on_busy: 'after_current', grace_s: 120 }])
    await good(editor.patch(`schedule/${schedule_id}`, { at: localTime(2 * HOUR) }))
    const moved = await next()
    expect(moved.items).toHaveLength(1)
    expect(moved.items[0]!.play_id).not.toBe(items[0]!.play_id)
    await good(editor.patch(`library/${audio_id}`, { title: 'Cinco minutos' }))
    expect((await next()).items).toMatchObject([{ title: 'Cinco minutos' }])
    await good(editor.patch(`library/${audio_id}`, { valid_until: new Date(Date.now() + HOUR).toISOString() }))
    expect((await next()).items).toEqual([])
    await good(editor.patch(`library/${audio_id}`, { valid_until: null }))
    expect((await next()).items).toHaveLength(1)
    await good(editor.delete(`library/${audio_id}?force=true`))
    expect((await next()).items).toEqual([])
    await good(editor.patch(`library/${audio_id}`, { deleted_at: null }))
    expect((await next()).items).toHaveLength(1)
    await good(editor.patch(`schedule/${schedule_id}`, { enabled: false }))
    expect((await next()).items).toEqual([])
    await good(editor.patch(`schedule/${schedule_id}`, { enabled: true, time_zone: null }))
    const [local] = (await next()).items
    await good(editor.patch(`client/stores/${store_id}`, { time_zone: 'Atlantic/Canary' }))
    const [later] = (await next()).items
    expect(Date.parse(later!.due_at) - Date.parse(local!.due_at)).toBe(HOUR)
    // One of many at once, one occurrence, an earlier version, the store's hours, limits and holidays, its groups.
    await good(editor.post('schedule/bulk', { schedule_ids: [schedule_id], act: 'pause' }))
    expect((await next()).items).toEqual([])
    await good(editor.post('schedule/bulk', { schedule_ids: [schedule_id], act: 'resume' }))
    expect((await next()).items).toHaveLength(1)
    const before = await good(editor.get<Schedule>(`schedule/${schedule_id}`))
    const moved_on = localTime(4 * HOUR)
    await good(editor.post(`schedule/${schedule_id}/split`, { scope: 'this', due_at: later!.due_at, store_id, patch: { at: moved_on, time_zone: 'UTC' } }))
    expect((await next()).items).toMatchObject([{ due_at: `${moved_on}.000Z` }])
    await good(editor.post(`schedule/${schedule_id}/revert`, { to_version: before.version }))
    expect((await next()).items[0]!.due_at).toBe(later!.due_at)
    await good(editor.patch(`client/stores/${store_id}`, { limits: { quiet: [{ name: 'Silencio', weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '23:59' }], move_up_to_minutes: 0 } }))
    expect((await next()).items).toEqual([])
    await good(editor.patch(`client/stores/${store_id}`, { limits: null }))
    expect((await next()).items).toHaveLength(1)
    const { group_id } = await good(editor.post<StoreGroup>('client/groups', { name: `Costa ${store_id}`, store_ids: [] }))
    await good(editor.patch(`schedule/${schedule_id}`, { targets: { groups: [group_id] } }))
    expect((await next()).items).toEqual([])
    await good(editor.patch(`client/groups/${group_id}`, { store_ids: [store_id] }))
    expect((await next()).items).toHaveLength(1)
    await good(editor.delete(`schedule/${schedule_id}`))
    expect((await next()).items).toEqual([])
    // The other store was never bothered.
    expect(elsewhere.received.filter(message => message.type === 'programme')).toHaveLength(1)
  })

  it('goes with a television that is moved to another store', async () => {
    const { player_id, token } = await furnishStore()
    const other_store = await addStore()
    const { schedule_id } = await addSchedule({ targets: { stores: [other_store] } })
    const television = await connect(use().televisions.url, token)
    expect((await television.next('programme')).programme.items).toEqual([])
    await good(use().client.editor.patch(`player/players/${player_id}`, { store_id: other_store }))
    expect((await television.next('programme', SOON_MS)).programme.items).toMatchObject([{ schedule_id }])
  })

  it('is told once: who comes back with the same programme gets none', async () => {
    const { token, http, targets } = await furnishStore()
    await addSchedule({ targets })
    const { version } = await good(http.get<Programme>('player/programme'))
    const again = await connect(use().televisions.url, token, { hello: false })
    again.send({ type: 'hello', protocol: 1, version: 'test', programme_version: version })
    // Answered after everything that the hello asked for.
    again.send({ type: 'play_skipped', play_id: randomUUID(), reason: 'muted', at: new Date().toISOString() })
    await again.next('reported')
    expect(again.received.map(message => message.type)).toEqual(['welcome', 'error', 'reported'])
    const older = await connect(use().televisions.url, token, { hello: false })
    older.send({ type: 'hello', protocol: 1, version: 'test', programme_version: 'an older one' })
    expect((await older.next('programme')).programme.version).toBe(version)
  })

  it('is the same by HTTP, and answered 304 until it changes', async () => {
    const { token, http, targets } = await furnishStore()
    const { schedule_id } = await addSchedule({ targets })
    const first = await http.get<Programme>('player/programme')
    const television = await connect(use().televisions.url, token)
    const { programme } = await television.next('programme')
    expect({ ...first.body, server_time: '' }).toEqual({ ...programme, server_time: '' })
    const etag = { 'if-none-match': first.headers.get('etag')! }
    const same = await http.get('player/programme', etag)
    expect([same.status, same.text]).toEqual([304, ''])
    await good(use().client.editor.patch(`schedule/${schedule_id}`, { priority: 'emergency' }))
    const changed = await http.get<Programme>('player/programme', etag)
    expect(changed.status).toBe(200)
    expect(changed.body.items).toMatchObject([{ schedule_id, priority: 'emergency' }])
    // Its sound is there for the player.
    expect((await http.fetch(changed.body.items[0]!.url)).status).toBe(200)
  })

  it('becomes one play with what its player reports, however often and by whichever way', async () => {
    const { client, server } = use()
    const { player_id, token, http, targets } = await furnishStore()
    const { schedule_id } = await addSchedule({ targets, at: localTime(-20_000) })
    const television = await connect(use().televisions.url, token)
    const [item] = (await television.next('programme')).programme.items
    const page = await openSocket(`${server.url}/ws/dashboard`, { origin: server.url, cookie: client.viewer.headers.cookie! })
    const news: string[] = []
    page.addEventListener('message', ({ data }) => news.push(String(data)))
    const [started, ended] = heardFrom(item!)
    for (const report of [started, started]) television.send(report)
    await television.next('reported')
    expect(await television.next('reported')).toEqual({ type: 'reported', play_id: item!.play_id, report: 'play_started' })
    expect(await playsOf(schedule_id)).toMatchObject([{ status: 'playing', due_at: item!.due_at }])
    const answers = await Promise.all([1, 2, 3].map(() => http.post('player/plays', { reports: [ended, started, ended] })))
    expect(answers.map(answer => answer.body)).toEqual(answers.map(() => ({ recorded: 3, unknown: 0 })))
    television.send(ended)
    await television.next('reported')
    expect(await playsOf(schedule_id)).toMatchObject([{
      play_id: item!.play_id, schedule_id, due_at: item!.due_at, air_id: null, player_id, status: 'played', title: 'Cierre', text: 'Hola a todos.', player_name: 'TV Caja 3', heard_ms: item!.duration_ms, reason: null,
    }])
    await expect.poll(() => news.some(event => event.includes(item!.play_id))).toBe(true)
    // What is reported is not told again to one that has forgotten.
    expect((await good(http.get<Programme>('player/programme'))).items).toEqual([])
    page.close()
  })

  it('waits for a player that only asks, when it is due', async () => {
    const { http, targets } = await furnishStore()
    const { schedule_id } = await addSchedule({ targets, at: localTime(20_000) })
    await addSchedule({ targets })
    const { items } = await good(http.get<{ items: ProgrammeItem[] }>('player/pending'))
    expect(items).toMatchObject([{ schedule_id, audio_id: use().message.audio_id, url: use().message.audio_url, due_at: expect.any(String), expires_at: expect.any(String) }])
    await good(http.post('player/delivered', { play_ids: [items[0]!.play_id] }))
    expect((await good(http.get<{ items: unknown[] }>('player/pending'))).items).toEqual([])
    expect(await playsOf(schedule_id)).toMatchObject([{ status: 'delivered' }])
    const reports = heardFrom(items[0]!).map(({ occurrence: _, ...report }) => report)
    expect(await good(http.post('player/plays', { reports }))).toEqual({ recorded: 2, unknown: 0 })
    expect(await playsOf(schedule_id)).toMatchObject([{ status: 'played' }])
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

  describe('a schedule', () => suite(() => house))

  describe('the calendar', () => {
    const post = (body: Record<string, unknown>, headers?: Record<string, string>) => house.client.editor.post<Schedule>('schedule', { audio_id: house.message.audio_id, kind: 'times', times: ['20:45'], ...body }, headers)

    it('takes a rule once for the same key, shows it, and gives it back after a deletion', async () => {
      const { client, message } = house
      const key = { 'idempotency-key': randomUUID() }
      const answers = await Promise.all([1, 2, 3].map(() => post({ name: 'Cierre diario' }, key)))
      expect(answers.map(answer => answer.status)).toEqual([201, 201, 201])
      expect(new Set(answers.map(answer => answer.body.schedule_id)).size).toBe(1)
      const { body } = answers[0]!
      expect(body).toMatchObject({ name: 'Cierre diario', messages: [{ title: 'Cierre' }], weekdays: [1, 2, 3, 4, 5, 6, 7], targets: { all: true } })
      expect(await good(client.viewer.get(`schedule/${body.schedule_id}`))).toEqual(body)
      expect((await good(client.viewer.get<{ items: Schedule[] }>('schedule?q=diario'))).items).toEqual([body])
      expect((await good(client.viewer.get<MessageUsage>(`library/${message.audio_id}/usage`))).schedules).toContainEqual({ schedule_id: body.schedule_id, name: 'Cierre diario' })
      const refused = await client.editor.delete(`library/${message.audio_id}`)
      expect([refused.status, refused.error.code]).toEqual([409, 'message_in_use'])
      expect(refused.error.fields).toContainEqual({ path: 'schedules', message: 'Cierre diario' })
      await good(client.editor.delete(`schedule/${body.schedule_id}`))
      expect((await good(client.viewer.get<{ items: Schedule[] }>('schedule?q=diario'))).items).toEqual([])
      expect(await good(client.editor.patch(`schedule/${body.schedule_id}`, { deleted_at: null }))).toMatchObject({ deleted_at: null })
    })

    it.each([
      [{ kind: 'interval', interval_minutes: 0, window_start: '09:00', window_end: '21:00' }, 400, 'interval_minutes'],
      [{ kind: 'interval', interval_minutes: 30, window_start: '09:00', window_end: '09:00' }, 422, 'window_end'],
      [{ kind: 'interval', interval_minutes: 30 }, 422, 'window_start'],
      [{ weekdays: [] }, 400, 'weekdays'],
      [{ time_zone: 'Mars/Olympus' }, 400, 'time_zone'],
      [{ kind: 'once', at: '2026-02-30T10:00' }, 400, 'at'],
      [{ kind: 'once', at: '1970-01-01T10:00' }, 422, 'at'],
      [{ from_date: '2999-01-02', until_date: '2999-01-01' }, 422, 'until_date'],
      [{ until_date: '1970-01-02' }, 422, 'until_date'],
      [{ from_date: '9999-12-31' }, 400, 'from_date'],
      [{ times: [] }, 400, 'times'],
      [{ times: ['24:00'] }, 400, 'times.0'],
      [{ times: Array.from({ length: 1441 }, (_, at) => `${String(at % 24).padStart(2, '0')}:00`) }, 400, 'times'],
      [{ weekdays: [8] }, 400, 'weekdays.0'],
      [{ exclude: ['2026-02-30'] }, 400, 'exclude.0'],
      [{ kind: 'interval', interval_minutes: 1441, window_start: '09:00', window_end: '21:00' }, 400, 'interval_minutes'],
      [{ kind: 'opening', opening_edge: 'closes' }, 422, 'opening_offset_minutes'],
      [{ repeat: 0 }, 400, 'repeat'],
      [{ volume: 1.1 }, 400, 'volume'],
      [{ priority: 'music' }, 400, 'priority'],
      [{ name: 'a\u0007b' }, 400, 'name'],
    ])('refuses %j with %d and says where: %s', async (body, status, path) => {
      const answer = await post(body)
      expect(answer.status).toBe(status)
      expect(answer.error.fields!.map(field => field.path)).toContain(path)
    })

    it.each([
      ['1,440 times a day', { times: Array.from({ length: 1440 }, (_, at) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`) }],
      ['a window over midnight', { kind: 'interval', times: null, interval_minutes: 30, window_start: '22:00', window_end: '02:00' }],
      ['the last day of the calendar', { from_date: '9999-12-30', until_date: '9999-12-30' }],
      ['a zone that has another name now', { time_zone: 'Asia/Calcutta' }],
    ])('takes %s', async (_, body) => {
      const { schedule_id, kind } = await good(post(body))
      expect(kind).toBe('kind' in body ? body.kind : 'times')
      await good(house.client.editor.delete(`schedule/${schedule_id}`))
    })

    it('lists what airs between two instants, at one store or at all', async () => {
      const { client } = house
      const { schedule_id } = await good(post({ targets: { stores: [client.store_id] }, kind: 'interval', times: null, interval_minutes: 30, window_start: '09:00', window_end: '10:00' }))
      const list = async (query: string) => (await good(client.viewer.get<OccurrenceList>(`schedule/occurrences?from=2027-03-27T23:00:00Z&to=2027-03-28T22:00:00Z${query}`))).items.filter(item => item.schedule_id === schedule_id)
      // The night on which the clocks of Madrid go forward lies before.
      const due = ['2027-03-28T07:00:00.000Z', '2027-03-28T07:30:00.000Z', '2027-03-28T08:00:00.000Z']
      expect((await list('')).map(item => item.due_at)).toEqual(due)
      expect((await list(`&store_id=${client.store_id}`)).map(item => item.due_at)).toEqual(due)
      for (const [from, to] of [['2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z'], ['2027-01-01T00:00:00Z', '2027-04-01T00:00:00Z'], ['yesterday', '2027-01-01T00:00:00Z']]) {
        expect((await client.viewer.get(`schedule/occurrences?from=${from}&to=${to}`)).status).toBe(400)
      }
    })
  })
})

describe.skipIf(!hasPostgres)('two servers on one PostgreSQL (needs a PostgreSQL server on this machine)', () => {
  let database: TestPostgres
  let house: House
  beforeAll(async () => {
    database = await startPostgres()
    const shared = { DATABASE_URL: database.url, AUTH_SECRET: 'a secret that both instances share' }
    const server = await startServer({ ...ADMIN_ENV, ...shared })
    house = await furnish(server, await startServer({ ...shared, STORAGE_PATH: `${server.dir}/files` }))
  }, 240_000)
  afterAll(async () => {
    await house.televisions.stop()
    await house.server.stop()
    await database.stop()
  })

  describe('a schedule, made on one and aired by the other\'s players', () => suite(() => house))
})
