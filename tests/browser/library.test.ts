import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateResponse, Voice } from '../../shared/schemas/audio'
import { ADMIN, ADMIN_ENV, type Caller, good, signIn } from '../fixtures/api'
import { complaintsOf, launchBrowser } from '../fixtures/browser'
import { startServer, type TestServer } from '../fixtures/server'

const TEXTS = ['Cerramos en quince minutos', 'Melocotón a dos euros', 'Se busca al dueño de un coche rojo', 'Buenos días a todos']

let server: TestServer
let browser: Browser
let context: BrowserContext
let page: Page
let owner: Caller
let complaints: string[]

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  owner = await signIn(server.url)
  const { items: voices } = await good(owner.get<{ items: Voice[] }>('audio/voices'))
  for (const text of TEXTS) {
    await good(owner.post<GenerateResponse>('audio/generate', { text, voice_id: voices.find(voice => voice.available)!.voice_id }))
  }
  browser = await launchBrowser({ autoplay: true })
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'es-ES', timezoneId: 'Europe/Madrid', acceptDownloads: true })
  page = await context.newPage()
  page.setDefaultTimeout(15_000)
  complaints = complaintsOf(page)
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

const card = (name: string) => page.getByRole('listitem', { name: `Mensaje «${name}»` })
/** Long, because a busy machine is not a broken page. */
const see = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 15_000 })
const titles = () => page.locator('article h3').allInnerTexts()

describe('the library', () => {
  it('finds by words, forgiving accents and slips, and keeps the search in the address', async () => {
    await open('/library')
    await see(titles).toHaveLength(TEXTS.length)
    await page.keyboard.press('/')
    await page.keyboard.type('meloctón')
    await see(titles).toEqual(['Melocotón a dos euros'])
    expect(new URL(page.url()).searchParams.get('q')).toBe('meloctón')
    await page.reload()
    await see(titles).toEqual(['Melocotón a dos euros'])
    await page.getByRole('button', { name: 'Borrar la búsqueda' }).click()
    await see(titles).toHaveLength(TEXTS.length)
  })

  it('stars, filters by it, and goes back', async () => {
    await open('/library')
    await page.getByRole('button', { name: 'Marcar «Buenos días a todos» como favorito' }).click()
    await page.getByRole('button', { name: 'Filtrar' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Favoritos' }).click()
    await see(titles).toEqual(['Buenos días a todos'])
    await page.keyboard.press('Escape')
    await page.goBack()
    await see(titles).toHaveLength(TEXTS.length)
  })

  it('is gone through by keys alone: down, space, right, Enter, Escape', async () => {
    await open('/library')
    await card(TEXTS[3]!).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press(' ')
    await card(TEXTS[2]!).getByRole('button', { name: /^Pausar/ }).waitFor()
    await page.keyboard.press(' ')
    await card(TEXTS[2]!).getByRole('button', { name: /^Reproducir/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Detalles del mensaje' }).getByText('SHA-256').waitFor()
    expect(new URL(page.url()).pathname).toMatch(/^\/library\/[0-9a-f-]{36}$/)
    await page.keyboard.press('Escape')
    await page.waitForURL(url => url.pathname === '/library')
  })

  it('makes a new version of new words, and goes back to the old ones', async () => {
    await open('/library')
    await card(TEXTS[0]!).getByRole('link', { name: TEXTS[0] }).click()
    const details = page.getByRole('dialog', { name: 'Detalles del mensaje' })
    await details.getByRole('button', { name: 'Editar el texto' }).click()
    await details.getByRole('textbox', { name: 'Texto del mensaje' }).fill('Cerramos en cinco minutos')
    await details.getByRole('button', { name: 'Crear la versión' }).click()
    await details.getByText('Versión 2').waitFor({ timeout: 30_000 })
    expect(await sound('Cerramos en cinco minutos')).toBeGreaterThan(1000)
    await details.getByRole('button', { name: 'Restaurar' }).click()
    await details.getByText('Versión 3').waitFor()
    await details.getByRole('button', { name: 'Cerrar' }).click()
    await page.waitForURL(url => url.pathname === '/library')
    await card(TEXTS[0]!).getByText(TEXTS[0]!).last().waitFor()
  })

  it('tags what is chosen, packs it, and deletes it with a way back', async () => {
    await open('/library')
    await page.getByRole('checkbox', { name: `Seleccionar «${TEXTS[3]}»` }).click()
    await page.getByRole('checkbox', { name: `Seleccionar «${TEXTS[2]}»` }).click({ modifiers: ['Shift'] })
    const bar = page.getByRole('toolbar')
    await bar.getByRole('button', { name: 'Etiquetas' }).click()
    await page.getByRole('combobox', { name: 'Etiquetas' }).fill('Navidad')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Añadir', exact: true }).click()
    await page.getByRole('link', { name: /etiqueta «navidad»/ }).first().waitFor()

    const [download] = await Promise.all([page.waitForEvent('download'), bar.getByRole('button', { name: 'Descargar' }).click()])
    const zip = await readFile(await download.path())
    expect(zip.subarray(0, 2).toString()).toBe('PK')
    // One entry a message in its directory.
    expect(zip.toString('latin1').split('PK\u0001\u0002')).toHaveLength(3)

    await bar.getByRole('button', { name: 'Eliminar' }).click()
    await see(titles).toHaveLength(TEXTS.length - 2)
    await page.locator('li').filter({ hasText: '2 mensajes eliminados' }).getByRole('button', { name: 'Deshacer' }).click()
    await see(titles).toHaveLength(TEXTS.length)
  })

  it('keeps what was deleted in the bin, and brings it back', async () => {
    await open('/library')
    await card(TEXTS[1]!).getByRole('button', { name: /^Más acciones/ }).click()
    await page.getByRole('menuitem', { name: 'Eliminar' }).click()
    await see(titles).not.toContain(TEXTS[1])
    await page.getByRole('link', { name: 'Papelera' }).click()
    await page.getByText('Quedan 30 días').waitFor()
    await page.getByRole('button', { name: `Recuperar «${TEXTS[1]}»` }).click()
    await page.getByText('La papelera está vacía').waitFor()
    await page.getByRole('link', { name: 'Biblioteca' }).last().click()
    await see(titles).toContain(TEXTS[1])
  })

  it('files under a category of one\'s own', async () => {
    await open('/settings/categories')
    await page.getByRole('button', { name: 'Añadir una categoría' }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('Nombre').fill('Fruta')
    await form.getByRole('radio', { name: 'apple' }).click()
    await form.getByRole('button', { name: 'Añadir una categoría' }).click()
    await form.waitFor({ state: 'hidden' })
    await open('/library')
    await page.getByRole('checkbox', { name: `Seleccionar «${TEXTS[1]}»` }).click()
    await page.getByRole('toolbar').getByRole('button', { name: 'Categoría' }).click()
    await page.getByRole('menuitem', { name: 'Fruta' }).click()
    await card(TEXTS[1]!).getByText('Fruta').waitFor()
  })

  it('is filtered on a phone in a sheet that Escape closes', async () => {
    const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'es-ES', storageState: await context.storageState() })
    const small = await phone.newPage()
    await small.goto(`${server.url}/library`)
    await small.waitForFunction(() => (window as unknown as { useNuxtApp?: () => { isHydrating: boolean } }).useNuxtApp?.().isHydrating === false)
    await small.getByRole('button', { name: 'Filtrar' }).click()
    const sheet = small.getByRole('dialog', { name: 'Filtros' })
    await sheet.getByRole('button', { name: 'Favoritos' }).click()
    await small.keyboard.press('Escape')
    await sheet.waitFor({ state: 'hidden' })
    await see(() => small.locator('article h3').allInnerTexts()).toEqual(['Buenos días a todos'])
    expect(await small.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await phone.close()
  })

  it('left the console clean', () => {
    expect(complaints).toEqual([])
  })
})

/** Opens a page and waits until it is alive: what is typed before that is lost on a slow machine. */
async function open(path: string) {
  await page.goto(server.url + path)
  await page.waitForFunction(() => (window as unknown as { useNuxtApp?: () => { isHydrating: boolean } }).useNuxtApp?.().isHydrating === false)
}

/** How many bytes the sound of the message with this text has, fetched as the player does. */
function sound(text: string): Promise<number> {
  return page.evaluate(async (text) => {
    const { items } = await (await fetch('/api/v1/library')).json() as { items: { text: string, audio_url: string }[] }
    return (await (await fetch(items.find(message => message.text === text)!.audio_url)).arrayBuffer()).byteLength
  }, text)
}
