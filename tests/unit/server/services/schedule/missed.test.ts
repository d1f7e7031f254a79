import { randomUUID } from 'node:crypto'
import { and, asc, eq } from 'drizzle-orm'
import { beforeAll, expect, it, vi } from 'vitest'
import { airingSweep, alert, file, play, player, schedule } from '../../../../../db/schema'
import { sha256Of } from '../../../../../server/services/hash'
import { changeProgrammes } from '../../../../../server/services/player/programme-change'
import { recordReport } from '../../../../../server/services/player/plays'
import { sweepMissed } from '../../../../../server/services/schedule/missed'
import { deleteSchedule } from '../../../../../server/services/schedule/schedules'
import { changeSettings } from '../../../../../server/services/settings/change-settings'
import { getSettings } from '../../../../../server/services/settings/client-settings'
import type { NewSchedule } from '../../../../../shared/schemas/schedule'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ database: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({
  useDb: () => Promise.resolve((opened.database as { db: unknown }).db),
  useDatabase: () => Promise.resolve(opened.database),
}))

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** An instance that has been there for long. */
const LONG = Infinity

onBothDatabases('the sweep for what nobody reported', (use) => {
  beforeAll(() => {
    opened.database = use().database
  })

  async function furnish(players = 1) {
    const { db } = use()
    const client = await addClient(db, randomUUID())
    const sha256 = sha256Of(randomUUID())
    await db.insert(file).values({ sha256, content_type: 'audio/mpeg', bytes: 1 })
    const audio_id = await addSound(db, client, { sha256 })
    const store_id = await addStore(db, client, 'UTC')
    const tvs = []
    for (let at = 0; at < players; at++) tvs.push(await addPlayer(db, client, store_id))
    await changeProgrammes(db, client)
    const begun = Date.now()
    /** A local time so long from the beginning, to the minute. */
    const at = (in_ms: number) => new Date(begun + in_ms).toISOString().slice(0, 16)
    return {
      db, client, audio_id, store_id, tvs, begun, at,
      once: (in_ms: number, more: Partial<NewSchedule> = {}) => addSchedule(db, client, { audio_id, kind: 'once', at: at(in_ms), ...more }),
      rows: () => db.select().from(play).where(eq(play.client_id, client)).orderBy(asc(play.due_at), asc(play.player_id)),
      /** What was never swept begins here; other clients of the suite are done with. */
      sweep: (in_ms: number) => sweepMissed(begun + in_ms, LONG),
    }
  }

  it('notes what is missing a quarter of an hour after it could last have begun, and once', async () => {
    const { once, rows, sweep, tvs: [tv], at } = await furnish()
    await once(30 * MINUTE, { grace_s: 300 })
    await sweep(48 * MINUTE)
    expect(await rows()).toEqual([])
    await sweep(51 * MINUTE)
    expect(await rows()).toEqual([expect.objectContaining({
      status: 'skipped', reason: 'offline', presumed: true, player_id: tv!.player_id, player_name: tv!.name, title: 'Cierre', ended_at: null, due_at: new Date(`${at(30 * MINUTE)}Z`),
    })])
    expect(await sweep(52 * MINUTE)).toBe(0)
    expect(await rows()).toHaveLength(1)
  })

  it('several at once, and one that begins anew after it was killed, write the same rows', async () => {
    const { once, rows, sweep, db, client } = await furnish(3)
    await once(HOUR)
    await once(2 * HOUR)
    await Promise.all([sweep(5 * HOUR), sweep(5 * HOUR), sweep(5 * HOUR)])
    const written = await rows()
    expect(written).toHaveLength(6)
    // Killed before it knew how far it was.
    await db.delete(airingSweep).where(eq(airingSweep.client_id, client))
    await db.delete(play).where(eq(play.play_id, written[3]!.play_id))
    await sweep(5 * HOUR)
    expect((await rows()).map(({ play_id }) => play_id)).toEqual(written.map(({ play_id }) => play_id))
  })

  it('leaves alone what was reported, and a report that comes late takes the place of what was presumed', async () => {
    const { once, rows, sweep, tvs: [tv], audio_id, at } = await furnish()
    const [heard, late] = [await once(HOUR), await once(2 * HOUR)]
    await sweep(4 * HOUR)
    const [first, second] = await rows()
    expect([first, second]).toMatchObject([{ presumed: true }, { presumed: true }])
    const report = (row: typeof first, { schedule_id }: { schedule_id: string }, in_ms: number) => ({ play_id: row!.play_id, occurrence: { schedule_id, due_at: new Date(`${at(in_ms)}Z`).toISOString(), audio_id } })
    const now = new Date().toISOString()
    await recordReport(tv!, { type: 'play_started', ...report(first, heard, HOUR), started_at: now })
    expect(await rows()).toMatchObject([{ status: 'playing', presumed: false, reason: null }, { presumed: true }])
    await recordReport(tv!, { type: 'play_ended', ...report(first, heard, HOUR), started_at: now, ended_at: now, heard_ms: 4_000, level_db: null })
    await recordReport(tv!, { type: 'play_skipped', ...report(second, late, 2 * HOUR), reason: 'file_missing', at: now })
    const told = [{ status: 'played', presumed: false, reason: null, reason_by: null }, { status: 'skipped', presumed: false, reason: 'file_missing', reason_by: null }]
    expect(await rows()).toMatchObject(told)
    await sweep(6 * HOUR)
    expect(await rows()).toMatchObject(told)
  })

  it('invents nothing: no player, store or schedule that was not there, nothing that was taken off or moved before', async () => {
    const { once, rows, sweep, db, client, store_id, audio_id, begun, at } = await furnish()
    const gone = await once(2 * HOUR, { name: 'Borrada' })
    const kept = await once(HOUR, { name: 'Se borró después' })
    await addSchedule(db, client, { audio_id, kind: 'once', at: at(3 * HOUR), enabled: false })
    // One is deleted before it is due, the other after.
    for (const { schedule_id } of [gone, kept]) {
      await deleteSchedule(client, schedule_id)
      await db.update(schedule).set({ changed_at: new Date(begun + 1.5 * HOUR), deleted_at: new Date(begun + 1.5 * HOUR) }).where(eq(schedule.schedule_id, schedule_id))
    }
    const latecomer = await addPlayer(db, client, store_id)
    await db.update(player).set({ created_at: new Date(begun + 1.2 * HOUR) }).where(eq(player.player_id, latecomer.player_id))
    await changeProgrammes(db, client)
    await sweep(6 * HOUR)
    expect((await rows()).map(({ due_at }) => due_at)).toEqual([new Date(`${at(HOUR)}Z`)])
  })

  it('says why, as far as is known', async () => {
    const { once, rows, sweep, db, client, store_id, begun, tvs } = await furnish(6)
    const [away, ran_later, locked, muted, silent, noted] = tvs
    const was = (tv: typeof away, more: Partial<typeof player.$inferInsert>) => db.update(player).set(more).where(eq(player.player_id, tv!.player_id))
    const here = { connection_id: randomUUID(), connected_at: new Date(begun - HOUR), last_seen_at: new Date(Date.now() + HOUR) }
    const status = { sound: 'unlocked', state: 'idle', play_id: null, position_ms: null, volume: 1, clock_offset_ms: 0, queue_length: 0, user_agent: '', errors: [] } as never as object
    await was(away, { last_seen_at: new Date(begun - 5 * MINUTE) })
    await was(ran_later, { ...here, connected_at: new Date(begun + 3 * HOUR), status: { ...status, started_at: new Date(begun + 3 * HOUR).toISOString() } as never })
    await was(locked, { ...here, status: { ...status, sound: 'locked' } as never })
    await was(muted, { ...here, muted: true, status: status as never })
    await was(silent, { ...here, status: status as never })
    await was(noted, { ...here, connected_at: new Date(begun + 2 * HOUR), status: status as never })
    const since = new Date(begun + 10 * MINUTE)
    await db.insert(alert).values({ client_id: client, kind: 'player_offline', player_id: noted!.player_id, player_name: 'TV', store_id, store_name: 'S', since, closed_at: new Date(begun + 2 * HOUR) })
    await once(HOUR)
    await sweep(4 * HOUR)
    const reasons = new Map((await rows()).map(row => [row.player_id, [row.reason, row.reason_by]]))
    expect(tvs.map(tv => reasons.get(tv.player_id))).toEqual([
      ['offline', new Date(begun - 5 * MINUTE).toISOString()], ['offline', null], ['autoplay_blocked', null], ['muted', null], ['no_report', null], ['offline', since.toISOString()],
    ])
  })

  it('names the limit that left something out', async () => {
    const { once, rows, sweep, client } = await furnish()
    await changeSettings(client, 'limits', { ...await getSettings(client, 'limits'), max_per_hour: 1, move_up_to_minutes: 0 })
    await once(HOUR)
    await once(HOUR + 5 * MINUTE)
    await sweep(4 * HOUR)
    expect((await rows()).map(({ reason, reason_by }) => [reason, reason_by])).toEqual([['offline', null], ['limited', 'max_per_hour']])
  })

  it('waits after a start for players to come back, and catches up with what was while it was away', async () => {
    const { rows, sweep, begun, db, client, audio_id } = await furnish()
    await addSchedule(db, client, { audio_id, kind: 'interval', interval_minutes: 30, window_start: '00:00', window_end: '23:30' })
    await sweep(5 * MINUTE)
    expect(await sweepMissed(begun + 40 * HOUR, 1_000)).toBe(0)
    await sweep(40 * HOUR)
    const due = (await rows()).map(({ due_at }) => due_at!.getTime())
    // Until 40 hours less grace and the quarter of an hour.
    expect(due.length).toBe(Math.floor((begun + 40 * HOUR - 17 * MINUTE - 1) / (30 * MINUTE)) - Math.floor(begun / (30 * MINUTE)))
    expect(due.every((each, at) => at === 0 || each - due[at - 1]! === 30 * MINUTE)).toBe(true)
    const [marker] = await db.select().from(airingSweep).where(and(eq(airingSweep.client_id, client)))
    expect(marker!.swept_until.getTime()).toBe(begun + 40 * HOUR)
  })
})
