import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bundlePlayer } from '../../modules/player/bundle'
import type { PlayerCommandName } from '../../shared/protocol'
import type { PlayerStandIn } from '../fixtures/player-stand-in'
import { startPlayerStandIn } from '../fixtures/player-stand-in'
import { speechLikeMp3 } from '../fixtures/speech-like-mp3'
import type { Engine } from '../fixtures/tv-engines'
import { launchEngine } from '../fixtures/tv-engines'

/** What no well-behaved server does to a screen, in the oldest engine: it sends twice, falls silent, forgets, hangs up. */

let server: PlayerStandIn
let screen: Engine
let sound: Uint8Array

const player = <T>(expression: string, withinMs?: number) => screen.until<T>(`(function (p) { return ${expression} })(window.__player)`, withinMs)
const open = async () => {
  await screen.goto(`${server.url}/player`)
  await player('p.connected')
}
const heard = (playId: string, withinMs?: number) => player(`p.heard.some(function (h) { return h.play_id === ${JSON.stringify(playId)} })`, withinMs)
const reported = (playId: string) => expect.poll(() => server.reports(playId), { timeout: 10_000 })

beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
  server = await startPlayerStandIn(await bundlePlayer(root, 'test'))
  server.behaviour.approved = true
  sound = await speechLikeMp3(1.5)
  screen = await launchEngine('m64')
  await open()
})
afterAll(async () => {
  await screen?.close()
  await server?.stop()
})
beforeEach(() => {
  Object.assign(server.behaviour, { silent: false, no_sockets: false, unauthorized: null, unconfirmed: false })
})

/** As the browser says it: nobody sits out the back-off, which grows while connections do not hold. */
const networkBack = () => screen.evaluate('void dispatchEvent(new Event("online"))')

describe('a message', () => {
  it('that comes again after a reload is not aired again', async () => {
    const item = server.item(sound)
    server.send({ type: 'air', item })
    await heard(item.play_id)
    await reported(item.play_id).toEqual(['play_started', 'play_ended'])
    // What nobody confirmed yet would be told again.
    await player('p.unreported === 0')
    await open()
    server.send({ type: 'air', item })
    await expect.poll(() => server.received.filter(message => message.type === 'ack' && message.play_id === item.play_id).length).toBe(2)
    expect(await player('p.now === null && p.queue_length === 0')).toBe(true)
    expect(server.reports(item.play_id)).toEqual(['play_started', 'play_ended'])
  })

  it('that was on air when the page ended says so, and one that waited is aired after it', async () => {
    const [cut, waiting] = [server.item(await speechLikeMp3(8)), server.item(sound)]
    server.send({ type: 'air', item: cut })
    server.send({ type: 'air', item: waiting })
    await player('p.now && p.now.position_ms > 300 && p.queue_length === 1')
    await open()
    await heard(waiting.play_id)
    await reported(cut.play_id).toEqual(['play_started', 'play_skipped'])
    await reported(waiting.play_id).toEqual(['play_started', 'play_ended'])
  })
})

describe('a report', () => {
  it('that nobody confirmed is sent again after a reload, and then no more', async () => {
    server.behaviour.unconfirmed = true
    const item = server.item(sound)
    server.send({ type: 'air', item })
    await heard(item.play_id)
    await player('p.unreported === 2')
    server.behaviour.unconfirmed = false
    await open()
    await reported(item.play_id).toEqual(['play_started', 'play_ended', 'play_started', 'play_ended'])
    await player('p.unreported === 0')
    await open()
    expect(server.reports(item.play_id)).toHaveLength(4)
  })
})

describe('a server', () => {
  it('that falls silent is noticed within 25 s, and the screen goes on by itself', async () => {
    const before = server.connections()
    server.behaviour.silent = true
    await player('!p.connected', 25_000)
    server.behaviour.silent = false
    // It may have come back while the server was still silent: then it notices that once more.
    await player('p.connected', 50_000)
    expect(server.connections()).toBeGreaterThan(before)
  }, 90_000)

  it('that does not know the token any more, without saying why, loses no pairing', async () => {
    Object.assign(server.behaviour, { no_sockets: true, unauthorized: 'unauthorized' })
    server.hangUp(4001)
    await player('!p.connected')
    expect(await player('p.paired')).toBe(true)
    Object.assign(server.behaviour, { no_sockets: false, unauthorized: null })
    await player('p.connected', 30_000)
    expect(server.pairings).toBe(1)
  })
})

it('a network that lets no socket through is got round by HTTP, until there is a socket again', async () => {
  const [first, second] = [server.item(sound), server.item(sound)]
  server.pending = [first, second]
  server.behaviour.no_sockets = true
  server.hangUp()
  await player('!p.connected')
  // It tries for half a minute before it asks.
  await heard(first.play_id, 60_000)
  expect(await player('p.connection')).toBe('polling')
  await heard(second.play_id, 30_000)
  const uploaded = () => [first, second].map(({ play_id }) => server.uploaded.filter(report => report.play_id === play_id).map(report => report.type))
  await expect.poll(uploaded, { timeout: 30_000 }).toEqual([['play_started', 'play_ended'], ['play_started', 'play_ended']])
  expect(server.delivered).toEqual(expect.arrayContaining([first.play_id, second.play_id]))
  expect([first, second].flatMap(({ play_id }) => server.reports(play_id))).toEqual([])
  server.pending = []
  server.behaviour.no_sockets = false
  await networkBack()
  await player('p.connected')
}, 200_000)

describe('the arrows of the remote control', () => {
  const told = () => server.received.flatMap(message => message.type === 'volume_changed' ? [message.volume] : [])

  it('change the volume, show it for a moment, and tell the server where they stopped', async () => {
    for (let press = 0; press < 3; press++) await screen.press('ArrowDown')
    await player('p.volume === 0.85 && p.volume_shown')
    expect(await screen.evaluate('document.querySelector(".level-value").textContent')).toContain('85 %')
    await screen.press('ArrowUp')
    await player('p.volume === 0.9')
    await player('!p.volume_shown')
    expect(told().at(-1)).toBe(0.9)
    expect(told().length).toBeLessThanOrEqual(2)
  })

  it('are not forgotten while there is no connection', async () => {
    server.behaviour.no_sockets = true
    server.hangUp()
    await player('!p.connected')
    await screen.press('ArrowDown')
    server.behaviour.no_sockets = false
    await networkBack()
    await player('p.connected', 30_000)
    await expect.poll(() => told().at(-1)).toBe(0.85)
    // The server of this test always says 1.
    expect(await player('p.volume')).toBe(0.85)
  })
})

describe('a command', () => {
  const answers = (command_id: string) => server.received.flatMap(message => message.type === 'command_result' && message.command_id === command_id ? [message] : [])
  const command = (name: PlayerCommandName, more: { volume?: number, expires_at?: string } = {}) => {
    const command_id = randomUUID()
    const send = () => server.send({ type: 'command', command_id, command: name, by: 'Marta', expires_at: new Date(Date.now() + 60_000).toISOString(), ...more })
    send()
    return { command_id, send, answered: (times = 1) => expect.poll(() => answers(command_id).map(({ status, detail }) => detail ?? status), { timeout: 15_000 }).toHaveLength(times).then(() => answers(command_id)) }
  }

  it('is done once, answered each time, and its effect outlives the page', async () => {
    const mute = command('mute')
    await player('p.muted')
    await mute.answered()
    await open()
    expect(await player('p.muted')).toBe(true)
    await command('unmute').answered()
    mute.send()
    await mute.answered(2)
    expect(await player('!p.muted')).toBe(true)
  })

  it('that is too late, or cannot be done, says so', async () => {
    const [late] = await command('mute', { expires_at: new Date(Date.now() - 1_000).toISOString() }).answered()
    expect(late).toMatchObject({ status: 'failed', detail: 'expired' })
    const [deaf] = await command('set_volume').answered()
    expect(deaf).toMatchObject({ status: 'failed', detail: 'no volume' })
  })

  it('stops what is on air and says on whose word', async () => {
    const item = server.item(await speechLikeMp3(20))
    server.send({ type: 'air', item })
    await player('p.now && p.now.position_ms > 300')
    await command('stop').answered()
    await reported(item.play_id).toEqual(['play_started', 'play_skipped'])
    expect(server.received.find(message => message.type === 'play_skipped' && message.play_id === item.play_id)).toMatchObject({ reason: 'stopped', by: 'Marta' })
  })

  it('to show itself brings the state, to identify shows the name, to clear fetches everything anew', async () => {
    const [picture] = await command('screenshot').answered()
    expect(picture!.result).toMatchObject({ phase: 'paired', connected: true, volume: 1 })
    const [named] = await command('identify').answered()
    expect(named!.detail).toMatch(/^shown/)
    expect(await player('p.identifying')).toBe(true)
    server.programme = null
    expect((await command('clear_cache').answered())[0]!.status).toBe('done')
  })

  it('to reload is answered by the page that comes back', async () => {
    await screen.evaluate('window.beforeReload = true')
    expect((await command('reload').answered())[0]!.status).toBe('done')
    expect(await screen.evaluate('window.beforeReload')).toBeUndefined()
  })
})

/** From a script of the page: what the debugger runs is nobody's to look into. */
const throwing = (what: string) => `void (function (script) { script.text = 'setTimeout(function () { throw new Error("${what}") })'; document.head.appendChild(script) })(document.createElement('script'))`

it('an exception of the page is told as a fault, once', async () => {
  await screen.evaluate(throwing('boom'))
  await expect.poll(() => server.faults.filter(({ detail }) => detail.includes('boom')).map(({ kind }) => kind), { timeout: 10_000 }).toEqual(['page_error'])
  await open()
  expect(server.faults.filter(({ detail }) => detail.includes('boom'))).toHaveLength(1)
  screen.errors().splice(0)
})

describe('a new token', () => {
  const anew = async () => {
    const before = server.connections()
    server.hangUp()
    await expect.poll(() => server.connections(), { timeout: 30_000 }).toBeGreaterThan(before)
    await player('p.connected', 20_000)
  }

  it('is used by the next connection, and the old one no more', async () => {
    server.send({ type: 'token', token: 'token-two' })
    await expect.poll(() => server.kept).toBe(1)
    server.token = 'token-two'
    await anew()
    expect(await screen.evaluate('localStorage.getItem("mediaflow_player_token_other")')).toBeNull()
  })

  it('that the server does not know after all gives way to the old one: the pairing stays', async () => {
    server.send({ type: 'token', token: 'token-lost' })
    await expect.poll(() => server.kept).toBe(2)
    await anew()
    expect(await screen.evaluate('localStorage.getItem("mediaflow_player_token")')).toBe('token-two')
    expect(server.pairings).toBe(1)
  })
})

it('the player kept to the protocol, and the browser had nothing to complain of', () => {
  expect(server.refused).toEqual([])
  expect(screen.errors()).toEqual([])
})

describe('an engine without sockets', () => {
  let bare: Engine
  const there = <T>(expression: string, withinMs?: number) => bare.until<T>(`(function (p) { return ${expression} })(window.__player)`, withinMs)

  beforeAll(async () => {
    bare = await launchEngine('m64')
    await bare.inject('delete window.WebSocket')
  })
  afterAll(() => bare?.close())

  it('airs its programme and what is sent live, and reports, by HTTP alone', async () => {
    Object.assign(server.behaviour, { no_sockets: false, unauthorized: null })
    server.uploaded.length = server.delivered.length = 0
    const due = Date.now() + 20_000
    const [live, soon] = [server.item(sound, { title: 'En directo' }), { ...server.item(sound, { priority: 'scheduled', title: 'Cierre', expires_at: new Date(due + 60_000).toISOString() }), schedule_id: randomUUID(), due_at: new Date(due).toISOString(), grace_s: 60 }]
    server.programme = { version: 'by-http', server_time: new Date().toISOString(), items: [soon], music: [], settings: { wall_clock: { utc_offset_minutes: 60, changes_at: null, next_utc_offset_minutes: null } } }
    // what is due soon is offered here too: it must not be aired before its time
    server.pending = [live, soon]
    await bare.goto(`${server.url}/player`)
    await there('p.connection === "polling"', 20_000)
    for (const { play_id } of [live, soon]) await there(`p.heard.some(function (h) { return h.play_id === ${JSON.stringify(play_id)} })`, 40_000)
    const told = (playId: string) => server.uploaded.filter(report => report.play_id === playId)
    for (const { play_id } of [live, soon]) await expect.poll(() => told(play_id).map(({ type }) => type), { timeout: 30_000 }).toEqual(['play_started', 'play_ended'])
    const [begun] = told(soon.play_id)
    expect(begun).toMatchObject({ type: 'play_started', occurrence: { schedule_id: soon.schedule_id } })
    if (begun?.type === 'play_started') expect(Math.abs(Date.parse(begun.started_at) - due)).toBeLessThan(1_000)
    expect(new Set(server.delivered)).toEqual(new Set([live.play_id]))
    await bare.evaluate(throwing('bang'))
    await expect.poll(() => server.faults.filter(({ detail }) => detail.includes('bang')).length, { timeout: 30_000 }).toBe(1)
  }, 150_000)
})
