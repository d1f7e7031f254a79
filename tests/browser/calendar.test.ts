import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { CalendarList, Schedule, ScheduleList } from '../../shared/schemas/schedule'
import { wallAt } from '../../shared/utils/wall-clock'
import { addClient, ADMIN_ENV, good, makeMessage, pairPlayer, signIn, type TestClient } from '../fixtures/api'
import { complaintsOf, launchBrowser, openDashboard } from '../fixtures/browser'
import { startServer, type TestServer } from '../fixtures/server'

const DAY_MS = 86_400_000
const ZONE = 'Europe/Madrid'
const SOON = { timeout: 15_000 }

let server: TestServer
let browser: Browser
let client: TestClient
let page: Page
let problems: string[]

/** A Wednesday two weeks ahead: its week is wholly to come. */
const wednesday = (() => {
  const at = new Date(Date.now() + 14 * DAY_MS)
  at.setUTCDate(at.getUTCDate() + (3 - (at.getUTCDay() || 7)))
  return at.toISOString().slice(0, 10)
})()

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  client = await addClient(server.url, await signIn(server.url), 'Supermercado Sol')
  await makeMessage(client.editor, client.voice_id, 'La tienda cierra en quince minutos.', { title: 'Cierre en quince' })
  await makeMessage(client.editor, client.voice_id, 'Hoy, dos por uno en naranjas.', { title: 'Naranjas' })
  await pairPlayer(server.url, client.editor, { store_id: client.store_id })
  browser = await launchBrowser()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})
beforeEach(async () => {
  page = await openDashboard(browser, server.url, client.owner)
  problems = complaintsOf(page, /409/)
})
afterEach(async () => {
  await page.context().close()
  expect(problems).toEqual([])
  const { items } = await schedules()
  if (items.length) await good(client.editor.post('schedule/bulk', { schedule_ids: items.map(each => each.schedule_id), act: 'delete' }))
})

const schedules = () => good(client.editor.get<ScheduleList>('schedule?limit=100'))
const audioOf = async (title: string) => (await good(client.editor.get<{ items: { audio_id: string, title: string }[] }>('library'))).items.find(message => message.title === title)!.audio_id
const add = async (title: string, rule: object) => good(client.editor.post<Schedule>('schedule', { audio_id: await audioOf(title), ...rule }))
const onDay = async (day: string) => {
  const next = new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10)
  const { items } = await good(client.editor.get<CalendarList>(`schedule/calendar?from=${day}T00:00:00Z&to=${next}T00:00:00Z`))
  return items.map(({ title, due_at }) => `${title} ${wallAt(Date.parse(due_at), ZONE).slice(11)}`)
}
/** Drawn: then the page is alive. */
async function show(view: string, more = '') {
  await page.goto(`${server.url}/calendar?view=${view}&date=${wednesday}${more}`)
  await page.locator('.mf-calendar').getByText('10:00', { exact: true }).waitFor()
}
const entries = (name: string) => page.locator('.mf-event').filter({ hasText: name })
const dialog = () => page.getByRole('dialog')

async function dragBy(name: string, minutes: number) {
  const entry = entries(name).first()
  await entry.scrollIntoViewIfNeeded()
  const box = (await entry.boundingBox())!
  const line = (await page.locator('.mf-calendar').getByText('10:00', { exact: true }).first().boundingBox())!
  const next = (await page.locator('.mf-calendar').getByText('11:00', { exact: true }).first().boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x, y + 8, { steps: 3 })
  await page.mouse.move(x, y + (next.y - line.y) * minutes / 60, { steps: 8 })
  await page.mouse.up()
}

it('writes a schedule: what, where and when, with the words for it and what it is in the way of', async () => {
  await add('Naranjas', { kind: 'times', times: ['20:45'], name: 'Ofertas' })
  await show('week')
  await page.getByRole('button', { name: 'Nueva programación' }).click()
  await dialog().getByRole('button', { name: 'Elegir un mensaje' }).or(dialog().getByRole('combobox', { name: 'Elegir un mensaje' })).first().click()
  await page.getByRole('option', { name: /Cierre en quince/ }).click()
  await dialog().getByRole('tab', { name: 'A unas horas' }).click()
  await dialog().getByLabel('Hora 1').fill('20:45')
  const summary = dialog().locator('[data-summary]')
  await expect.poll(() => summary.textContent(), SOON).toMatch(/^\s*A las 20:45, todos los días, en 1 tienda; próximas: (?:hoy|mañana) 20:45/)
  await expect.poll(() => dialog().textContent(), SOON).toContain('Coincide con «Ofertas» en Tienda de Supermercado Sol')
  await dialog().getByRole('button', { name: /hueco de las 20:46/ }).click()
  await expect.poll(() => dialog().textContent(), SOON).not.toContain('Coincide')
  await dialog().getByRole('button', { name: 'Programar' }).click()
  await dialog().waitFor({ state: 'hidden' })
  expect(await onDay(wednesday)).toEqual(['Naranjas 20:45', 'Cierre en quince 20:46'])
  await entries('Cierre en quince').first().waitFor()
  // Undone, it is gone.
  await page.getByRole('button', { name: 'Deshacer' }).click()
  await expect.poll(() => onDay(wednesday), SOON).toEqual(['Naranjas 20:45'])
})

it('moves one occurrence, those that follow, or all by dragging, and undoes it', async () => {
  await add('Naranjas', { kind: 'times', times: ['11:00'], from_date: wednesday })
  await show('day')
  const scope = async (name: string) => {
    await dragBy('Naranjas', 60)
    await dialog().getByLabel(name).check()
    await dialog().getByRole('button', { name: 'Mover' }).click()
    await dialog().waitFor({ state: 'hidden' })
  }
  const next = new Date(Date.parse(wednesday) + DAY_MS).toISOString().slice(0, 10)
  await scope('Solo esta vez')
  await expect.poll(() => onDay(wednesday), SOON).toEqual(['Naranjas 12:00'])
  expect(await onDay(next)).toEqual(['Naranjas 11:00'])
  await page.getByRole('button', { name: 'Deshacer' }).first().click()
  await expect.poll(() => onDay(wednesday), SOON).toEqual(['Naranjas 11:00'])
  await expect.poll(async () => (await entries('Naranjas').first().textContent()), SOON).toContain('11:00')
  await scope('Toda la programación')
  await expect.poll(() => onDay(next), SOON).toEqual(['Naranjas 12:00'])
})

it('draws a window that goes on after midnight on both days, with a mark for each time', async () => {
  await add('Naranjas', { kind: 'interval', interval_minutes: 20, window_start: '22:00', window_end: '01:00' })
  await show('week')
  await entries('Naranjas').first().waitFor()
  const marks = await entries('Naranjas').evaluateAll(parts => parts.map((part) => {
    const period = /([\d.]+)%\)$/.exec(part.querySelector<HTMLElement>('.mf-ticks')!.style.backgroundImage)![1]!
    return part.getBoundingClientRect().height * Number(period) / 100
  }))
  // Seven evenings, and seven nights with what began on the Sunday before; marks are as far apart on each.
  expect(marks).toHaveLength(14)
  for (const mark of marks) expect(Math.abs(mark - marks[0]!)).toBeLessThan(2)
  expect(await entries('Naranjas').evaluateAll(parts => parts.map(part => part.querySelector('.mf-count')!.textContent))).toEqual(Array(14).fill('10×'))
})

it('asks nothing where it airs once', async () => {
  await add('Naranjas', { kind: 'once', at: `${wednesday}T11:00` })
  await show('day')
  await dragBy('Naranjas', 120)
  await expect.poll(() => onDay(wednesday), SOON).toEqual(['Naranjas 13:00'])
})

it('opens by key what stands on the calendar, and takes off only this one', async () => {
  await add('Naranjas', { kind: 'times', times: ['11:00'] })
  await show('week')
  await entries('Naranjas').first().waitFor()
  const focusable = page.locator('.mf-calendar [tabindex="0"]').filter({ hasText: 'Naranjas' }).nth(2)
  await focusable.focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => dialog().textContent(), SOON).toContain('A las 11:00, todos los días')
  await dialog().getByRole('button', { name: 'Eliminar' }).click()
  await page.getByRole('menuitem', { name: 'Solo esta vez' }).click()
  await expect.poll(() => onDay(wednesday), SOON).toEqual([])
})

it('shows both versions where two people change the same, and keeps the one that is chosen', async () => {
  const { schedule_id } = await add('Naranjas', { kind: 'times', times: ['11:00'] })
  await page.goto(`${server.url}/schedules`)
  await page.getByRole('button', { name: 'Naranjas', exact: true }).click()
  await dialog().getByLabel('Hora 1').fill('12:00')
  await good(client.editor.patch(`schedule/${schedule_id}`, { times: ['18:00'] }))
  await dialog().getByRole('button', { name: 'Guardar' }).click()
  await dialog().getByText('Alguien ha cambiado esta programación mientras tanto.').waitFor()
  expect(await dialog().getByRole('alert').textContent()).toMatch(/A las 18:00.*A las 12:00/s)
  await dialog().getByRole('button', { name: 'Guardar la mía' }).click()
  await dialog().waitFor({ state: 'hidden' })
  expect(await good(client.editor.get<Schedule>(`schedule/${schedule_id}`))).toMatchObject({ times: ['12:00'], version: 3 })
})

it('begins a window where one drags over free time, and keeps what was begun', async () => {
  await show('day')
  const line = (await page.locator('.mf-calendar').getByText('10:00', { exact: true }).boundingBox())!
  const end = (await page.locator('.mf-calendar').getByText('13:00', { exact: true }).boundingBox())!
  await page.mouse.move(700, line.y + 4)
  await page.mouse.down()
  await page.mouse.move(700, end.y - 8, { steps: 10 })
  await page.mouse.up()
  await dialog().waitFor()
  expect([await dialog().getByLabel('Desde', { exact: true }).inputValue(), await dialog().getByLabel('Hasta', { exact: true }).inputValue()]).toEqual(['10:00', '13:00'])
  await dialog().getByRole('button', { name: 'Elegir un mensaje' }).or(dialog().getByRole('combobox', { name: 'Elegir un mensaje' })).first().click()
  await page.getByRole('option', { name: /Naranjas/ }).click()
  await page.waitForTimeout(600)
  await page.reload()
  await page.locator('.mf-calendar').getByText('10:00', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Nueva programación' }).click()
  await dialog().getByText('Se ha recuperado lo que empezó la última vez.').waitFor()
  await dialog().getByRole('button', { name: 'Programar' }).click()
  await dialog().waitFor({ state: 'hidden' })
  expect((await schedules()).items[0]).toMatchObject({ kind: 'interval', window_start: '10:00', window_end: '13:00', from_date: wednesday })
})

it('begins with the moment that is clicked, at the store that is shown', async () => {
  await show('day', `&store=${client.store_id}`)
  const line = (await page.locator('.mf-calendar').getByText('10:00', { exact: true }).boundingBox())!
  await page.mouse.click(700, line.y + 6)
  await dialog().waitFor()
  expect(await dialog().getByLabel('Día y hora').inputValue()).toBe(`${wednesday}T10:00`)
  await expect.poll(() => dialog().locator('[data-summary]').textContent(), SOON).toContain('en 1 tienda')
})

it('is a list on a phone, in English, in the dark', async () => {
  await add('Naranjas', { kind: 'times', times: ['11:00'] })
  const phone = await openDashboard(browser, server.url, client.owner, { viewport: { width: 390, height: 844 }, locale: 'en-GB', timezoneId: ZONE, colorScheme: 'dark' })
  await phone.context().addCookies([{ name: 'mediaflow_locale', value: 'en', url: server.url }])
  await phone.goto(`${server.url}/calendar?date=${wednesday}`)
  await phone.locator('.mf-event').first().waitFor()
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  expect(await phone.getByRole('tab', { name: /List/ }).getAttribute('aria-selected')).toBe('true')
  await phone.context().close()
})

it('says today at a glance what is next', async () => {
  const soon = new Date(Math.ceil((Date.now() + 120_000) / 60_000) * 60_000)
  await add('Naranjas', { kind: 'once', at: wallAt(soon.getTime(), ZONE) })
  await page.goto(`${server.url}/today`)
  const next = page.getByRole('region', { name: 'Lo próximo' })
  await expect.poll(() => next.textContent(), SOON).toContain('Naranjas')
  await page.getByText('Tiendas en silencio').first().waitFor()
})
