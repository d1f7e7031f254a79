import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LibraryList } from '../../shared/schemas/library'
import type { Play } from '../../shared/schemas/player'
import type { Template } from '../../shared/schemas/template'
import { addClient, ADMIN_ENV, good, pairPlayer, signIn, type TestClient } from '../fixtures/api'
import { launchBrowser } from '../fixtures/browser'
import { startServer, type TestServer } from '../fixtures/server'

let server: TestServer
let browser: Browser
let phone: BrowserContext
let page: Page
let client: TestClient

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  const admin = await signIn(server.url)
  client = await addClient(server.url, admin, 'Supermercado Sol')
  const { items } = await good(client.owner.get<{ items: Template[] }>('library/templates'))
  const { template_id, title, icon, colour } = items.find(template => template.shipped === 'es-car')!
  await good(client.editor.post('library/shortcuts', { template_id, title, icon, colour, store_ids: [client.store_id] }))
  await pairPlayer(server.url, client.editor, { store_id: client.store_id })
  browser = await launchBrowser()
  phone = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'es-ES', hasTouch: true, isMobile: true })
  await phone.addCookies(client.owner.headers.cookie!.split('; ').map((cookie) => {
    const at = cookie.indexOf('=')
    return { name: cookie.slice(0, at), value: cookie.slice(at + 1), url: server.url }
  }))
  page = await phone.newPage()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

it('fills a plate from a button at the till, makes the message and sends it', async () => {
  await page.goto(`${server.url}/shortcuts`, { waitUntil: 'networkidle' })
  const button = page.getByRole('button', { name: 'Mover un vehículo' })
  const { height } = (await button.boundingBox())!
  expect(height).toBeGreaterThanOrEqual(64)
  await button.tap()
  const plate = page.getByLabel('Patente o matrícula')
  await page.getByRole('button', { name: 'Crear y enviar' }).tap()
  await page.getByText('Este campo es obligatorio').first().waitFor()
  await plate.fill('bbcd12')
  await page.getByText('vehículo BBCD12').waitFor()
  await page.getByRole('button', { name: 'Crear y enviar' }).tap()
  await expect.poll(async () => (await good(client.owner.get<{ items: Play[] }>('player/plays'))).items.length, { timeout: 20_000 }).toBe(1)
  const { items } = await good(client.owner.get<LibraryList>('library'))
  expect(items[0]!.text).toContain('vehículo BBCD12, por favor mover')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
}, 60_000)

it('brings a deleted template back with its button, and gives a message a button of its own', async () => {
  await page.goto(`${server.url}/templates`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: 'Opciones de Mover un vehículo' }).tap()
  await page.getByRole('menuitem', { name: 'Eliminar' }).tap()
  await page.getByRole('button', { name: 'Opciones de Mover un vehículo' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Deshacer' }).tap()
  await page.getByRole('button', { name: 'Opciones de Mover un vehículo' }).waitFor()
  await page.goto(`${server.url}/shortcuts`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: 'Mover un vehículo' }).waitFor()
  await page.getByRole('button', { name: 'Editar', exact: true }).tap()
  await page.getByRole('button', { name: 'Añadir', exact: true }).tap()
  await page.getByPlaceholder('Buscar un mensaje o una plantilla').fill('bbcd12')
  await page.getByRole('option', { name: /BBCD12/ }).tap()
  await page.getByRole('button', { name: 'Listo' }).tap()
  await page.getByRole('button', { name: /BBCD12.*Un toque lo emite/ }).waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
}, 60_000)
