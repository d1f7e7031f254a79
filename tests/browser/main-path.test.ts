import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { complaintsOf, launchBrowser } from '../fixtures/browser'
import { startServer, type TestServer } from '../fixtures/server'

const TEXT = 'Estimados clientes, nuestra tienda cierra en quince minutos'

let server: TestServer
let browser: Browser
let people: BrowserContext
let screen: BrowserContext
let dashboard: Page
let player: Page
let complaints: string[][]
const elsewhere: string[] = []

beforeAll(async () => {
  server = await startServer()
  // As on a television that nobody set up: sound needs a touch first.
  browser = await launchBrowser()
  people = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'es-ES', timezoneId: 'Europe/Madrid' })
  screen = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'es-ES' })
  for (const context of [people, screen]) context.on('request', request => noteForeign(request.url()))
  await screen.addInitScript(watchSound)
  dashboard = await people.newPage()
  player = await screen.newPage()
  complaints = [dashboard, player].map((page) => {
    const said = complaintsOf(page)
    page.on('response', response => response.status() >= 400 && said.push(`${response.status()} ${response.url()}`))
    return said
  })
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

describe('from a fresh installation to a message heard in a store', () => {
  it('makes the first account with the token from the console', async () => {
    await open(server.url)
    await dashboard.waitForURL('**/setup')
    const token = /^Set-up token: (\S+)$/m.exec(server.logs())![1]!
    await dashboard.getByLabel('Código de instalación').fill(token)
    await dashboard.getByLabel('Nombre', { exact: false }).first().fill('Ana Ribera')
    await dashboard.locator('input[type=email]').fill('ana@example.com')
    await dashboard.locator('input[autocomplete=new-password]').fill('correcta-caballo-9')
    await dashboard.locator('input[autocomplete=organization]').fill('Supermercados Ribera')
    await dashboard.locator('input[name=store_name]').fill('Gran Vía 12')
    await dashboard.getByRole('button', { name: 'Empezar' }).click()
    await dashboard.waitForURL(url => url.pathname === '/')
    await dashboard.getByRole('heading', { name: 'Anunciar' }).waitFor()
  })

  it('pairs a second page as the store\'s player with the code on its screen', async () => {
    await player.goto(`${server.url}/player`)
    const code = await until(async () => (await snapshot()).code as string | null)
    expect(code).toMatch(/^[A-Z2-9]{8}$/)
    await expect.poll(() => player.locator('body').innerText()).toContain(code.slice(0, 4))

    await open(`${server.url}/players?code=${code}`)
    const dialog = dashboard.getByRole('dialog')
    await dialog.getByLabel('Nombre').fill('TV Caja 3')
    await dialog.getByRole('button', { name: 'Vincular', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await until(async () => (await snapshot()).connected)
    await dashboard.getByRole('article', { name: 'TV Caja 3' }).getByText('Encendido desde').waitFor()
  })

  // That it is locked before is seen on the old engines (player-engines.test.ts): a look by Playwright counts as a touch.
  it('is unlocked by one press of a remote\'s key', async () => {
    await player.keyboard.press('Enter')
    await until(async () => (await snapshot()).sound === 'unlocked')
    await dashboard.getByRole('article', { name: 'TV Caja 3' }).getByText('Esperando un toque').waitFor({ state: 'hidden' })
  })

  it('types, picks a voice, generates, listens and saves', async () => {
    await open(server.url)
    await dashboard.getByLabel('Texto del mensaje').fill(TEXT)
    await dashboard.getByText('palabras').waitFor()
    await dashboard.getByText('Mateo', { exact: true }).click()
    expect(await dashboard.getByRole('radio', { name: /^Mateo/ }).isChecked()).toBe(true)
    await dashboard.getByRole('button', { name: /^Generar/ }).click()
    const preview = dashboard.getByRole('region', { name: 'Mensaje generado' })
    await dashboard.getByText('LUFS').first().waitFor({ timeout: 30_000 })
    await preview.getByRole('button', { name: /^Reproducir/ }).click()
    await preview.getByRole('button', { name: /^Pausar/ }).waitFor()
    await preview.getByRole('button', { name: /^Pausar/ }).click()
    await preview.getByRole('button', { name: /^Guardar/ }).click()
    await preview.getByText('Guardado', { exact: true }).waitFor()
  })

  it('sends it, hears it from the player, and is told where and when', async () => {
    const preview = dashboard.getByRole('region', { name: 'Mensaje generado' })
    await preview.getByRole('button', { name: /^Enviar/ }).click()
    await dashboard.getByRole('dialog').getByRole('button', { name: /^Enviar a 1 reproductor/ }).click()
    await dashboard.getByText(/Escuchado a las \d{1,2}:\d\d:\d\d en TV Caja 3/).first().waitFor({ timeout: 30_000 })

    const furthest_s = await player.evaluate(() => (window as unknown as { heardSound: HeardSound }).heardSound.furthest_s)
    expect(furthest_s).toBeGreaterThan(3)
    const heard = await decoded()
    expect(heard.seconds).toBeGreaterThan(3)
    // −16 LUFS as dual mono: about −19 dB of power in either channel.
    expect(heard.level_db).toBeGreaterThan(-26)
    expect(Math.abs(furthest_s - heard.seconds)).toBeLessThan(0.5)
  })

  it('plays it once: a reload of the player brings nothing again', async () => {
    const played = (await plays()).items
    expect(played.map((play: { status: string }) => play.status)).toEqual(['played'])
    await player.reload()
    await until(async () => (await snapshot()).connected)
    await player.waitForTimeout(1500)
    expect(await player.evaluate(() => (window as unknown as { heardSound: HeardSound }).heardSound.furthest_s)).toBe(0)
    expect((await plays()).total).toBe(1)
  })

  it('keeps it in the library', async () => {
    await open(`${server.url}/library?q=QUINCE`)
    await dashboard.getByText(TEXT).first().waitFor()
  })

  it('asked no third host for anything and left the consoles clean', () => {
    expect(elsewhere).toEqual([])
    expect(server.blockedHosts()).toEqual([])
    expect(complaints).toEqual([[], []])
  })
})

interface HeardSound {
  /** How far the media element got in whatever is more than silence, seconds. */
  furthest_s: number
}

/** Opens a page of the dashboard and waits until it is alive: what is typed before that is lost on a slow machine. */
async function open(url: string) {
  await dashboard.goto(url)
  await dashboard.waitForFunction(() => (window as unknown as { useNuxtApp?: () => { isHydrating: boolean } }).useNuxtApp?.().isHydrating === false)
}

/** Runs in the player's page before its own program: notes how far its sound advances. The silence with which a player tries out its set is none. */
function watchSound() {
  const furthest_s = new Map<string, number>()
  const silent = new Set<string>()
  const heard: HeardSound = {
    get furthest_s() {
      return Math.max(0, ...[...furthest_s].filter(([src]) => !silent.has(src)).map(([, at_s]) => at_s))
    },
  }
  Object.assign(window, { heardSound: heard })
  const { createObjectURL } = URL
  URL.createObjectURL = (blob: Blob) => {
    const src = createObjectURL(blob)
    // what cannot be read counts as heard
    void new Response(blob).arrayBuffer().then(bytes => new OfflineAudioContext(1, 1, 44_100).decodeAudioData(bytes))
      .then(sound => sound.getChannelData(0).every(sample => Math.abs(sample) < 1e-4) && silent.add(src)).catch(() => undefined)
    return src
  }
  const { play } = HTMLMediaElement.prototype
  HTMLMediaElement.prototype.play = function (...args) {
    this.addEventListener('timeupdate', () => furthest_s.set(this.src, Math.max(furthest_s.get(this.src) ?? 0, this.currentTime)))
    return play.apply(this, args)
  }
}

/** What the player's page says about itself. */
function snapshot(): Promise<Record<string, unknown>> {
  return player.evaluate(() => (window as unknown as { __player?: Record<string, unknown> }).__player ?? {})
}

/** The message that was sent, decoded by the browser. */
async function decoded(): Promise<{ seconds: number, level_db: number }> {
  return dashboard.evaluate(async () => {
    const { items } = await (await fetch('/api/v1/library')).json()
    const bytes = await (await fetch(items[0].audio_url)).arrayBuffer()
    const sound = await new OfflineAudioContext(1, 1, 44_100).decodeAudioData(bytes)
    const samples = sound.getChannelData(0)
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
    return { seconds: sound.duration, level_db: 10 * Math.log10(power) }
  })
}

function plays() {
  return dashboard.evaluate(async () => (await fetch('/api/v1/player/plays')).json())
}

function noteForeign(url: string) {
  if (/^(?:data|blob):/.test(url)) return
  if (new URL(url).host !== new URL(server.url).host) elsewhere.push(url)
}

async function until<T>(look: () => Promise<T>, within_ms = 20_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + within_ms
  for (;;) {
    const seen = await look().catch(() => null)
    if (seen) return seen as NonNullable<T>
    if (Date.now() > deadline) throw new Error(`Not within ${within_ms} ms: ${look}`)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
