import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import ICAL from 'ical.js'
import { beforeAll, expect, it, vi } from 'vitest'
import type { message } from '../../../../../db/schema'
import { file, schedule, store } from '../../../../../db/schema'
import { updateStore } from '../../../../../server/services/client/stores'
import { sha256Of } from '../../../../../server/services/hash'
import { changeProgrammes } from '../../../../../server/services/player/programme-change'
import { dayAt } from '../../../../../server/services/schedule/day'
import { feedAddress, readFeed, rotateFeed } from '../../../../../server/services/schedule/feed'
import { updateSchedule } from '../../../../../server/services/schedule/schedules'
import { SchedulePatchSchema } from '../../../../../shared/schemas/schedule'
import { dayName, dayNumberAt } from '../../../../../shared/utils/wall-clock'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ database: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({
  useDb: () => Promise.resolve((opened.database as { db: unknown }).db),
  useDatabase: () => Promise.resolve(opened.database),
}))
vi.mock('../../../../../server/services/settings/env', async actual => ({ ...await actual<object>(), useSettings: () => ({ AUTH_SECRET: 'x'.repeat(32), WS_HEARTBEAT_INTERVAL: 30_000 }) }))

const ORIGIN = 'https://radio.example'
const DAY = 86_400_000

onBothDatabases('the calendar feed of a store', (use) => {
  beforeAll(() => {
    opened.database = use().database
  })

  async function furnish(time_zone = 'Europe/Madrid', more: Partial<typeof message.$inferInsert> = {}) {
    const { db } = use()
    const client = await addClient(db, randomUUID())
    const sha256 = sha256Of(randomUUID())
    await db.insert(file).values({ sha256, content_type: 'audio/mpeg', bytes: 1 })
    const audio_id = await addSound(db, client, { sha256, ...more })
    const store_id = await addStore(db, client, time_zone)
    await db.update(store).set({ created_at: new Date(Date.now() - 100 * DAY) }).where(eq(store.store_id, store_id))
    await changeProgrammes(db, client)
    return { db, client, audio_id, store_id }
  }

  const tokenOf = async (client: string, store_id: string) => /^https:\/\/radio\.example\/feeds\/([\w-]+)\.ics$/.exec((await feedAddress(client, store_id, ORIGIN)).url)![1]!

  /** As another program reads it. */
  async function read(client: string, store_id: string) {
    const { body, etag } = await readFeed(await tokenOf(client, store_id))
    const root = new ICAL.Component(ICAL.parse(body))
    return { body, etag, root, events: root.getAllSubcomponents('vevent').map(each => new ICAL.Event(each)) }
  }
  const startOf = (event: ICAL.Event) => event.startDate.toJSDate().getTime()

  it('opens by its secret only, and no more when the address was made anew', async () => {
    const { client, store_id } = await furnish()
    const token = await tokenOf(client, store_id)
    await readFeed(token)
    for (const wrong of ['', 'x', `${token}x`, token.slice(0, -1), `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, `${randomUUID().replaceAll('-', '')}${token.slice(32)}`]) {
      await expect(readFeed(wrong), wrong).rejects.toThrow()
    }
    const { url } = await rotateFeed(client, store_id, ORIGIN)
    expect(url).not.toContain(token)
    expect(url).toBe((await feedAddress(client, store_id, ORIGIN)).url)
    await expect(readFeed(token)).rejects.toThrow()
    await readFeed(await tokenOf(client, store_id))
    await expect(feedAddress('other', store_id, ORIGIN)).rejects.toThrow('no such store')
    await expect(rotateFeed('other', store_id, ORIGIN)).rejects.toThrow('no such store')
  })

  it('another program reads long texts, emojis and signs as they were written, in lines that mail servers take', async () => {
    const text = `Señoras; y señores, «cierre» \\ a las 21:00 👨‍👩‍👧‍👦🎄 ${'ñ🎉 línea muy larga, con comas; y más '.repeat(40)}\nSegunda línea: fin`
    const { client, store_id, audio_id, db } = await furnish('Europe/Madrid', { title: 'Cierre 🎄, ya; "hoy"', text: `${text}\u0007` })
    const { schedule_id } = await addSchedule(db, client, { audio_id, kind: 'times', times: ['21:00'] })
    const { body, events, root } = await read(client, store_id)
    expect(events.length).toBeGreaterThanOrEqual(59)
    for (const event of events) {
      expect(event.summary).toBe('Cierre 🎄, ya; "hoy"')
      expect(event.description).toBe(`${text} `)
      expect(event.uid).toBe(`${schedule_id}-${startOf(event)}-${store_id}@mediaflow`)
      expect(event.endDate.toJSDate().getTime() - startOf(event)).toBe(4_000)
    }
    const lines = body.split('\r\n')
    expect(lines.every(line => Buffer.byteLength(line) <= 75 && !line.includes('\n'))).toBe(true)
    expect(root.getFirstPropertyValue('x-wr-timezone')).toBe('Europe/Madrid')
  })

  it('agrees with the days of the time machine, on nights on which clocks change too', async () => {
    for (const [zone, now] of [['Europe/Madrid', '2027-03-20T12:00:00Z'], ['America/New_York', '2027-10-20T12:00:00Z'], ['Australia/Lord_Howe', '2027-03-20T12:00:00Z']] as const) {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(now) - 30 * DAY })
      const { client, store_id, audio_id, db } = await furnish(zone)
      await addSchedule(db, client, { audio_id, kind: 'interval', interval_minutes: 30, window_start: '00:00', window_end: '04:00' })
      await addSchedule(db, client, { audio_id, kind: 'times', times: ['01:45', '02:15'], weekdays: [7] })
      vi.setSystemTime(Date.parse(now))
      const { events } = await read(client, store_id)
      const today = dayNumberAt(Date.now(), zone)
      const listed = []
      for (let day = today - 14; day < today + 60; day++) listed.push(...(await dayAt(client, { store_id, date: dayName(day) })).entries)
      vi.useRealTimers()
      expect(listed.length).toBeGreaterThan(74 * 8)
      const ofDay = listed.map(({ due_at, starts_at, result }) => [Date.parse(due_at), Date.parse(starts_at), result === 'dropped'])
      const ofFeed = events.map(event => [Date.parse(String(event.component.getFirstPropertyValue('x-mediaflow-due'))), startOf(event), event.component.getFirstPropertyValue('status') === 'CANCELLED'])
      expect(ofFeed.sort(), zone).toEqual(ofDay.sort())
      expect(events.every(event => event.startDate.zone === ICAL.Timezone.utcTimezone)).toBe(true)
    }
  })

  it('shows what is moved where it will be heard, and what is left out as cancelled, by which rule', async () => {
    const { client, store_id, audio_id, db } = await furnish('UTC')
    await addSchedule(db, client, { audio_id, kind: 'times', times: ['13:30', '13:55'] })
    await updateStore(client, store_id, { limits: { quiet: [{ name: 'Siesta', weekdays: [1, 2, 3, 4, 5, 6, 7], from: '13:00', to: '14:00' }], move_up_to_minutes: 10 } })
    const { events } = await read(client, store_id)
    const said = new Set(events.map(event => [event.startDate.toJSDate().toISOString().slice(11, 16), ...['status', 'x-mediaflow-verdict', 'x-mediaflow-rule', 'x-mediaflow-because'].map(name => event.component.getFirstPropertyValue(name))].join(' ')))
    expect([...said].sort()).toEqual(['13:30 CANCELLED dropped quiet_time Siesta', '14:00 CONFIRMED moved quiet_time Siesta'])
  })

  it('is the same until something in it changes, and keeps the name of each event', async () => {
    const { client, store_id, audio_id, db } = await furnish()
    const { schedule_id } = await addSchedule(db, client, { audio_id, kind: 'times', times: ['10:00'], name: 'Uno' })
    await addPlayer(db, client, store_id)
    const first = await read(client, store_id)
    expect((await read(client, store_id)).etag).toBe(first.etag)
    await updateSchedule(client, schedule_id, SchedulePatchSchema.parse({ name: 'Dos' }))
    const second = await read(client, store_id)
    expect(second.etag).not.toBe(first.etag)
    expect(second.events.at(-1)).toMatchObject({ uid: first.events.at(-1)!.uid, summary: 'Dos', sequence: 2 })
    await db.update(schedule).set({ enabled: false }).where(eq(schedule.schedule_id, schedule_id))
    await changeProgrammes(db, client)
    expect((await read(client, store_id)).events.filter(event => startOf(event) > Date.now())).toEqual([])
  })
})
