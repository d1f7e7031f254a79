import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Alert, CreatedWebhook, Notice, WebhookBody } from '../../shared/schemas/alert'
import type { Store } from '../../shared/schemas/client'
import type { LookSettings } from '../../shared/schemas/settings'
import { addClient, ADMIN_ENV, callerOf, good, pairPlayer, readAnswer, signIn, type PairedPlayer, type TestClient } from '../fixtures/api'
import { startMailServer, startWebhookReceiver, verifyCall, type MailServer, type WebhookReceiver } from '../fixtures/receivers'
import { startServer, type TestServer } from '../fixtures/server'
import { openPlayer, openSocket } from '../fixtures/sockets'

/** Sweeps come every minute, and a player is missed for one. */
const SWEPT_MS = 200_000

let server: TestServer
let receiver: WebhookReceiver
let mail: MailServer
let client: TestClient
let player: PairedPlayer

beforeAll(async () => {
  [receiver, mail] = await Promise.all([startWebhookReceiver(), startMailServer()])
  server = await startServer({ ...ADMIN_ENV, WEBHOOK_ALLOW_PRIVATE: 'true', SMTP_URL: mail.url, MAIL_FROM: 'alerts@mediaflow.test' })
  client = await addClient(server.url, await signIn(server.url), 'Supermercado Sol')
  player = await pairPlayer(server.url, client.editor, { store_id: client.store_id })
}, 120_000)
afterAll(async () => {
  await server.stop()
  await Promise.all([receiver.stop(), mail.stop()])
})

it('tells what is on the screens at once when settings, hours or look change', async () => {
  const screen = await openPlayer(server.url, player.token)
  await screen.next('programme')
  await good(client.editor.put('settings/player', { duck_db: -12, dayparts: [{ name: 'Noche', weekdays: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00', volume: 0.3 }] }))
  const { programme: second } = await screen.next('programme', 2000)
  expect(second.settings).toMatchObject({ talk_over: { duck_db: -12 }, open: null })
  expect(second.settings!.dayparts!.length).toBeGreaterThan(1)
  const store = await good(client.editor.patch<Store>(`client/stores/${client.store_id}`, { opening_hours: { 1: [['09:00', '21:00']] }, player_settings: { talk_over: false } }))
  expect(store.opening).not.toBeNull()
  const { programme: third } = await screen.next('programme', 2000)
  expect(third.settings).toMatchObject({ talk_over: null, open: expect.any(Array) })
  const form = new FormData()
  form.append('file', new Blob([Uint8Array.from([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, ...Buffer.from('IHDR'), 0, 0, 0, 32, 0, 0, 0, 32])]), 'logo.svg')
  const look = await good(readAnswer<LookSettings>(await client.editor.fetch('settings/look/logo', { method: 'POST', body: form })))
  const { programme: fourth } = await screen.next('programme', 2000)
  expect(fourth.settings!.look!.logo_url).toBe(`/media/logo/${look.logo_sha256}`)
  for (const caller of [client.viewer, player.http]) {
    const logo = await caller.fetch(fourth.settings!.look!.logo_url!)
    expect([logo.status, logo.headers.get('content-type')]).toEqual([200, 'image/png'])
  }
  expect((await callerOf(server.url).fetch(fourth.settings!.look!.logo_url!)).status).toBe(401)
  await good(client.editor.put('settings/look', { ...look, colour: '#0ea5e9' }))
  expect((await screen.next('programme', 2000)).programme.settings!.look).toEqual({ logo_url: fourth.settings!.look!.logo_url, colour: '#0ea5e9' })
  const drawing = new FormData()
  drawing.append('file', new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>']), 'logo.png')
  expect((await client.editor.fetch('settings/look/logo', { method: 'POST', body: drawing })).status).toBe(415)
  const large = new FormData()
  large.append('file', new Blob([new Uint8Array(600_000)]), 'logo.png')
  expect((await client.editor.fetch('settings/look/logo', { method: 'POST', body: large })).status).toBe(413)
  await good(client.editor.patch(`client/stores/${client.store_id}`, { opening_hours: null, player_settings: null }))
  screen.close()
  await screen.closed
  const back = await openPlayer(server.url, player.token)
  expect(back.received[0]).toMatchObject({ type: 'welcome', settings: { look: { colour: '#0ea5e9' } } })
  back.close()
  await back.closed
})

it('tells of a player that leaves, and of its return: on the page, by webhook and by mail', async () => {
  const { secret } = await good(client.editor.post<CreatedWebhook>('alert/webhooks', { url: receiver.url }))
  await good(client.editor.put('settings/alerts', { offline_after_minutes: 1, emails: ['ana@shop.test'] }))
  const page = await openSocket(`${server.url}/ws/dashboard`, { origin: server.url, cookie: client.owner.headers.cookie! })
  const news: string[] = []
  page.addEventListener('message', ({ data }) => news.push(String(data)))
  const screen = await openPlayer(server.url, player.token)
  screen.close()
  await screen.closed
  await expect.poll(() => receiver.received.length, { timeout: SWEPT_MS, interval: 500 }).toBe(1)
  const opened = verifyCall<WebhookBody>(receiver.received[0]!, secret)
  expect(opened).toMatchObject({ type: 'alert.opened', alert: { kind: 'player_offline', player: { player_id: player.player_id }, closed_at: null } })
  const { items } = await good(client.viewer.get<{ items: Alert[] }>('alert?state=open'))
  expect(items).toMatchObject([{ alert_id: opened.alert!.alert_id, player_id: player.player_id }])
  expect((await good(client.editor.post<Alert>(`alert/${opened.alert!.alert_id}/seen`))).seen_at).not.toBeNull()
  expect(news.some(event => event.includes('alert_changed') && event.includes(opened.alert!.alert_id))).toBe(true)
  const again = await openPlayer(server.url, player.token)
  await expect.poll(() => receiver.received.length, { timeout: SWEPT_MS, interval: 500 }).toBe(2)
  expect(verifyCall<WebhookBody>(receiver.received[1]!, secret)).toMatchObject({ type: 'alert.closed', alert: { alert_id: opened.alert!.alert_id } })
  expect((await good(client.viewer.get<{ items: Alert[] }>('alert?state=open'))).items).toEqual([])
  await expect.poll(() => mail.received.length).toBe(2)
  expect((await good(client.editor.get<{ items: Notice[] }>('alert/notices'))).items.map(notice => notice.status)).toEqual(['sent', 'sent', 'sent', 'sent'])
  again.close()
  page.close()
}, 2 * SWEPT_MS)
