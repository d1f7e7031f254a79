import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeAll, expect, it, vi } from 'vitest'
import { alert, file, message, play, player, schedule, scheduleVersion, store } from '../../../../../db/schema'
import { changeProgrammes } from '../../../../../server/services/player/programme-change'
import { updateStore } from '../../../../../server/services/client/stores'
import { recordReport } from '../../../../../server/services/player/plays'
import { dayAt } from '../../../../../server/services/schedule/day'
import { exportDay } from '../../../../../server/services/schedule/day-csv'
import { deleteSchedule, updateSchedule } from '../../../../../server/services/schedule/schedules'
import { sha256Of } from '../../../../../server/services/hash'
import { NewScheduleSchema, SchedulePatchSchema, type NewSchedule } from '../../../../../shared/schemas/schedule'
import { playIdOf } from '../../../../../shared/utils/play-id'
import { startOfDay } from '../../../../../shared/utils/zoned-day'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ database: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({
  useDb: () => Promise.resolve((opened.database as { db: unknown }).db),
  useDatabase: () => Promise.resolve(opened.database),
}))

const ZONE = 'Europe/Madrid'
const HOUR = 3_600_000

onBothDatabases('a day of a store', (use) => {
  const client = randomUUID()
  beforeAll(async () => {
    opened.database = use().database
    await addClient(use().db, client)
  })

  /** A store with a player and a message, all of which were there long before. */
  async function furnish() {
    const { db } = use()
    const store_id = await addStore(db, client)
    const tv = await addPlayer(db, client, store_id)
    const sha256 = sha256Of(randomUUID())
    await db.insert(file).values({ sha256, content_type: 'audio/mpeg', bytes: 1 })
    const audio_id = await addSound(db, client, { sha256 })
    const long_ago = new Date('2025-01-01T00:00:00Z')
    await db.update(store).set({ created_at: long_ago, updated_at: long_ago }).where(eq(store.store_id, store_id))
    await db.update(player).set({ created_at: long_ago, last_seen_at: new Date(), connection_id: randomUUID() }).where(eq(player.player_id, tv.player_id))
    /** A schedule that says what it says for a long time. */
    const add = async (more: Partial<NewSchedule>) => {
      const made = await addSchedule(db, client, NewScheduleSchema.parse({ audio_id, targets: { stores: [store_id] }, kind: 'times', times: ['10:00', '18:00'], ...more }) as NewSchedule)
      await db.update(schedule).set({ changed_at: long_ago }).where(eq(schedule.schedule_id, made.schedule_id))
      await changeProgrammes(db, client)
      return made.schedule_id
    }
    return { db, store_id, tv, audio_id, add, time: (entry: { due_at: string }) => new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, timeStyle: 'short' }).format(new Date(entry.due_at)) }
  }

  it('tells what will air, and what a limit moves or leaves out, by its rule', async () => {
    const { store_id, add, time } = await furnish()
    await add({ name: 'Cierre' })
    await updateStore(client, store_id, { limits: { quiet: [{ name: 'Siesta', weekdays: [1, 2, 3, 4, 5, 6, 7], from: '17:00', to: '23:00' }] } })
    const day = await dayAt(client, { store_id, date: '2027-03-10' })
    expect(day.entries.map(entry => [time(entry), entry.result, entry.rule, entry.because, entry.player_id])).toEqual([['10:00', 'airs', null, null, null], ['18:00', 'dropped', 'quiet_time', 'Siesta', null]])
    expect(day.quiet).toEqual([{ from: '2027-03-10T16:00:00.000Z', to: '2027-03-10T22:00:00.000Z', name: 'Siesta' }])
    expect(day).toMatchObject({ silent: [], open: null, time_zone: ZONE })
  })

  it.each([['2027-03-28', 23], ['2027-10-31', 25], ['2027-06-01', 24]])('%s has %i hours', async (date, hours) => {
    const { store_id, add } = await furnish()
    await add({ kind: 'interval', times: null, interval_minutes: 60, window_start: '00:00', window_end: '23:00' })
    const day = await dayAt(client, { store_id, date })
    expect((Date.parse(day.to) - Date.parse(day.from)) / HOUR).toBe(hours)
    // Each wall time once: on the long day one that comes twice airs the first time, on the short one two fall together.
    expect(day.entries).toHaveLength(Math.min(hours, 24))
    expect(day.entries.every(({ due_at }) => due_at >= day.from && due_at < day.to)).toBe(true)
  })

  it('tells of the past what held then, and what was reported', async () => {
    const { db, store_id, tv, audio_id, add, time } = await furnish()
    const now = startOfDay('2026-05-20', ZONE).getTime() + 12 * HOUR
    const changed = await add({ name: 'Cambiada' })
    const deleted = await add({ name: 'Borrada', times: ['09:00', '20:00'] })
    await add({ name: 'Sin noticias', times: ['11:00', '21:00'] })
    await updateSchedule(client, changed, SchedulePatchSchema.parse({ times: ['10:30', '18:30'] }))
    await deleteSchedule(client, deleted)
    // Both at 10:15 of that day.
    const at = new Date(now - 1.75 * HOUR)
    await db.update(schedule).set({ changed_at: at }).where(eq(schedule.schedule_id, changed))
    await db.update(schedule).set({ changed_at: at, deleted_at: at }).where(eq(schedule.schedule_id, deleted))
    await db.update(scheduleVersion).set({ until: at }).where(eq(scheduleVersion.client_id, client))
    await changeProgrammes(db, client)
    const due_at = new Date(now - 2 * HOUR).toISOString()
    const play_id = playIdOf({ schedule_id: changed, due_at, player_id: tv.player_id }, sha256Of)
    const started_at = new Date(Date.parse(due_at) + 2_500).toISOString()
    await recordReport(tv, { type: 'play_ended', play_id, occurrence: { schedule_id: changed, due_at, audio_id }, started_at, ended_at: new Date(Date.parse(started_at) + 4_000).toISOString(), heard_ms: 4_000, level_db: -20 })
    await db.insert(play).values({ client_id: client, store_id, store_name: 'Centro', player_id: tv.player_id, player_name: 'TV', audio_id, title: 'En vivo', text: '', sha256: 'gone', duration_ms: 1, priority: 'live', on_busy: 'interrupt', expires_at: at, created_at: new Date(now - 0.5 * HOUR), status: 'skipped', reason: 'muted' })

    const { entries } = await dayAt(client, { store_id, date: '2026-05-20' }, now)
    expect(entries.map(entry => [time(entry), entry.name ?? entry.title, entry.result])).toEqual([
      ['09:00', 'Borrada', 'awaited'], ['10:00', 'Cambiada', 'played'], ['10:30', 'Cambiada', 'awaited'], ['11:00', 'Sin noticias', 'awaited'], ['11:30', 'En vivo', 'skipped'],
      ['18:30', 'Cambiada', 'airs'], ['21:00', 'Sin noticias', 'airs'],
    ])
    expect(entries[1]).toMatchObject({ play_id, player_name: tv.name, late_ms: 2_500, level_db: -20, starts_at: started_at })
    expect(entries[4]).toMatchObject({ reason: 'muted', url: null, schedule_id: null })
    expect(await dayAt(client, { store_id, date: '2024-05-20' }, now)).toMatchObject({ entries: [] })
  })

  it('knows when players were away, and holidays by name', async () => {
    const { db, store_id, tv } = await furnish()
    const from = startOfDay('2026-12-25', ZONE).getTime()
    await db.insert(alert).values({ client_id: client, kind: 'player_offline', player_id: tv.player_id, player_name: tv.name, store_id, store_name: 'Centro', since: new Date(from - HOUR), closed_at: new Date(from + HOUR) })
    await db.update(player).set({ connection_id: null, last_seen_at: new Date(from + 3 * HOUR) }).where(eq(player.player_id, tv.player_id))
    await updateStore(client, store_id, { holiday_region: 'ES' })
    const day = await dayAt(client, { store_id, date: '2026-12-25', language: 'es' }, from + 5 * HOUR)
    expect(day.silent).toEqual([
      { player_name: tv.name, from: new Date(from).toISOString(), to: new Date(from + HOUR).toISOString() },
      { player_name: tv.name, from: new Date(from + 3 * HOUR).toISOString(), to: null },
    ])
    expect(day.holidays).toEqual([expect.objectContaining({ name: 'Navidad' })])
  })

  it('goes into a spreadsheet as text', async () => {
    const { db, store_id, audio_id, add } = await furnish()
    await add({ times: ['10:00'] })
    await db.update(message).set({ title: '=1+1', text: 'Uno\ndos; «tres» 🎄' }).where(eq(message.audio_id, audio_id))
    const csv = await exportDay(client, { store_id, date: '2027-01-07', language: 'en' })
    expect(csv).toMatch(/^\uFEFF"Due \(local time\)"/)
    expect(csv).toContain('"\'=1+1","Uno\ndos; «tres» 🎄"')
    expect(csv).toContain('"Will be heard"')
    await expect(dayAt('other', { store_id, date: '2027-01-07' })).rejects.toThrow('no such store')
  })
})
