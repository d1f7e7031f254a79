import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bundlePlayer } from '../../modules/player/bundle'
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

it('the player kept to the protocol, and the browser had nothing to complain of', () => {
  expect(server.refused).toEqual([])
  expect(screen.errors()).toEqual([])
})
