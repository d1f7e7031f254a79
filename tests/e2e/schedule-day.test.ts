import ICAL from 'ical.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Programme } from '../../shared/protocol'
import type { GenerateResponse } from '../../shared/schemas/audio'
import type { Store } from '../../shared/schemas/client'
import type { Day, NewSchedule, OccurrenceList, Schedule, Today } from '../../shared/schemas/schedule'
import { dayOf } from '../../shared/utils/zoned-day'
import { addClient, ADMIN_ENV, good, makeMessage, pairPlayer, signIn, type TestClient } from '../fixtures/api'
import { startServer, type TestServer } from '../fixtures/server'

const ZONE = 'Atlantic/Canary'
let server: TestServer
let client: TestClient
let message: GenerateResponse
let store: Store

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  client = await addClient(server.url, await signIn(server.url), 'Supermercado Sol')
  message = await makeMessage(client.editor, client.voice_id, 'Cerramos en quince minutos; gracias.', { title: 'Cierre' })
  store = await good(client.editor.post<Store>('client/stores', { name: 'Teror', time_zone: ZONE }))
}, 120_000)
afterAll(() => server?.stop())

const add = (more: Partial<NewSchedule>) => good(client.editor.post<Schedule>('schedule', { audio_id: message.audio_id, kind: 'interval', interval_minutes: 60, window_start: '00:00', window_end: '23:00', targets: { stores: [store.store_id] }, ...more } as NewSchedule))
const date = (days = 0) => dayOf(new Date(Date.now() + days * 86_400_000).toISOString(), ZONE)
const dayOn = (day: string) => good(client.viewer.get<Day>(`schedule/day?store_id=${store.store_id}&date=${day}`))

it('the time machine, the calendar, the programme and the feed say the same of tomorrow, and the log what was reported today', async () => {
  const { schedule_id } = await add({ name: 'Cada hora' })
  const tv = await pairPlayer(server.url, client.editor, { store_id: store.store_id })
  const tomorrow = await dayOn(date(1))
  expect(tomorrow).toMatchObject({ store_id: store.store_id, store_name: 'Teror', time_zone: ZONE, open: null })
  expect(tomorrow.entries.every(({ result, url }) => result === 'airs' && url === `/media/${message.sha256}.mp3`)).toBe(true)
  const due = tomorrow.entries.map(({ due_at }) => due_at)
  expect(due.length).toBeGreaterThanOrEqual(23)
  const within = (items: { due_at: string }[]) => items.map(({ due_at }) => due_at).filter(each => each >= tomorrow.from && each < tomorrow.to)
  expect(within((await good(client.viewer.get<OccurrenceList>(`schedule/occurrences?from=${tomorrow.from}&to=${tomorrow.to}&store_id=${store.store_id}`))).items)).toEqual(due)
  const programme = await good(tv.http.get<Programme>('player/programme'))
  expect(within(programme.items as { due_at: string }[])).toEqual(due)

  const { url } = await good(client.editor.get<{ url: string }>(`schedule/feed/${store.store_id}`))
  const answer = await fetch(url)
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
  const events = new ICAL.Component(ICAL.parse(await answer.text())).getAllSubcomponents('vevent').map(each => new ICAL.Event(each))
  expect(within(events.map(event => ({ due_at: event.startDate.toJSDate().toISOString() })))).toEqual(due)
  expect(events[0]).toMatchObject({ summary: 'Cada hora', description: 'Cerramos en quince minutos; gracias.' })

  // The player tells what it did before it was asked: the row stands in its place.
  const item = programme.items[0]!
  const now = new Date().toISOString()
  await good(tv.http.post('player/plays', { reports: [{ type: 'play_ended', play_id: item.play_id, occurrence: { schedule_id, due_at: item.due_at, audio_id: message.audio_id }, started_at: now, ended_at: now, heard_ms: 2_000, level_db: -18 }] }))
  const told = (await dayOn(dayOf(item.due_at!, ZONE))).entries.filter(({ due_at }) => due_at === item.due_at)
  expect(told).toMatchObject([{ play_id: item.play_id, result: 'played', level_db: -18, schedule_id }])
})

it('a day is a download for spreadsheets, in both languages', async () => {
  const path = `schedule/day.csv?store_id=${store.store_id}&date=${date(1)}`
  const spanish = await client.viewer.get(path)
  expect(spanish.headers.get('content-disposition')).toBe(`attachment; filename="mediaflow-day-${date(1)}.csv"`)
  expect(spanish.text).toContain('Tocaba (hora local)')
  expect((await client.viewer.get(`${path}&language=en`)).text).toContain('Due (local time)')
  expect((await fetch(`${server.url}/api/v1/${path}`)).status).toBe(401)
})

it('a feed is fetched again only when something changed, and not at all by an old address', async () => {
  const { url } = await good(client.editor.get<{ url: string }>(`schedule/feed/${store.store_id}`))
  expect((await client.viewer.get(`schedule/feed/${store.store_id}`)).status).toBe(403)
  const etag = (await fetch(url)).headers.get('etag')!
  expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
  await add({ kind: 'times', times: ['13:13'], name: 'Otra' })
  expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(200)
  const made = await good(client.editor.post<{ url: string }>(`schedule/feed/${store.store_id}`))
  expect((await fetch(url)).status).toBe(404)
  expect((await fetch(made.url)).status).toBe(200)
  expect((await fetch(`${server.url}/feeds/${'a'.repeat(75)}.ics`)).status).toBe(404)
  // Whoever reads the log cannot open it.
  expect(server.logs()).not.toContain(new URL(made.url).pathname)
})

it('today says what is next and who is silent', async () => {
  const today = await good(client.viewer.get<Today>('schedule/today'))
  expect(today.next).toHaveLength(10)
  expect(today.next[0]).toMatchObject({ title: 'Cierre', stores: 1 })
  expect(today.silent_stores).toEqual([expect.objectContaining({ store_id: store.store_id, open: true })])
  expect(today).toMatchObject({ missed: 0, expiring: 0, without_message: 0, quota: null })
})

it.each(['1970-01-01', '9999-12-30', '2027-02-30', 'x', '2027-03-28'])('the day %s is answered or refused, quickly', async (day) => {
  const { status } = await client.viewer.get(`schedule/day?store_id=${store.store_id}&date=${day}`)
  expect(status).toBe(['2027-02-30', 'x'].includes(day) ? 400 : 200)
})
