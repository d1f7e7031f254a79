import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../shared/schemas/audio'
import type { LibraryList } from '../../shared/schemas/library'
import type { TrackList } from '../../shared/schemas/track'
import { ADMIN, ADMIN_ENV } from '../fixtures/api'
import { complaintsOf, launchBrowser } from '../fixtures/browser'
import { startServer, type TestServer } from '../fixtures/server'
import { tone } from '../fixtures/signals'

const TEXT = 'Estimados clientes, nuestra tienda cierra en quince minutos'
const LONGER_BY_MS = 1200

let server: TestServer
let browser: Browser
let page: Page
/** Every call of the API that the page made, as `METHOD path`. */
const calls: string[] = []
let complaints: string[]

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  browser = await launchBrowser({ autoplay: true })
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'es-ES' })
  page.on('request', request => calls.push(`${request.method()} ${new URL(request.url()).pathname}`))
  complaints = complaintsOf(page, /status of 422|ERR_CONNECTION_RESET/)
  await open('/sign-in')
  await page.locator('input[type=email]').fill(ADMIN.email)
  await page.locator('input[type=password]').fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await page.waitForURL(url => url.pathname === '/')
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

describe('a message with music', () => {
  let before: Message

  it('is mixed over the bed that the client has from its first day', async () => {
    await page.getByLabel('Texto del mensaje').fill(TEXT)
    await page.getByText('Con música').click()
    await page.getByRole('img', { name: /la música queda \d+ LU por debajo/ }).waitFor()
    await page.getByRole('button', { name: /^Generar/ }).click()
    await page.getByRole('region', { name: 'Mensaje generado' }).getByText('LUFS').waitFor({ timeout: 30_000 })
    before = await latest()
    expect(before.jingle?.with_bed).toBe(true)
    expect(before.lufs).toBeCloseTo(-16, 1)
  })

  it('is drawn anew while a slider moves, and mixed anew without speaking again', async () => {
    await page.getByRole('button', { name: 'Ajustar la mezcla' }).click()
    const bed = page.locator('path[data-part=bed]')
    const drawn = await bed.getAttribute('d')
    await page.getByRole('slider', { name: 'Entrada', exact: true }).focus()
    for (let step = 0; step < LONGER_BY_MS / 100; step++) await page.keyboard.press('ArrowRight')
    await expect.poll(() => bed.getAttribute('d')).not.toBe(drawn)

    calls.length = 0
    await page.getByRole('button', { name: 'Volver a mezclar' }).click()
    await page.getByText('Mezcla actualizada').first().waitFor()
    const after = await latest()
    expect(after.audio_id).toBe(before.audio_id)
    expect(after.sha256).not.toBe(before.sha256)
    expect(after.duration_ms - before.duration_ms).toBeGreaterThan(LONGER_BY_MS - 60)
    expect(after.duration_ms - before.duration_ms).toBeLessThan(LONGER_BY_MS + 60)
    expect(calls.filter(call => call.includes('/audio/generate'))).toEqual([])
    expect(calls).toContain('POST /api/v1/audio/mix')
    await page.getByRole('button', { name: 'Volver a mezclar' }).waitFor({ state: 'hidden' })
  })

  it('is remembered in the draft, when the page is opened again', async () => {
    await open('/')
    await expect.poll(() => page.locator('input[name=jingle-mode]').nth(1).isChecked()).toBe(true)
    await page.getByText('Modificada').waitFor()
  })
})

describe('files from this machine', () => {
  it('become messages, several at once; what is no sound is refused in words', async () => {
    await open('/library')
    await page.getByRole('button', { name: 'Subir audios' }).click()
    await page.locator('input[type=file]').setInputFiles([fileOf('Aviso de mañana.wav', 'audio/wav', wav(2)), fileOf('mentira.mp3', 'audio/mpeg', Buffer.from('Esto no suena'))])
    const dialog = page.getByRole('dialog')
    await dialog.getByText('El archivo no es un audio').waitFor()
    await dialog.getByText('Listo', { exact: true }).waitFor({ timeout: 30_000 }).catch(async (error) => {
      throw new Error(`${await dialog.innerText()}\n${JSON.stringify(await latest())}\n${calls.slice(-40).join('\n')}`, { cause: error })
    })
    await dialog.getByRole('button', { name: 'Cerrar' }).last().click()
    await page.getByRole('article').filter({ hasText: 'Aviso de mañana' }).waitFor()
    const uploaded = await latest()
    expect(uploaded).toMatchObject({ source: 'uploaded', status: 'ready', title: 'Aviso de mañana' })
    expect(uploaded.lufs).toBeCloseTo(-16, 1)
  })

  it('go on after the connection was cut in the middle, also on another page', async () => {
    let cut = 0
    await page.route('**/api/v1/library/uploads/tus/*', (route) => {
      // The first piece arrives, the second does not.
      if (route.request().method() === 'PATCH' && ++cut === 2) return route.abort('connectionreset')
      return route.continue()
    })
    await open('/music')
    await page.getByRole('button', { name: 'Subir música' }).click()
    await page.getByText('Suenan debajo de la voz.').last().click()
    calls.length = 0
    await page.locator('input[type=file]').setInputFiles(fileOf('Base larga.wav', 'audio/wav', wav(40)))
    await page.getByRole('dialog').getByRole('button', { name: 'Cerrar' }).last().click()
    await page.getByRole('link', { name: 'Anunciar' }).click()
    await page.getByText('1 archivo listo').waitFor({ timeout: 30_000 })
    const tus = calls.filter(call => call.includes('/uploads/tus')).map(call => call.split(' ')[0])
    expect(tus.filter(method => method === 'POST')).toHaveLength(1)
    expect(tus).toContain('HEAD')
    const { items } = await get<TrackList>('/api/v1/audio/tracks?kind=bed')
    expect(items.find(track => track.title === 'Base larga')).toMatchObject({ status: 'ready', duration_ms: 40_000 })
  })
})

it('logs no error but what was refused and cut on purpose', () => {
  expect(complaints).toEqual([])
})

/** As it is chosen, not by its path: a browser without a language in its environment finds none whose name has an ñ. */
const fileOf = (name: string, mimeType: string, content: Uint8Array) => ({ name, mimeType, buffer: Buffer.from(content) })

async function open(path: string) {
  await page.goto(`${server.url}${path}`)
  await page.waitForFunction(() => (window as unknown as { useNuxtApp?: () => { isHydrating: boolean } }).useNuxtApp?.().isHydrating === false)
}

async function get<T>(path: string): Promise<T> {
  return (await page.request.get(`${server.url}${path}`)).json() as Promise<T>
}

async function latest(): Promise<Message> {
  return (await get<LibraryList>('/api/v1/library?status=all&limit=1')).items[0]!
}

/** A steady tone as mono PCM of 16 bits at 48 kHz. */
function wav(seconds: number): Buffer {
  const samples = tone({ hz: 330, dbfs: -12, seconds })
  const data = Buffer.alloc(44 + samples.length * 2)
  data.write('RIFF', 0)
  data.writeUInt32LE(36 + samples.length * 2, 4)
  data.write('WAVEfmt ', 8)
  data.writeUInt32LE(16, 16)
  data.writeUInt16LE(1, 20)
  data.writeUInt16LE(1, 22)
  data.writeUInt32LE(48_000, 24)
  data.writeUInt32LE(96_000, 28)
  data.writeUInt16LE(2, 32)
  data.writeUInt16LE(16, 34)
  data.write('data', 36)
  data.writeUInt32LE(samples.length * 2, 40)
  samples.forEach((sample, at) => data.writeInt16LE(Math.round(sample * 32_767), 44 + at * 2))
  return data
}
