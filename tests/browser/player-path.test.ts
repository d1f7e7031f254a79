import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateResponse } from '../../shared/schemas/audio'
import type { AirResponse, Play, Player, PlayerCommand } from '../../shared/schemas/player'
import type { Schedule } from '../../shared/schemas/schedule'
import type { TestClient } from '../fixtures/api'
import { ADMIN_ENV, addClient, good, makeMessage, signIn } from '../fixtures/api'
import type { TestServer } from '../fixtures/server'
import { startServer } from '../fixtures/server'
import type { Autoplay, Engine, EngineName } from '../fixtures/tv-engines'
import { launchEngine } from '../fixtures/tv-engines'

/*
 * The path that every screen of a store goes, on the built server, in four old engines of televisions and in today's,
 * side by side: paired, a live message, a scheduled one, a power cut with the server gone, a scheduled one from the
 * device, and everything on record when the server is back.
 */

const NAMES: EngineName[] = ['m64', 'm69', 'm79', 'm108', 'today']

interface Screen {
  name: EngineName
  engine: Engine
  player_id: string
  /** Waits for something of `window.__player`. */
  until: <T>(expression: string, withinMs?: number) => Promise<T>
}

let server: TestServer
let client: TestClient
let message: GenerateResponse
let screens: Screen[]

const each = <T>(work: (screen: Screen) => Promise<T>) => Promise.all(screens.map(work))
const open = ({ engine }: Pick<Screen, 'engine'>) => engine.goto(`${server.url}/player`)
const plays = async (query: string) => (await good(client.viewer.get<{ items: Play[] }>(`player/plays?limit=100&${query}`))).items
const heard = ({ until }: Screen, title: string, withinMs: number) => until(`p.heard.some(function (h) { return h.title === ${JSON.stringify(title)} })`, withinMs)

/** Due at every screen at the same instant. */
async function schedule(title: string, inMs: number): Promise<{ schedule_id: string, due: number }> {
  const { audio_id } = await makeMessage(client.editor, client.voice_id, `${title}: la tienda cierra en quince minutos.`, { title })
  const due = Math.ceil((Date.now() + inMs) / 1000) * 1000
  const { schedule_id } = await good(client.editor.post<Schedule>('schedule', { audio_id, kind: 'once', at: new Date(due).toISOString().slice(0, 19), time_zone: 'UTC' }))
  return { schedule_id, due }
}

/** What each screen did with a schedule, by its player. */
async function lateness(schedule_id: string, due: number): Promise<number[]> {
  await expect.poll(async () => (await plays(`schedule_id=${schedule_id}`)).map(({ status }) => status), { timeout: 60_000 }).toEqual(NAMES.map(() => 'played'))
  const rows = await plays(`schedule_id=${schedule_id}`)
  return screens.map(({ player_id }) => Date.parse(rows.find(row => row.player_id === player_id)!.started_at!) - due)
}

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  client = await addClient(server.url, await signIn(server.url), 'Supermercado Sol')
  message = await makeMessage(client.editor, client.voice_id, 'Bienvenidos a nuestra tienda.', { title: 'Bienvenida' })
}, 180_000)
afterAll(() => server?.stop())

/** All engines, switched on side by side. */
async function turnOn(autoplay: Autoplay) {
  screens = await Promise.all(NAMES.map(async (name) => {
    const engine = await launchEngine(name, { autoplay })
    return { name, engine, player_id: '', until: (expression, withinMs) => engine.until(`(function (p) { return ${expression} })(window.__player)`, withinMs) } satisfies Screen
  }))
}
const turnOff = () => Promise.all((screens ?? []).map(({ engine }) => engine.close()))

/** By the code on the screen. */
async function pair(screen: Screen) {
  await open(screen)
  const code = await screen.until<string>('p.code', 30_000)
  screen.player_id = (await good(client.editor.post<Player>('player/pairings/approve', { code, name: `TV ${screen.name}`, store_id: client.store_id }))).player_id
  await screen.until('p.connected', 20_000)
}

const seen = async ({ player_id }: Screen) => (await good(client.viewer.get<{ items: Player[] }>('player/players'))).items.find(player => player.player_id === player_id)!

describe.each<Autoplay>(['document-user-activation-required', 'user-gesture-required'])('screens that may not sound by themselves (%s)', (autoplay) => {
  beforeAll(() => turnOn(autoplay), 60_000)
  afterAll(async () => {
    await turnOff()
    for (const { player_id } of screens) await client.editor.delete(`player/players/${player_id}`)
  })

  it('are paired, wait for one key, of which the dashboard knows, and air what was sent meanwhile', async () => {
    await each(pair)
    await each(screen => screen.until('p.sound === "locked"'))
    await expect.poll(async () => (await Promise.all(screens.map(seen))).map(({ status }) => status?.waits_for_tap), { timeout: 20_000 }).toEqual(NAMES.map(() => 'sound'))
    const { air_id } = await good(client.editor.post<AirResponse>('player/air', { audio_id: message.audio_id }))
    await each(screen => screen.until('p.queue_length === 1', 20_000))
    await each(({ engine }) => engine.press('Enter'))
    await each(screen => heard(screen, 'Bienvenida', 30_000))
    await expect.poll(async () => (await plays(`air_id=${air_id}`)).map(({ status }) => status), { timeout: 20_000 }).toEqual(NAMES.map(() => 'played'))
    for (const { level_db } of await plays(`air_id=${air_id}`)) expect(level_db).toBeGreaterThan(-30)
    await expect.poll(async () => (await Promise.all(screens.map(seen))).map(({ sound }) => sound), { timeout: 20_000 }).toEqual(NAMES.map(() => 'unlocked'))
    expect(screens.flatMap(({ engine }) => engine.errors())).toEqual([])
  }, 120_000)
})

describe('a store\'s screens', () => {
  beforeAll(() => turnOn('no-user-gesture-required'), 60_000)
  afterAll(turnOff)

  it('are paired by the code that they show', () => each(pair), 90_000)

  it('air a live message at once', async () => {
    const { air_id } = await good(client.editor.post<AirResponse>('player/air', { audio_id: message.audio_id }))
    await each(screen => heard(screen, 'Bienvenida', 30_000))
    await expect.poll(async () => (await plays(`air_id=${air_id}`)).map(({ status }) => status), { timeout: 20_000 }).toEqual(NAMES.map(() => 'played'))
  }, 90_000)

  it('air a scheduled one at its second', async () => {
    const { schedule_id, due } = await schedule('Apertura', 15_000)
    const late = await lateness(schedule_id, due)
    console.info(`${NAMES.join(', ')}: began ${late.join(', ')} ms after the instant`)
    for (const ms of late) expect(Math.abs(ms)).toBeLessThan(1_000)
  }, 120_000)

  it('do what the dashboard asks, and say what became of it', async () => {
    const ask = async ({ player_id }: Screen, body: object) => good(client.editor.post<PlayerCommand>(`player/players/${player_id}/commands`, body))
    const answer = ({ player_id }: Screen, { command_id }: PlayerCommand) => good(client.viewer.get<PlayerCommand>(`player/players/${player_id}/commands/${command_id}`))
    await each(async (screen) => {
      const picture = await ask(screen, { command: 'screenshot' })
      await expect.poll(async () => (await answer(screen, picture)).status, { timeout: 20_000 }).toBe('done')
      expect((await answer(screen, picture)).result).toMatchObject({ phase: 'paired', connection: 'online' })

      const muted = await ask(screen, { command: 'mute' })
      await screen.until('p.muted')
      await ask(screen, { command: 'unmute' })
      await screen.until('!p.muted')
      expect((await answer(screen, muted)).status).toBe('done')

      const named = await ask(screen, { command: 'identify' })
      await screen.until('p.identifying')
      await expect.poll(async () => (await answer(screen, named)).status, { timeout: 20_000 }).toBe('done')
      expect((await answer(screen, named)).detail).toMatch(/^shown/)

      await screen.engine.evaluate('window.beforeReload = true')
      const again = await ask(screen, { command: 'reload' })
      await expect.poll(async () => (await answer(screen, again)).status, { timeout: 30_000 }).toBe('done')
      expect(await screen.engine.evaluate('window.beforeReload')).toBeUndefined()
    })
  }, 180_000)

  it('start without a server, air what is due from the device, and have it on record when the server is back', async () => {
    const { schedule_id, due } = await schedule('Cierre', 50_000)
    await each(async ({ until, engine }) => {
      await until('p.next && p.next.title === "Cierre" && p.files.ready_today === p.files.needed_today', 30_000)
      // the page itself is kept by its worker: this is the very machine
      await engine.until('navigator.serviceWorker.ready.then(function () { return true })', 20_000)
    })
    const { dir, url } = server
    await server.kill()
    await each(async (screen) => {
      await open(screen)
      await screen.until('p.paired && !p.connected', 20_000)
    })
    await each(screen => heard(screen, 'Cierre', Math.max(0, due - Date.now()) + 20_000))
    server = await startServer({ ...ADMIN_ENV, DATA_DIR: dir, PORT: new URL(url).port })
    await each(({ until }) => until('p.connected && p.unreported === 0', 90_000))
    const late = await lateness(schedule_id, due)
    console.info(`${NAMES.join(', ')}, without a server: began ${late.join(', ')} ms after the instant`)
    for (const ms of late) expect(Math.abs(ms)).toBeLessThan(1_000)
    expect(await plays(`schedule_id=${schedule_id}`)).toHaveLength(NAMES.length)
  }, 240_000)

  it('have met no exception', () => {
    const errors = screens.flatMap(({ name, engine }) => engine.errors().filter(error => !/WebSocket|ERR_CONNECTION|Failed to load|fetch/i.test(error)).map(error => `${name}: ${error}`))
    expect(errors).toEqual([])
  })
})
