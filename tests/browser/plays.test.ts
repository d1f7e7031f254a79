import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sha256Of } from '../../server/services/hash'
import type { PlayReport, SkipReason } from '../../shared/protocol'
import type { GenerateResponse } from '../../shared/schemas/audio'
import type { Store } from '../../shared/schemas/client'
import type { AirResponse, Play } from '../../shared/schemas/player'
import type { Schedule } from '../../shared/schemas/schedule'
import { playIdOf } from '../../shared/utils/play-id'
import { dayOf, startOfDay } from '../../shared/utils/zoned-day'
import { addClient, ADMIN_ENV, good, makeMessage, pairPlayer, signIn, type PairedPlayer, type TestClient } from '../fixtures/api'
import { launchBrowser, openDashboard } from '../fixtures/browser'
import { startServer, type TestServer } from '../fixtures/server'
import { heard } from '../fixtures/sockets'

const DAY_MS = 86_400_000
const SOON = { timeout: 15_000 }
const ZONE = 'Europe/Madrid'
const TEXT = 'Estimados clientes, nuestra tienda cierra en quince minutos.'

let server: TestServer
let browser: Browser
let page: Page
let client: TestClient
let message: GenerateResponse
let players: PairedPlayer[]

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  client = await addClient(server.url, await signIn(server.url), 'Supermercado Sol')
  message = await makeMessage(client.editor, client.voice_id, TEXT, { title: 'Cierre en quince minutos' })
  const names = ['Centro', 'Las Palmas', 'Norte']
  const zones = [ZONE, 'Atlantic/Canary', ZONE]
  const stores = await Promise.all(names.map((name, at) => good(client.editor.post<Store>('client/stores', { name, time_zone: zones[at] }))))
  players = []
  for (const [at, { store_id }] of stores.entries()) players.push(await pairPlayer(server.url, client.editor, { store_id, name: `TV ${names[at]}` }))
  await reportDays()
  browser = await launchBrowser()
  page = await openDashboard(browser, server.url, client.owner)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** What the players did on the six days before, in the forenoon: most was heard. */
async function reportDays() {
  const today = startOfDay(dayOf(new Date().toISOString(), ZONE), ZONE).getTime()
  const { schedule_id } = await good(client.editor.post<Schedule>('schedule', { audio_id: message.audio_id, targets: { all: true }, kind: 'times', times: ['21:45'] }))
  const missed: (SkipReason | null)[] = [null, null, null, 'muted', null, null, 'autoplay_blocked', null, 'expired', null, null]
  let turn = 0
  for (const player of players) {
    const reports: PlayReport[] = []
    for (let back = 1; back <= 6; back++) {
      for (let hour = 0; hour < 4; hour++) {
        const due = new Date(today - back * DAY_MS + (9 + hour) * 3_600_000)
        const occurrence = { schedule_id, due_at: due.toISOString(), audio_id: message.audio_id }
        const play_id = playIdOf({ ...occurrence, player_id: player.player_id }, sha256Of)
        const at = (ms: number) => new Date(due.getTime() + ms).toISOString()
        const reason = missed[turn++ % missed.length]
        reports.push(reason
          ? { type: 'play_skipped', play_id, occurrence, reason, at: at(60_000) }
          : { type: 'play_ended', play_id, occurrence, started_at: at(80), ended_at: at(4000), heard_ms: 3920, level_db: -18.4 })
      }
    }
    expect(await good(player.http.post('player/plays', { reports }))).toEqual({ recorded: 24, unknown: 0 })
  }
}

/** Sends the message and lets one player hear it; another had no time for it. */
async function sendAndReport() {
  const { air_id } = await good(client.editor.post<AirResponse>('player/air', { audio_id: message.audio_id, priority: 'emergency' }))
  const { items } = await good(client.viewer.get<{ items: Play[] }>(`player/plays?air_id=${air_id}`))
  const of = (player: PairedPlayer) => items.find(play => play.player_id === player.player_id)!.play_id
  await good(players[0]!.http.post('player/plays', { reports: heard(of(players[0]!), message.duration_ms) }))
  await good(players[1]!.http.post('player/plays', { reports: [{ type: 'play_skipped', play_id: of(players[1]!), reason: 'preempted', by: 'Fuego', at: new Date().toISOString() }] }))
}

const wide = () => page.evaluate(() => document.documentElement.scrollWidth)
const rows = () => page.locator('li[data-status]')

it('tells what was heard and what was not, in rows, figures and a chart', async () => {
  await page.goto(`${server.url}/plays`, { waitUntil: 'networkidle' })
  await page.getByText('72 emisiones').first().waitFor()
  await page.getByText('No se oyó: el volumen estaba a cero').first().waitFor()
  await page.getByText('Se oyó, −18,4 dB').first().waitFor()
  // Stores have clocks of two zones: the reader's own counts.
  await page.getByText('Hora de Europe/Madrid').waitFor()
  const canvas = page.locator('canvas')
  await canvas.waitFor()
  await expect.poll(() => canvas.evaluate((element: HTMLCanvasElement) => new Set(element.getContext('2d')!.getImageData(0, 0, element.width, element.height).data).size), SOON).toBeGreaterThan(20)
  expect(await page.locator('table tbody tr').count()).toBe(7)
})

it('brings in older plays as one scrolls', async () => {
  expect(await rows().count()).toBeLessThan(60)
  await expect.poll(async () => {
    await rows().last().scrollIntoViewIfNeeded()
    return rows().count()
  }, SOON).toBe(72)
})

it('narrows by a click on a reason, keeps that in the address, and is downloaded as it is shown', async () => {
  await page.goto(`${server.url}/plays`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: /nadie ha tocado la pantalla/ }).click()
  await page.waitForURL(/result=autoplay_blocked/)
  await expect.poll(() => page.locator('li[data-status="played"]').count(), SOON).toBe(0)
  const shown = await rows().count()
  expect(shown).toBeGreaterThan(0)
  await page.reload({ waitUntil: 'networkidle' })
  await expect.poll(() => rows().count(), SOON).toBe(shown)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Descargar CSV' }).click()])
  const csv = await readFile(await download.path(), 'utf8')
  expect(csv.startsWith('\uFEFF"Tocaba (hora local)",')).toBe(true)
  expect(csv.match(/Nadie había activado el sonido/g)).toHaveLength(shown)
  await page.goBack()
  await expect.poll(() => page.locator('li[data-status="played"]').count(), SOON).toBeGreaterThan(0)
})

it('shows what happens as it happens, and the badge of the message says where it was not heard', async () => {
  await page.goto(`${server.url}/plays`, { waitUntil: 'networkidle' })
  await sendAndReport()
  await page.getByText('No se oyó: lo cortó «Fuego»').waitFor()
  await page.getByText('75 emisiones').first().waitFor()
  await page.goto(`${server.url}/library`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: 'Oído en 1 de 3 tiendas' }).click()
  await page.getByText('lo cortó «Fuego»').waitFor()
  await page.getByText('Esperando al reproductor').waitFor()
  await page.getByRole('link', { name: 'Ver en el registro' }).click()
  await page.waitForURL(/\/plays\?message=/)
  await page.getByText('75 emisiones').first().waitFor()
})

it('fits a phone', async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${server.url}/plays`, { waitUntil: 'networkidle' })
  await rows().first().waitFor()
  expect(await wide()).toBeLessThanOrEqual(390)
  await page.getByRole('button', { name: 'Filtros' }).click()
  await page.getByRole('combobox', { name: 'Resultado' }).waitFor()
  await rows().first().getByRole('button', { name: /Leer el texto/ }).click()
  await page.getByText(TEXT).first().waitFor()
  expect(await wide()).toBeLessThanOrEqual(390)
})
