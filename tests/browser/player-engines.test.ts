import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Play } from '../../shared/schemas/player'
import type { TestServer } from '../fixtures/server'
import { startServer } from '../fixtures/server'
import type { Engine, EngineName } from '../fixtures/tv-engines'
import { launchEngine } from '../fixtures/tv-engines'

/** The whole path of a store's screen on the built server, in the oldest engine of the sets that are supported and in today's. */

const ADMIN = { email: 'owner@example.com', password: 'correct horse battery' }
const CLOSING = 'Estimados clientes, nuestra tienda cierra en quince minutos.'
const LONG = 'Les recordamos que en la segunda planta tienen a su disposición nuestra cafetería, el servicio de entrega a domicilio y los probadores. '.repeat(2)
const FIRE = 'Atención: por favor, diríjanse con calma a la salida más cercana.'

interface Owner {
  call: <T>(method: string, path: string, body?: unknown) => Promise<T>
  /** Makes a message and sends it to every screen. Returns its id. */
  air: (text: string, how?: object) => Promise<string>
  /** The latest play of a message. */
  play: (audioId: string) => Promise<Play | undefined>
}

async function signIn(url: string): Promise<Owner> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'origin': url }
  const call = async <T>(method: string, path: string, body?: unknown) => {
    const response = await fetch(url + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    const cookies = response.headers.getSetCookie().map(cookie => cookie.split(';')[0]!)
    if (cookies.length) headers.cookie = cookies.join('; ')
    return (text ? JSON.parse(text) : null) as T
  }
  await call('POST', '/api/auth/sign-in/email', ADMIN)
  const { items } = await call<{ items: { voice_id: string, provider: string }[] }>('GET', '/api/v1/audio/voices')
  const voice = items.find(({ provider }) => provider === 'espeak')!
  return {
    call,
    air: async (text, how = {}) => {
      const { audio_id } = await call<{ audio_id: string }>('POST', '/api/v1/audio/generate', { text, voice_id: voice.voice_id })
      await call('POST', '/api/v1/player/air', { audio_id, ...how })
      return audio_id
    },
    play: async audioId => (await call<{ items: Play[] }>('GET', `/api/v1/player/plays?audio_id=${audioId}`)).items[0],
  }
}

/** The old engine names no language, today's asks for English. */
const ENGINES: { name: EngineName, unlock: string }[] = [
  { name: 'm64', unlock: 'Pulse OK para activar el sonido' },
  { name: 'today', unlock: 'Press OK to turn the sound on' },
]

describe.each(ENGINES)('a screen that runs $name', ({ name, unlock }) => {
  let server: TestServer
  let owner: Owner
  let screen: Engine
  let settings: Record<string, string>

  const player = <T>(expression: string, withinMs?: number) => screen.until<T>(`(function (p) { return ${expression} })(window.__player)`, withinMs)
  const text = (selector: string) => screen.evaluate<string>(`document.querySelector('${selector}').textContent.trim()`)
  const concluded = (audioId: string) => expect.poll(() => owner.play(audioId), { timeout: 20_000 })

  beforeAll(async () => {
    server = await startServer({ ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password })
    settings = { PORT: new URL(server.url).port, DATA_DIR: server.dir, ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password }
    owner = await signIn(server.url)
    screen = await launchEngine(name, { autoplay: 'document-user-activation-required' })
  })
  afterAll(async () => {
    await screen?.close()
    await server?.stop()
  })

  it('loads nothing but its own two files', async () => {
    await screen.goto(`${server.url}/player`)
    await player('p.code')
    const loaded = await screen.evaluate<string[]>(`performance.getEntriesByType('resource').map(function (r) { return r.name })`)
    const files = loaded.map(url => new URL(url).pathname).filter(path => !/^\/(?:api\/|favicon)/.test(path))
    expect(files.map(path => path.replace(/player\.\w+/, 'player')).sort()).toEqual(['/_player/player.css', '/_player/player.js'])

    const html = await (await fetch(`${server.url}/player`)).text()
    expect(html).toContain('data-brand="MediaFlow"')
    expect([html.match(/<script/g)?.length, html.match(/<style/g), html.match(/\/_nuxt\//g)]).toEqual([1, null, null])
    const { headers } = await fetch(server.url + files.find(path => path.endsWith('.js')), { headers: { 'accept-encoding': 'gzip' } })
    expect([headers.get('content-encoding'), headers.get('cache-control')]).toEqual(['gzip', 'public, max-age=31536000, immutable'])
  })

  it('shows a code in two groups of four with its QR, and is paired by it', async () => {
    const code = await player<string>('p.code')
    await screen.until(`document.querySelector('.qr-code path').getAttribute('d').length > 1000`)
    expect(await screen.evaluate(`[].map.call(document.querySelectorAll('.code-group'), function (g) { return g.textContent })`)).toEqual([code.slice(0, 4), code.slice(4)])
    const { items } = await owner.call<{ items: { store_id: string, name: string }[] }>('GET', '/api/v1/client/stores')
    await owner.call('POST', '/api/v1/player/pairings/approve', { code, name: 'TV Caja 3', store_id: items[0]!.store_id })
    await player('p.connected')
    expect(await text('.store')).toBe(items[0]!.name)
    expect(await text('.client')).toContain('TV Caja 3')
  })

  it('asks for one key, keeps what is sent until then, and plays it', async () => {
    await player('p.sound === "locked"')
    expect(await text('.prompt-title')).toBe(unlock)
    const audioId = await owner.air(CLOSING)
    await player('p.queue_length === 1')
    await screen.press('Enter')
    const first = await player<number>('p.now && p.now.position_ms')
    await player(`p.now && p.now.position_ms > ${first + 400}`)
    expect(await text('.caption')).toBe(CLOSING)
    await concluded(audioId).toMatchObject({ status: 'played', player_name: 'TV Caja 3' })

    const play = (await owner.play(audioId))!
    const { heard_ms, level_db } = await player<{ heard_ms: number, level_db: number }>('p.heard[0]')
    expect(play).toMatchObject({ heard_ms, level_db })
    const { duration_ms } = await owner.call<{ duration_ms: number }>('GET', `/api/v1/library/${audioId}`)
    expect(Math.abs(heard_ms - duration_ms)).toBeLessThan(150)
    // −16 LUFS as dual mono: silence, or a decoder that gave up, would be far below
    expect(level_db).toBeGreaterThan(-30)
    expect(level_db).toBeLessThan(-8)
  })

  it('lets an emergency cut what is on air', async () => {
    const long = await owner.air(LONG)
    await player('p.now && p.now.position_ms > 500')
    const fire = await owner.air(FIRE, { priority: 'emergency', on_busy: 'interrupt' })
    await player(`p.now && p.now.text === ${JSON.stringify(FIRE)} && p.now.position_ms > 200`)
    await concluded(long).toMatchObject({ status: 'skipped', reason: 'preempted' })
    await concluded(fire).toMatchObject({ status: 'played' })
  })

  it('finds the server again by itself, and plays what was sent meanwhile once', async () => {
    const heard = await player<{ play_id: string }>('p.heard[0]')
    await server.kill()
    await player('!p.connected')
    server = await startServer(settings)
    owner = await signIn(server.url)
    const audioId = await owner.air(CLOSING)
    await player(`p.connected && p.heard[0].play_id !== ${JSON.stringify(heard.play_id)}`, 30_000)
    await concluded(audioId).toMatchObject({ status: 'played' })
    expect((await owner.call<{ total: number }>('GET', `/api/v1/player/plays?audio_id=${audioId}&status=played`)).total).toBe(1)
  })

  it('keeps its pairing over a reload, and airs nothing again', async () => {
    await screen.goto(`${server.url}/player`)
    await player('p.connected && p.player')
    expect(await player('p.heard.length === 0 && p.now === null && p.unreported === 0')).toBe(true)
  })

  it('says its name when asked, and swallows the Back key', async () => {
    const { items } = await owner.call<{ items: { player_id: string }[] }>('GET', '/api/v1/player/players')
    await owner.call('POST', `/api/v1/player/players/${items[0]!.player_id}/commands`, { command: 'identify' })
    await player('p.identifying')
    expect(await text('.identify-name')).toBe('TV Caja 3')
    await screen.press('Back')
    await screen.press('TizenBack')
    expect(await screen.evaluate('location.pathname')).toBe('/player')
  })

  it('shows a new code when it has been unpaired', async () => {
    const { items } = await owner.call<{ items: { player_id: string }[] }>('GET', '/api/v1/player/players')
    await owner.call('DELETE', `/api/v1/player/players/${items[0]!.player_id}`)
    await player('!p.paired && p.code')
    expect(await screen.evaluate('localStorage.getItem("mediaflow_player_token")')).toBeNull()
  })

  it('has met no exception and no complaint of the browser', () => {
    expect(screen.errors()).toEqual([])
  })
})
