import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PLAYER_FEATURES, type PlayerStatus } from '../../shared/protocol'
import type { GenerateResponse } from '../../shared/schemas/audio'
import type { Store } from '../../shared/schemas/client'
import type { AirResponse, NewPairing } from '../../shared/schemas/player'
import { addClient, ADMIN_ENV, callerOf, good, makeMessage, pairPlayer, signIn, type TestClient } from '../fixtures/api'
import { launchBrowser, openDashboard } from '../fixtures/browser'
import { startServer, type TestServer } from '../fixtures/server'
import { heard, openPlayer, type PlayerSocket } from '../fixtures/sockets'

const TIZEN = 'Mozilla/5.0 (SMART-TV; LINUX; Tizen 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/5.0 Chrome/63.0.3239.84 TV Safari/537.36'
const STATUS: PlayerStatus = {
  sound: 'unlocked', state: 'idle', play_id: null, position_ms: null, volume: 0.8, clock_offset_ms: 12, queue_length: 0, user_agent: TIZEN, errors: [], music: 'Bossa nova',
  files: { needed_today: 12, ready_today: 12, bytes: 34_000_000 }, screen: { width: 1920, height: 1080 }, storage: { usage_bytes: 36_000_000, quota_bytes: 2 ** 30 }, talk_over: 'works',
}

let server: TestServer
let client: TestClient
let message: GenerateResponse
let browser: Browser
let page: Page
const open: PlayerSocket[] = []

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  client = await addClient(server.url, await signIn(server.url), 'Supermercado Sol')
  message = await makeMessage(client.editor, client.voice_id, 'Salgan por la puerta más cercana.', { title: 'Evacuación' })
  browser = await launchBrowser()
  page = await openDashboard(browser, server.url, client.owner)
}, 180_000)
afterAll(async () => {
  open.forEach(socket => socket.close())
  await browser?.close()
  await server?.stop()
})

/** A television that is on, and does what it is told. */
async function turnOn(name: string, store_id: string, status: Partial<PlayerStatus> = {}) {
  const paired = await pairPlayer(server.url, client.editor, { name, store_id })
  const told = { ...STATUS, next: { title: 'Cierre en quince minutos', due_at: new Date(Date.now() + 3_600_000).toISOString() }, synced_at: new Date().toISOString(), started_at: new Date().toISOString(), ...status }
  const socket = await openPlayer(server.url, paired.token, { hello: false, onMessage: (received) => {
    if (received.type === 'command') socket.send({ type: 'command_result', command_id: received.command_id, status: 'done', ...received.command === 'screenshot' && { result: { connection: 'online', volume: 0.8 } } })
  } })
  open.push(socket)
  socket.send({ type: 'hello', protocol: 1, version: '1', features: PLAYER_FEATURES, status: told })
  await socket.next('welcome')
  return { ...paired, socket, told }
}
const card = (name: string) => page.getByRole('article', { name, exact: true })

it('shows televisions as they are, live, and does with them what one wants', async () => {
  const norte = await good(client.editor.post<Store>('client/stores', { name: 'Norte', time_zone: 'Europe/Madrid' }))
  const till = await turnOn('TV Caja', client.store_id)
  const yard = await turnOn('TV Patio', norte.store_id, { sound: 'locked', files: { needed_today: 12, ready_today: 9, bytes: 1 } })
  await pairPlayer(server.url, client.editor, { name: 'TV Sótano', store_id: norte.store_id })
  await page.goto(`${server.url}/players`)
  await card('TV Caja').getByText('Música: Bossa nova').waitFor()
  for (const words of ['12 de 12 archivos de hoy', 'Chromium 63 · Tizen 5.0', 'Después: Cierre en quince minutos']) await card('TV Caja').getByText(words).waitFor()
  await card('TV Patio').getByText('Esperando un toque').waitFor()
  await page.getByRole('region', { name: 'Norte' }).getByText('1 de 2 encendidos').waitFor()

  // Live: somebody touches the screen, another goes away, something breaks.
  yard.socket.send({ type: 'status', status: { ...yard.told, sound: 'unlocked', files: STATUS.files } })
  await card('TV Patio').getByText('Esperando un toque').waitFor({ state: 'detached' })
  till.socket.send({ type: 'fault', fault_id: crypto.randomUUID(), kind: 'audio_stuck', detail: 'stood still for 6 s', at: new Date().toISOString(), recovery: 'next', recovered_at: new Date().toISOString() })
  await card('TV Caja').getByRole('button', { name: '1 incidencia' }).click()
  const panel = page.getByRole('dialog', { name: 'TV Caja' })
  await panel.getByText('El sonido se quedó parado').waitFor()
  await panel.getByText('En hora').waitFor()

  // An order, and what became of it.
  await panel.getByRole('button', { name: 'Identificar' }).click()
  await panel.getByText('Identificarse').waitFor()
  await panel.getByText('Hecho').first().waitFor()
  await panel.getByRole('button', { name: 'Ver su pantalla' }).click()
  await panel.getByText(/Así estaba a las/).waitFor()
  await page.keyboard.press('Escape')

  // The whole store.
  await page.getByRole('button', { name: 'Acciones para todos los reproductores de Norte' }).click()
  await page.getByRole('menuitem', { name: 'Silenciar' }).click()
  await card('TV Patio').getByText('Mudo').waitFor()
  await card('TV Sótano').getByText('Mudo').waitFor()
  expect(yard.socket.received.filter(({ type }) => type === 'command')).toMatchObject([{ command: 'mute' }])
  expect(till.socket.received.some(received => received.type === 'command' && received.command === 'mute')).toBe(false)
  await page.getByRole('switch', { name: /Solo con problemas/ }).click()
  await card('TV Patio').waitFor({ state: 'detached' })
  await card('TV Sótano').waitFor()
  await page.getByRole('switch', { name: /Solo con problemas/ }).click()
})

it('says on every page what is on the air until somebody stops it, and stops it', async () => {
  await page.goto(`${server.url}/library`)
  const { socket } = await turnOn('TV Salida', client.store_id)
  const { air_id } = await good(client.editor.post<AirResponse>('player/air', { audio_id: message.audio_id, priority: 'emergency', on_busy: 'interrupt', until_stopped: true }))
  const { item } = await socket.next('air')
  socket.send(heard(item.play_id, 500)[0])
  const banner = page.getByRole('alert').filter({ hasText: 'Emergencia en el aire: Evacuación' })
  await banner.getByText(/suena en 1 de/).waitFor()
  await banner.getByRole('button', { name: 'Parar Evacuación en todas partes' }).click()
  expect(await socket.next('stop')).toMatchObject({ play_id: item.play_id })
  await banner.waitFor({ state: 'detached' })
  expect(air_id).toBeTruthy()
})

it('knows a television again that was reset', async () => {
  const { socket, player_id } = await turnOn('TV Vieja', client.store_id, { user_agent: TIZEN.replace('5.0)', '6.5)') })
  socket.close()
  await socket.closed
  const television = callerOf(server.url, { 'x-forwarded-for': '127.0.0.1', 'user-agent': TIZEN.replace('5.0)', '6.5)') })
  const { code } = await good(television.post<NewPairing>('player/pairings', { screen: STATUS.screen }))
  await page.goto(`${server.url}/players?code=${code}`)
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/Es otra vez TV Vieja/).waitFor()
  await dialog.getByRole('button', { name: 'Vincular' }).click()
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(async () => (await good(client.viewer.get<{ items: { player_id: string, name: string }[] }>('player/players'))).items.filter(player => player.name === 'TV Vieja').map(player => player.player_id)).toEqual([player_id])
})
