import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { alert, file, notice, player, schedule, store } from '../../../../../db/schema'
import { listAlerts, seeAlert } from '../../../../../server/services/alert/alerts'
import { listNotices, retryNotice, writeTest } from '../../../../../server/services/alert/notices'
import { drainNotices, retryAfter, sendDue } from '../../../../../server/services/alert/send'
import { sweepAlerts } from '../../../../../server/services/alert/sweep'
import { createWebhook, deleteWebhook, listChannels, updateWebhook } from '../../../../../server/services/alert/webhooks'
import { changeSettings } from '../../../../../server/services/settings/change-settings'
import { AlertQuerySchema, WebhookBodySchema, type CreatedWebhook } from '../../../../../shared/schemas/alert'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { startMailServer, startWebhookReceiver, verifyCall, type MailServer, type WebhookReceiver } from '../../../../fixtures/receivers'
import { addPlayer, addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db, DatabaseClosed: class extends Error {} }))

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Monday to Sunday, 9 to 21 h. */
const DAILY = Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map(day => [day, [['09:00', '21:00'] as [string, string]]]))
/** A Tuesday in Madrid, 12 h. */
const NOON = new Date('2026-12-01T11:00:00Z')
const after = (ms: number, from = NOON) => new Date(from.getTime() + ms)
const at = (time: string) => new Date(`2026-12-01T${time}:00+01:00`)

let mail: MailServer
let receiver: WebhookReceiver

beforeAll(async () => {
  [mail, receiver] = await Promise.all([startMailServer(), startWebhookReceiver()])
  vi.stubEnv('AUTH_SECRET', 'x'.repeat(40))
  vi.stubEnv('SMTP_URL', mail.url)
  vi.stubEnv('MAIL_FROM', 'MediaFlow <alerts@mediaflow.test>')
  vi.stubEnv('APP_URL', 'https://announce.example.com')
  vi.stubEnv('WEBHOOK_ALLOW_PRIVATE', 'true')
})
afterAll(async () => {
  await Promise.all([mail.stop(), receiver.stop()])
})

onBothDatabases('alerts', (use) => {
  let db: Db
  let shop: string
  let store_id: string
  let player_id: string
  let hook: CreatedWebhook

  beforeAll(async () => {
    db = use().db
    opened.db = db
    await db.insert(file).values({ sha256: 'f'.repeat(64), content_type: 'audio/mpeg', bytes: 1 })
  })
  beforeEach(async () => {
    await db.delete(notice)
    await db.delete(alert)
    await db.delete(player)
    await db.delete(schedule)
    mail.received = []
    mail.refuse = 0
    receiver.received = []
    receiver.answer = 204
    shop = await addClient(db, randomUUID())
    store_id = await addStore(db, shop)
    await db.update(store).set({ name: 'Centro' }).where(eq(store.store_id, store_id))
    player_id = (await addPlayer(db, shop, store_id)).player_id
    await db.update(player).set({ name: 'TV 1' }).where(eq(player.player_id, player_id))
    await changeSettings(shop, 'alerts', { enabled: true, offline_after_minutes: 10, emails: ['ana@shop.test'] })
    hook = await createWebhook(shop, { url: receiver.url })
  })

  const sweep = (now: Date) => sweepAlerts(now, HOUR)
  const leave = (last_seen_at: Date) => db.update(player).set({ connection_id: null, connected_at: after(-24 * HOUR), last_seen_at }).where(eq(player.player_id, player_id))
  const isBack = (now: Date, sound: 'locked' | 'unlocked' = 'unlocked', connected_at = now) => db.update(player).set({
    connection_id: randomUUID(), connected_at, last_seen_at: now, status: sql`${JSON.stringify({ sound })}::jsonb`,
  }).where(eq(player.player_id, player_id))
  const openingHours = () => db.update(store).set({ opening_hours: DAILY }).where(eq(store.store_id, store_id))
  const alerts = async () => (await listAlerts(shop, AlertQuerySchema.parse({}))).items

  describe('about a player that is away', () => {
    it('come after so many minutes, once, and end when it is back', async () => {
      await leave(NOON)
      expect(await sweep(after(9 * MINUTE))).toEqual({ opened: 0, closed: 0 })
      expect(await sweep(after(10 * MINUTE))).toEqual({ opened: 1, closed: 0 })
      expect(await sweep(after(11 * MINUTE))).toEqual({ opened: 0, closed: 0 })
      expect(await alerts()).toMatchObject([{ kind: 'player_offline', player_id, player_name: 'TV 1', store_name: 'Centro', time_zone: 'Europe/Madrid', since: NOON.toISOString(), closed_at: null }])
      await isBack(after(20 * MINUTE))
      expect(await sweep(after(20 * MINUTE))).toEqual({ opened: 0, closed: 1 })
      expect(await sweep(after(21 * MINUTE))).toEqual({ opened: 0, closed: 0 })
      expect(await alerts()).toMatchObject([{ closed_at: after(20 * MINUTE).toISOString() }])
      expect((await listNotices(shop)).map(row => `${row.event} ${row.channel}`).sort()).toEqual(['alert.closed email', 'alert.closed webhook', 'alert.opened email', 'alert.opened webhook'])
    })

    it('count the minutes only in which the store is open', async () => {
      await openingHours()
      await leave(at('20:55'))
      expect((await sweep(at('20:59'))).opened).toBe(0)
      // Closed for the night: nobody is woken.
      expect((await sweep(at('23:30'))).opened).toBe(0)
      expect((await sweep(after(24 * HOUR, at('08:59')))).opened).toBe(0)
      expect((await sweep(after(24 * HOUR, at('09:04')))).opened).toBe(0)
      expect((await sweep(after(24 * HOUR, at('09:05')))).opened).toBe(1)
      // Switched off in the evening and on in the morning: nobody hears of it.
      expect(await alerts()).toMatchObject([{ since: at('20:55').toISOString() }])
    })

    it('do not come while the store is closed, on a day of exception neither', async () => {
      await openingHours()
      await leave(at('20:00'))
      expect((await sweep(at('21:01'))).opened).toBe(0)
      await leave(at('10:00'))
      await db.update(store).set({ opening_exceptions: [{ date: '2026-12-01', name: 'Fiesta', hours: [] }] }).where(eq(store.store_id, store_id))
      expect((await sweep(at('15:00'))).opened).toBe(0)
    })

    it('stay open when the store closes, and end when the player is back', async () => {
      await openingHours()
      await leave(at('20:00'))
      expect((await sweep(at('20:30'))).opened).toBe(1)
      expect(await sweep(at('22:00'))).toEqual({ opened: 0, closed: 0 })
      await isBack(at('23:00'))
      expect((await sweep(at('23:00'))).closed).toBe(1)
    })

    it('come again when it leaves again', async () => {
      await leave(NOON)
      await sweep(after(15 * MINUTE))
      await isBack(after(20 * MINUTE))
      await sweep(after(20 * MINUTE))
      await leave(after(30 * MINUTE))
      expect((await sweep(after(35 * MINUTE))).opened).toBe(0)
      expect((await sweep(after(41 * MINUTE))).opened).toBe(1)
      expect(await alerts()).toHaveLength(2)
    })

    it('are one, with one notice for each, when two instances look at once', async () => {
      await leave(NOON)
      const swept = await Promise.all([sweep(after(HOUR)), sweep(after(HOUR)), sweep(after(HOUR))])
      expect(swept.reduce((sum, { opened }) => sum + opened, 0)).toBe(1)
      expect(await listNotices(shop)).toHaveLength(2)
      await isBack(after(2 * HOUR))
      await Promise.all([sweep(after(2 * HOUR)), sweep(after(2 * HOUR))])
      expect(await listNotices(shop)).toHaveLength(4)
    })

    it('do not come for one that never was there, nor for a server that was away itself', async () => {
      expect((await sweep(after(HOUR))).opened).toBe(0)
      await leave(NOON)
      expect((await sweepAlerts(after(HOUR), 30_000)).opened).toBe(0)
      expect((await sweepAlerts(after(HOUR), 60_000)).opened).toBe(1)
    })

    it('find players of an instance that died', async () => {
      await isBack(NOON)
      expect((await sweep(after(10 * MINUTE))).opened).toBe(1)
    })

    it('do not come where nobody wants them, and end without a word when the player is unpaired', async () => {
      await changeSettings(shop, 'alerts', { enabled: false, offline_after_minutes: 10, emails: [] })
      await leave(NOON)
      expect((await sweep(after(HOUR))).opened).toBe(0)
      await changeSettings(shop, 'alerts', { enabled: true, offline_after_minutes: 30, emails: [] })
      expect((await sweep(after(29 * MINUTE))).opened).toBe(0)
      expect((await sweep(after(HOUR))).opened).toBe(1)
      await db.delete(player).where(eq(player.player_id, player_id))
      expect((await sweep(after(HOUR))).closed).toBe(1)
      expect((await listNotices(shop)).map(row => row.event)).toEqual(['alert.opened'])
      expect(await alerts()).toMatchObject([{ player_id: null, player_name: 'TV 1' }])
    })
  })

  describe('about a player that waits for a tap', () => {
    it('come while it is there and locked for as long, and end with the tap', async () => {
      await isBack(after(9 * MINUTE), 'locked', NOON)
      expect((await sweep(after(9 * MINUTE))).opened).toBe(0)
      await isBack(after(10 * MINUTE), 'locked', NOON)
      expect((await sweep(after(10 * MINUTE))).opened).toBe(1)
      expect(await alerts()).toMatchObject([{ kind: 'sound_locked' }])
      await isBack(after(12 * MINUTE), 'unlocked', NOON)
      expect((await sweep(after(12 * MINUTE))).closed).toBe(1)
    })

    it('do not end because it went away', async () => {
      await isBack(after(10 * MINUTE), 'locked', NOON)
      await sweep(after(10 * MINUTE))
      await db.update(player).set({ connection_id: null }).where(eq(player.player_id, player_id))
      expect((await sweep(after(12 * MINUTE))).closed).toBe(0)
    })
  })

  describe('about schedules that end', () => {
    const until = async (until_date: string, name: string) => (await addSchedule(db, shop, {
      name, audio_id: await addSound(db, shop, { sha256: 'f'.repeat(64) }), targets: { all: true }, kind: 'times', times: ['20:45'], from_date: '2026-11-01', until_date,
    })).schedule_id
    const change = (schedule_id: string, to: Partial<typeof schedule.$inferInsert>) => db.update(schedule).set(to).where(eq(schedule.schedule_id, schedule_id))
    const ending = async () => (await alerts()).map(row => [row.ending, row.closed_at !== null])

    it('are one for each last day within two weeks, with a notice that says how many', async () => {
      await until('2026-12-16', 'Rebajas')
      expect((await sweep(NOON)).opened).toBe(0)
      await until('2026-12-15', 'Campaña')
      await until('2026-12-15', 'Aforo')
      expect(await sweep(NOON)).toEqual({ opened: 1, closed: 0 })
      expect(await sweep(after(MINUTE))).toEqual({ opened: 0, closed: 0 })
      expect(await ending()).toEqual([[{ ends_on: '2026-12-15', schedules: 2, title: 'Aforo' }, false]])
      expect(await alerts()).toMatchObject([{ kind: 'schedules_ending', player_name: null, store_name: null, time_zone: null }])
      await sendDue(NOON)
      expect(verifyCall(receiver.received[0]!, hook.secret)).toMatchObject({ type: 'alert.opened', url: 'https://announce.example.com/schedules?state=expiring', alert: { ending: { ends_on: '2026-12-15', schedules: 2 } } })
      const text = mail.received[0]!.source.replace(/=\r\n/g, '')
      for (const part of ['2 programaciones acaban el martes, 15 de diciembre de 2026.', '2 schedules end on Tuesday', '/schedules?state=3Dexpiring']) expect(text).toContain(part)
      expect(await listNotices(shop)).toMatchObject([{ kind: 'schedules_ending', ending: { schedules: 2 }, player_name: null }, { ending: { schedules: 2 } }])
    })

    it('count anew when one of them goes on, and end without a word with the last, or with the day', async () => {
      const [first, second] = [await until('2026-12-05', 'Aforo'), await until('2026-12-05', 'Campaña')]
      await sweep(NOON)
      await change(first, { until_date: '2027-03-01' })
      expect(await sweep(after(MINUTE))).toEqual({ opened: 0, closed: 0 })
      expect(await ending()).toEqual([[{ ends_on: '2026-12-05', schedules: 1, title: 'Campaña' }, false]])
      await change(second, { enabled: false })
      expect(await sweep(after(2 * MINUTE))).toEqual({ opened: 0, closed: 1 })
      await change(second, { enabled: true })
      expect(await sweep(after(3 * MINUTE))).toEqual({ opened: 1, closed: 0 })
      expect(await sweep(after(6 * 24 * HOUR))).toEqual({ opened: 0, closed: 1 })
      expect((await listNotices(shop)).every(row => row.event === 'alert.opened')).toBe(true)
    })

    it('are one when several instances look at once, and none where nobody wants them', async () => {
      await until('2026-12-05', 'Aforo')
      const swept = await Promise.all([sweep(NOON), sweep(NOON), sweep(NOON)])
      expect(swept.reduce((sum, { opened }) => sum + opened, 0)).toBe(1)
      expect(await listNotices(shop)).toHaveLength(2)
      await db.delete(alert)
      await changeSettings(shop, 'alerts', { enabled: false, offline_after_minutes: 10, emails: [] })
      expect((await sweep(NOON)).opened).toBe(0)
    })
  })

  it('are seen, by their own client\'s people only', async () => {
    await leave(NOON)
    await sweep(after(HOUR))
    const [row] = await alerts()
    const other = await addClient(db, randomUUID())
    await expect(seeAlert(other, row!.alert_id)).rejects.toMatchObject({ status: 404 })
    expect((await listAlerts(other, AlertQuerySchema.parse({}))).total).toBe(0)
    expect((await seeAlert(shop, row!.alert_id)).seen_at).not.toBeNull()
    expect((await listAlerts(shop, AlertQuerySchema.parse({ state: 'open', limit: 1 }))).total).toBe(1)
  })

  describe('are sent', () => {
    beforeEach(async () => {
      await leave(NOON)
      await sweep(after(10 * MINUTE))
    })

    it('to a webhook, signed, with all that it needs to know', async () => {
      await sendDue(after(10 * MINUTE))
      const body = WebhookBodySchema.parse(verifyCall(receiver.received[0]!, hook.secret))
      expect(body).toMatchObject({ type: 'alert.opened', client: { client_id: shop }, alert: { kind: 'player_offline', since: NOON.toISOString(), store: { name: 'Centro', time_zone: 'Europe/Madrid' }, player: { player_id, name: 'TV 1' } }, url: 'https://announce.example.com/players' })
      expect(receiver.received[0]!.headers['webhook-id']).toBe(body.id)
      expect(() => verifyCall(receiver.received[0]!, 'whsec_b3RoZXI=')).toThrow('signature')
      expect(receiver.received).toHaveLength(1)
    })

    it('by mail, in both languages, with times on the store\'s clocks', async () => {
      await sendDue(after(10 * MINUTE))
      expect(mail.received).toMatchObject([{ from: 'alerts@mediaflow.test', to: ['ana@shop.test'] }])
      const source = mail.received[0]!.source.replace(/=\r\n/g, '')
      expect(source).toMatch(/TV 1 \(Centro\) no responde/)
      expect(source).toMatch(/does not answer/)
      expect(source).toMatch(/12:00 \(Europe\/Madrid\)/)
      expect(source).toMatch(/https:\/\/announce\.example\.com\/players/)
      expect(await listNotices(shop)).toMatchObject([{ status: 'sent', attempts: 1 }, { status: 'sent', attempts: 1 }])
    })

    it('once, however many instances send', async () => {
      await Promise.all([sendDue(after(10 * MINUTE)), sendDue(after(10 * MINUTE)), drainNotices()])
      await sendDue(after(2 * HOUR))
      expect([receiver.received.length, mail.received.length]).toEqual([1, 1])
    })

    it('again later when nobody takes them, under the same id, for a day', async () => {
      receiver.answer = 500
      await db.delete(notice).where(eq(notice.email, 'ana@shop.test'))
      let now = after(10 * MINUTE)
      await sendDue(now)
      expect(await listNotices(shop)).toMatchObject([{ status: 'queued', attempts: 1, error: 'http_500' }])
      await sendDue(after(10_000, now))
      expect(receiver.received).toHaveLength(1)
      for (let times = 0; times < 40; times++) {
        now = after(HOUR, now)
        await sendDue(now)
      }
      expect(await listNotices(shop)).toMatchObject([{ status: 'failed', error: 'http_500', next_at: null }])
      const tries = receiver.received.length
      expect(tries).toBeGreaterThan(10)
      expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
      receiver.answer = 200
      const [failed] = await listNotices(shop)
      await retryNotice(shop, failed!.notice_id, now)
      await sendDue(now)
      expect(await listNotices(shop)).toMatchObject([{ status: 'sent', error: null }])
      await expect(retryNotice(shop, failed!.notice_id)).rejects.toMatchObject({ code: 'notice_not_failed' })
      expect(receiver.received).toHaveLength(tries + 1)
    })

    it('again by somebody else when the sender died in the middle', async () => {
      const [claimed] = await db.update(notice).set({ attempts: 1, next_at: after(10 * MINUTE + 90_000) }).where(eq(notice.webhook_id, hook.webhook_id)).returning()
      await sendDue(after(11 * MINUTE))
      expect(receiver.received).toHaveLength(0)
      await sendDue(after(12 * MINUTE))
      expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([claimed!.notice_id])
    })

    it('no more to a mailbox that does not exist', async () => {
      mail.refuse = 550
      await sendDue(after(10 * MINUTE))
      expect((await listNotices(shop)).find(row => row.channel === 'email')).toMatchObject({ status: 'failed', error: 'rejected' })
    })

    it('not to a webhook that is switched off, nor is anything of one that is removed left', async () => {
      await updateWebhook(shop, hook.webhook_id, { enabled: false })
      await isBack(after(HOUR))
      await sweep(after(HOUR))
      expect((await listNotices(shop)).filter(row => row.channel === 'webhook').map(row => row.event)).toEqual(['alert.opened'])
      await deleteWebhook(shop, hook.webhook_id)
      expect((await listNotices(shop)).filter(row => row.channel === 'webhook')).toEqual([])
    })
  })

  it('can be tried out, with saved addresses only', async () => {
    expect(await writeTest(shop, {}, NOON)).toBe(2)
    await sendDue(NOON)
    expect(WebhookBodySchema.parse(verifyCall(receiver.received[0]!, hook.secret))).toMatchObject({ type: 'test' })
    expect(mail.received).toHaveLength(1)
    await expect(writeTest(shop, { email: 'eve@elsewhere.test' })).rejects.toMatchObject({ code: 'email_not_saved' })
    const other = await addClient(db, randomUUID())
    await expect(writeTest(other, { webhook_id: hook.webhook_id })).rejects.toMatchObject({ status: 404 })
    await expect(writeTest(other, {})).rejects.toMatchObject({ code: 'nobody_to_tell' })
    expect(JSON.stringify(await listChannels(shop))).not.toContain(hook.secret)
  })
})

describe('the wait before another try', () => {
  it('doubles, has an end, and is spread', () => {
    expect([1, 2, 3].map(attempts => retryAfter(attempts, 0.5))).toEqual([30_000, 60_000, 120_000])
    expect(retryAfter(30, 1)).toBeLessThanOrEqual(2.5 * HOUR)
    expect(retryAfter(1, 0)).toBeLessThan(retryAfter(1, 1))
  })
})
