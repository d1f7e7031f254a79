import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundlePlayer } from '../../modules/player/bundle'
import type { Programme } from '../../shared/protocol'
import { launchBrowser } from '../fixtures/browser'
import type { PlayerStandIn } from '../fixtures/player-stand-in'
import { startPlayerStandIn } from '../fixtures/player-stand-in'
import { speechLikeMp3 } from '../fixtures/speech-like-mp3'
import type { Engine, EngineName } from '../fixtures/tv-engines'
import { launchEngine } from '../fixtures/tv-engines'

/** What is seen on a set, in the oldest engine and in today's: words as they are heard, the keys, the client's look, the night. */

const TEXT = 'Estimados clientes, nuestra tienda cierra en quince minutos.'
const WORD_MS = 400

describe.each<EngineName>(['m64', 'today'])('a screen that runs %s', (name) => {
  let server: PlayerStandIn
  let screen: Engine
  let version = 0

  const player = <T>(expression: string, withinMs?: number) => screen.until<T>(`(function (p) { return ${expression} })(window.__player)`, withinMs)
  const shown = (selector: string) => screen.evaluate<boolean>(`!!document.querySelector('${selector}').getClientRects().length`)
  const text = (selector: string) => screen.evaluate<string>(`document.querySelector('${selector}').textContent`)
  const style = (selector: string, property: string) => screen.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`)
  const programme = (settings: Partial<NonNullable<Programme['settings']>>): Programme => ({
    version: String(++version), server_time: new Date().toISOString(), items: [], music: [],
    settings: { wall_clock: { utc_offset_minutes: 60, changes_at: null, next_utc_offset_minutes: null }, ...settings },
  })
  const at = (inMs: number) => new Date(Date.now() + inMs).toISOString()

  beforeAll(async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
    server = await startPlayerStandIn(await bundlePlayer(root, '1.2.3'))
    server.behaviour.approved = true
    screen = await launchEngine(name, { autoplay: 'document-user-activation-required' })
    await screen.goto(`${server.url}/player`)
    await player('p.connected && p.sound === "locked"')
  })
  afterAll(async () => {
    await screen?.close()
    await server?.stop()
  })

  it('asks for one key, says so to the server, and opens nothing by it', async () => {
    expect([await shown('.prompt'), await shown('.idle'), await shown('.pairing')]).toEqual([true, false, false])
    const waits = () => server.received.flatMap(message => message.type === 'status' || message.type === 'hello' ? [message.status?.waits_for_tap] : []).at(-1)
    await expect.poll(waits, { timeout: 10_000 }).toBe('sound')
    await screen.press('Enter')
    await player('p.sound === "unlocked"')
    expect([await shown('.prompt'), await shown('.idle'), await shown('.info')]).toEqual([false, true, false])
    await expect.poll(waits, { timeout: 10_000 }).not.toBe('sound')
  })

  it('shows a text word by word, as it is heard', async () => {
    const words = [...TEXT.matchAll(/\S+/g)].map(({ index }, i): [number, number] => [index, i * WORD_MS])
    const item = server.item(await speechLikeMp3(4), { text: TEXT, title: 'Cierre', duration_ms: 4_000, words })
    server.send({ type: 'air', item })
    await screen.until(`document.querySelector('.saying')`)
    expect(await text('.caption')).toBe(TEXT)
    const seen = await screen.evaluate<{ word: string, at: number }[]>(`new Promise(function (resolve) {
      var seen = []
      var timer = setInterval(function () {
        var word = document.querySelector('.saying')
        var now = window.__player.now
        if (!now) return clearInterval(timer), resolve(seen)
        if (word && (!seen.length || seen[seen.length - 1].word !== word.textContent)) seen.push({ word: word.textContent, at: performance.now() })
      }, 20)
    })`)
    const order = words.map(([start], i) => TEXT.slice(start, words[i + 1]?.[0] ?? TEXT.length))
    // the first may be over before anybody looks
    expect(order.slice(-seen.length)).toEqual(seen.map(({ word }) => word))
    expect(seen.length).toBeGreaterThanOrEqual(order.length - 2)
  })

  it('opens its particulars by OK and by the arrows, and closes them by Back', async () => {
    await player('!p.now')
    // what has just been pressed is no second key
    await screen.evaluate('new Promise(function (resolve) { setTimeout(resolve, 900) })')
    await screen.press('Enter')
    expect([await shown('.info'), await text('[data-text=info_name]'), await text('[data-text=info_version]'), await text('[data-text=info_server]')])
      .toEqual([true, 'TV Caja 3 · Centro', '1.2.3', server.url])
    await screen.press('Back')
    expect(await shown('.info')).toBe(false)
    await screen.press('TizenBack')
    expect(await screen.evaluate('location.pathname')).toBe('/player')
  })

  it('wears the client\'s colour, so that it can be read', async () => {
    server.send({ type: 'programme', programme: programme({ look: { logo_url: null, colour: '#0a3d91' } }) })
    await screen.until(`document.querySelector('.screen').style.cssText`)
    expect(await style('.ring-core', 'backgroundColor')).not.toBe('rgb(127, 180, 255)')
    expect(await shown('.logo')).toBe(false)
  })

  it('is dimmed while the store is closed, and wakes up for what is heard', async () => {
    server.send({ type: 'programme', programme: programme({ open: [{ from: at(-7_200_000), to: at(-3_600_000) }] }) })
    await screen.until(`getComputedStyle(document.querySelector('.drift')).opacity < 0.35`)
    server.send({ type: 'air', item: server.item(await speechLikeMp3(3), { title: 'De noche', text: 'Buenas noches.', duration_ms: 3_000, play_id: randomUUID() }) })
    await player('p.now && p.now.started_at')
    await screen.until(`getComputedStyle(document.querySelector('.drift')).opacity > 0.9`)
    server.send({ type: 'programme', programme: programme({ open: null }) })
    await player('!p.now')
    expect(await screen.evaluate(`document.querySelector('.screen').className.indexOf('is-dim')`)).toBe(-1)
  })

  it('hides the text where the store wants no captions', async () => {
    server.send({ type: 'programme', programme: programme({ captions: false }) })
    await player('p.captions === false')
    server.send({ type: 'air', item: server.item(await speechLikeMp3(2), { title: 'Oferta', text: TEXT, duration_ms: 2_000 }) })
    await screen.until(`document.querySelector('.air').getClientRects().length`)
    expect([await shown('.caption'), await text('.air-title')]).toEqual([false, 'Oferta'])
    await player('!p.now')
  })

  it('has met no exception', () => expect(screen.errors()).toEqual([]))
})

describe('the whole screen, in a browser\'s window that does not fill it', () => {
  let server: PlayerStandIn
  let browser: Browser
  let page: Page

  const state = (expression: string) => page.waitForFunction(`(function (p) { return p && (${expression}) })(window.__player)`)
  const told = () => server.received.flatMap(message => message.type === 'status' ? [message.status.waits_for_tap] : []).at(-1)
  const whole = () => page.evaluate('!!document.fullscreenElement')

  beforeAll(async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
    server = await startPlayerStandIn(await bundlePlayer(root, '1.2.3'))
    server.behaviour.approved = true
    browser = await launchBrowser()
    page = await (await browser.newContext({ viewport: { width: 1280, height: 640 }, screen: { width: 1920, height: 1080 } })).newPage()
    await page.goto(`${server.url}/player`)
    await state('p.connected && p.sound === "locked"')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  it('comes with the one key that the sound wants', async () => {
    await expect.poll(told, { timeout: 10_000 }).toBe('sound')
    expect(await page.locator('.ask').isVisible()).toBe(false)
    await page.keyboard.press('Enter')
    await state('p.sound === "unlocked" && p.waits_for_tap === null')
    expect(await whole()).toBe(true)
  })

  it('is asked for when somebody left it, here and on the dashboard, and comes by a tap', async () => {
    await page.evaluate('document.exitFullscreen()')
    await page.locator('.ask').waitFor()
    await expect.poll(told, { timeout: 10_000 }).toBe('fullscreen')
    await page.mouse.click(300, 300)
    await state('p.waits_for_tap === null')
    expect([await whole(), await page.locator('.info').isVisible()]).toEqual([true, false])
  })

  it('is not asked for any more by whom Back has told that it is fine as it is, not even after a reload', async () => {
    await page.evaluate('document.exitFullscreen()')
    await page.locator('.ask').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.ask').waitFor({ state: 'hidden' })
    await page.reload()
    await state('p.connected && p.sound !== "unknown"')
    expect(await page.evaluate('window.__player.waits_for_tap')).not.toBe('fullscreen')
    expect(await page.locator('.ask').isVisible()).toBe(false)
  })
})
