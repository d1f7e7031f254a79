import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlayerBundle } from '../../modules/player/bundle'
import { bundlePlayer } from '../../modules/player/bundle'
import type { PlayerStandIn } from '../fixtures/player-stand-in'
import { startPlayerStandIn } from '../fixtures/player-stand-in'
import { speechLikeMp3 } from '../fixtures/speech-like-mp3'
import type { Engine, EngineName } from '../fixtures/tv-engines'
import { launchEngine } from '../fixtures/tv-engines'

/** The page itself, kept by its service worker: it starts without a network, and shows an update as soon as there is one. */

const RESTARTS = 'Sí: suena también tras apagarse sin red'
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** With another style too, as most versions have. */
function restyled(bundle: PlayerBundle): PlayerBundle {
  const style = { name: 'player.0123456789ab.css', source: `${bundle.style.source}\n` }
  return { ...bundle, style, worker: base => bundle.worker(base).replace(bundle.style.name, style.name) }
}

describe.each<EngineName>(['m64', 'm69', 'm79', 'today'])('a screen that runs %s', (name) => {
  let server: PlayerStandIn
  let screen: Engine
  let first: PlayerBundle
  let second: PlayerBundle
  let sound: Uint8Array

  const player = <T>(expression: string, withinMs?: number) => screen.until<T>(`(function (p) { return ${expression} })(window.__player)`, withinMs)
  const fact = (row: string) => screen.evaluate<string>(`document.querySelector('[data-text=info_${row}]').textContent`)
  const kept = () => screen.until<boolean>(`document.querySelector('[data-text=info_restart]').textContent === ${JSON.stringify(RESTARTS)}`)
  const caches = () => screen.evaluate<number>('caches.keys().then(function (names) { return names.length })')
  const open = async () => {
    await screen.goto(`${server.url}/player`)
    await player('p.paired')
  }
  const online = (is: boolean) => {
    server.behaviour.gone = !is
    server.hangUp()
  }

  beforeAll(async () => {
    first = await bundlePlayer(root, 'first')
    second = restyled(await bundlePlayer(root, 'second'))
    server = await startPlayerStandIn(first)
    server.behaviour.approved = true
    sound = await speechLikeMp3(1.5)
    screen = await launchEngine(name)
    await open()
    await kept()
  })
  afterAll(async () => {
    await screen?.close()
    await server?.stop()
  })

  it('starts with the network gone, and airs', async () => {
    await player('p.connected')
    const at = Date.now() + 10_000
    const item = server.item(sound, { priority: 'scheduled', title: 'Cierre', duration_ms: 1_500, expires_at: new Date(at + 60_000).toISOString() })
    server.send({
      type: 'programme', programme: {
        version: 'one', server_time: new Date().toISOString(), music: [], items: [{ ...item, schedule_id: randomUUID(), due_at: new Date(at).toISOString(), grace_s: 60 }],
        settings: { wall_clock: { utc_offset_minutes: 60, changes_at: null, next_utc_offset_minutes: null } },
      },
    })
    await player('p.files && p.files.ready_today === 1')
    online(false)
    await open()
    expect(await player('p.connected === false')).toBe(true)
    await player(`p.heard.some(function (h) { return h.play_id === ${JSON.stringify(item.play_id)} })`, 25_000)
    expect(await screen.evaluate(`document.querySelector('.last-title').textContent`)).toBe('Cierre')
  })

  it('leaves sounds, the API and the sockets alone', async () => {
    const addresses = await screen.evaluate<string[]>(`caches.keys().then(function (names) {
      return Promise.all(names.map(function (name) {
        return caches.open(name).then(function (cache) { return cache.keys() }).then(function (requests) { return requests.map(function (request) { return new URL(request.url).pathname }) })
      }))
    }).then(function (lists) { return [].concat.apply([], lists) })`)
    expect(addresses.sort()).toEqual(['/player', `/${first.script.name}`, `/${first.style.name}`].sort())
  })

  it('takes the page that it has when the server does not answer', async () => {
    online(true)
    server.behaviour.stalled = /^\/player$/
    await open()
    server.behaviour.stalled = null
    server.behaviour.broken = /^\/player$/
    await open()
    server.behaviour.broken = null
    await player('p.connected', 30_000)
    expect(await fact('version')).toBe('first')
  })

  it('stays with its last good version while a new one is not whole', async () => {
    server.deploy(second)
    server.behaviour.broken = /\.css$/
    server.asked.length = 0
    await open()
    expect(await fact('version')).toBe('second')
    await expect.poll(() => server.asked.filter(path => path.endsWith('.css')).length, { timeout: 15_000 }).toBeGreaterThanOrEqual(2)
    online(false)
    await open()
    expect(await fact('version')).toBe('first')
    expect(await caches()).toBe(1)
  })

  it('shows a new version at once, keeps it when it is whole, and the one before too', async () => {
    server.behaviour.broken = null
    online(true)
    await open()
    expect(await fact('version')).toBe('second')
    await expect.poll(caches, { timeout: 15_000 }).toBe(2)
    await kept()
    await screen.until('navigator.serviceWorker.ready.then(function (r) { return !r.installing && !r.waiting && r.active.state === "activated" })')
    online(false)
    await open()
    expect(await fact('version')).toBe('second')
  })

  it('has met no exception', () => expect(screen.errors()).toEqual([]))
})
