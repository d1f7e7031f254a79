import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Programme } from '../../shared/protocol'
import type { GenerateResponse } from '../../shared/schemas/audio'
import type { Schedule, ScheduleList } from '../../shared/schemas/schedule'
import { dayOf } from '../../shared/utils/zoned-day'
import { addClient, ADMIN_ENV, good, makeMessage, pairPlayer, signIn, type TestClient } from '../fixtures/api'
import { complaintsOf, launchBrowser, openDashboard } from '../fixtures/browser'
import { startServer, type TestServer } from '../fixtures/server'

const DAY_MS = 86_400_000
const ZONE = 'Europe/Madrid'
const SOON = { timeout: 15_000 }

let server: TestServer
let browser: Browser
let client: TestClient
let message: GenerateResponse
let page: Page
let problems: string[]

const inDays = (days: number) => dayOf(new Date(Date.now() + days * DAY_MS).toISOString(), ZONE)
const add = (more: object) => good(client.editor.post<Schedule>('schedule', { audio_id: message.audio_id, kind: 'times', times: ['12:00'], ...more }))
const list = async () => (await good(client.editor.get<ScheduleList>('schedule?limit=100'))).items
const row = (name: string) => page.getByRole('listitem', { name, exact: true })
const names = () => page.locator('li[aria-label][tabindex]').evaluateAll(rows => rows.map(each => each.getAttribute('aria-label')))

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  client = await addClient(server.url, await signIn(server.url), 'Supermercado Sol')
  message = await makeMessage(client.editor, client.voice_id, 'La tienda cierra en quince minutos.', { title: 'Cierre' })
  browser = await launchBrowser()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})
beforeEach(async () => {
  page = await openDashboard(browser, server.url, client.owner)
  problems = complaintsOf(page)
})
afterEach(async () => {
  await page.context().close()
  expect(problems).toEqual([])
  const items = await list()
  if (items.length) await good(client.editor.post('schedule/bulk', { schedule_ids: items.map(each => each.schedule_id), act: 'delete' }))
})

describe('the list of schedules', () => {
  it('says of each when it airs and when next, narrows by state and orders by name, and the address keeps it', async () => {
    await add({ name: 'Cada hora', kind: 'interval', times: undefined, interval_minutes: 60, window_start: '09:00', window_end: '21:00', weekdays: [1, 2, 3, 4, 5] })
    await add({ name: 'Aforo', until_date: inDays(3) })
    await add({ name: 'Apagada', enabled: false })
    await page.goto(`${server.url}/schedules`)
    await expect.poll(() => row('Cada hora').textContent(), SOON).toMatch(/Cada hora, de lunes a viernes, 09:00–21:00/)
    await expect.poll(() => row('Aforo').textContent(), SOON).toMatch(/(?:hoy|mañana) 12:00/)
    expect(await row('Aforo').textContent()).toContain('Termina el')
    expect(await row('Apagada').textContent()).toContain('En pausa')
    await page.getByRole('combobox', { name: 'Estado' }).click()
    await page.getByRole('option', { name: 'Termina pronto' }).click()
    await expect.poll(names, SOON).toEqual(['Aforo'])
    expect(new URL(page.url()).searchParams.get('state')).toBe('expiring')
    await page.goto(`${server.url}/schedules?sort=name`)
    await expect.poll(names, SOON).toEqual(['Apagada', 'Cada hora', 'Aforo'].sort((a, b) => a.localeCompare(b, 'es')))
  })

  it('pauses and deletes what is chosen by keys, and undoes both', async () => {
    for (const name of ['Una', 'Dos', 'Tres']) await add({ name })
    await page.goto(`${server.url}/schedules?sort=name`)
    await row('Dos').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+ArrowDown')
    const bar = page.getByRole('toolbar', { name: 'Con las programaciones elegidas' })
    await expect.poll(() => bar.textContent(), SOON).toContain('2 elegidas')
    await bar.getByRole('button', { name: 'Pausar' }).click()
    await page.getByRole('menuitem', { name: 'Hasta que se reanude' }).click()
    const on = async () => (await list()).filter(each => each.enabled).map(each => each.name).sort()
    await expect.poll(on, SOON).toEqual(['Una'])
    await expect.poll(() => row('Tres').textContent(), SOON).toContain('En pausa')
    await page.getByRole('button', { name: 'Deshacer' }).first().click()
    await expect.poll(on, SOON).toEqual(['Dos', 'Tres', 'Una'])
    await expect.poll(() => row('Tres').textContent(), SOON).not.toContain('En pausa')

    await row('Una').focus()
    await page.keyboard.press('Delete')
    await expect.poll(names, SOON).toEqual(['Dos', 'Tres'])
    await page.getByRole('button', { name: 'Deshacer' }).first().click()
    await expect.poll(names, SOON).toEqual(['Dos', 'Tres', 'Una'])
  })

  it('leads to the day on which something is heard next', async () => {
    await add({ name: 'Aforo', kind: 'once', times: undefined, at: `${inDays(3)}T12:00` })
    await page.goto(`${server.url}/schedules`)
    await expect.poll(() => row('Aforo').textContent(), SOON).toContain('12:00')
    await page.getByRole('button', { name: 'Acciones de Aforo' }).click()
    await page.getByRole('menuitem', { name: 'Ver el día' }).click()
    await page.waitForURL(url => url.pathname === '/day' && url.searchParams.get('date') === inDays(3) && url.searchParams.get('store') === client.store_id)
    await page.getByText('Aforo').first().waitFor()
  })
})

describe('the day of a store', () => {
  const entry = (text: string) => page.locator('li[data-result]').filter({ hasText: text })
  const open = (date: string, view = 'list') => page.goto(`${server.url}/day?store=${client.store_id}&date=${date}&view=${view}`)

  it('says what airs, what does not and by which rule, is shared by its address, and is turned by keys', async () => {
    await good(client.owner.patch(`client/stores/${client.store_id}`, { limits: { quiet: [{ name: 'Siesta', weekdays: [1, 2, 3, 4, 5, 6, 7], from: '15:00', to: '17:00' }] } }))
    await add({ name: 'Aforo', times: ['12:00', '16:00'] })
    await open(inDays(2))
    await expect.poll(() => entry('Aforo').count(), SOON).toBe(2)
    expect(await entry('Aforo').first().textContent()).toMatch(/12:00.*Sonará/s)
    expect(await entry('Aforo').last().textContent()).toMatch(/16:00.*No sonará: hora de silencio «Siesta»/s)
    await page.getByRole('button', { name: 'Aforo' }).last().click()
    await page.getByRole('dialog').getByText('hora de silencio «Siesta»').first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Día siguiente' }).click()
    await page.waitForURL(url => url.searchParams.get('date') === inDays(3))
    await page.reload()
    await expect.poll(() => entry('Aforo').count(), SOON).toBe(2)
    await page.locator('body').press('ArrowLeft')
    await page.waitForURL(url => url.searchParams.get('date') === inDays(2))

    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Descargar CSV' }).click()])
    const rows = (await readFile(await download.path(), 'utf8')).split('\n').filter(line => line.includes('Aforo'))
    expect(rows).toHaveLength(2)
    await good(client.owner.patch(`client/stores/${client.store_id}`, { limits: null }))
  })

  it('says what was reported, and lets it be heard', async () => {
    const tv = await pairPlayer(server.url, client.editor, { store_id: client.store_id })
    const { schedule_id } = await add({ name: 'Cada minuto', kind: 'interval', times: undefined, interval_minutes: 1, window_start: '00:00', window_end: '23:59' })
    const item = (await good(tv.http.get<Programme>('player/programme'))).items[0]!
    const now = new Date().toISOString()
    await good(tv.http.post('player/plays', { reports: [{ type: 'play_ended', play_id: item.play_id, occurrence: { schedule_id, due_at: item.due_at, audio_id: message.audio_id }, started_at: now, ended_at: now, heard_ms: 2_000, level_db: -18 }] }))
    await open(dayOf(item.due_at!, ZONE))
    const heard = page.locator('li[data-result=played]')
    await expect.poll(() => heard.first().textContent(), SOON).toContain('Se oyó')
    await heard.first().getByRole('button', { name: /«Cierre»|Cierre/ }).first().waitFor()
  })

  it('fits a phone, in English, in the dark; and so does the list of schedules', async () => {
    await add({ name: 'Aforo', times: ['12:00', '16:00'], until_date: inDays(5) })
    const phone = await openDashboard(browser, server.url, client.owner, { viewport: { width: 390, height: 844 }, locale: 'en-GB', timezoneId: ZONE, colorScheme: 'dark' })
    await phone.context().addCookies([{ name: 'mediaflow_locale', value: 'en', url: server.url }])
    await phone.goto(`${server.url}/day?store=${client.store_id}&date=${inDays(1)}`)
    await expect.poll(() => phone.locator('li[data-result]').first().textContent(), SOON).toContain('Will air')
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await phone.goto(`${server.url}/schedules`)
    await expect.poll(() => phone.getByRole('listitem', { name: 'Aforo' }).textContent(), SOON).toContain('At 12:00')
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await phone.context().close()
  })
})
