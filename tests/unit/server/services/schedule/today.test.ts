import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeAll, expect, it, vi } from 'vitest'
import { file, message, play, player, schedule, store } from '../../../../../db/schema'
import { sha256Of } from '../../../../../server/services/hash'
import { changeProgrammes } from '../../../../../server/services/player/programme-change'
import { todayAt } from '../../../../../server/services/schedule/today'
import { startOfDay, dayOf } from '../../../../../shared/utils/zoned-day'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ database: undefined as unknown, quota: null as unknown }))
vi.mock('../../../../../server/services/database', () => ({
  useDb: () => Promise.resolve((opened.database as { db: unknown }).db),
  useDatabase: () => Promise.resolve(opened.database),
}))
vi.mock('../../../../../server/services/audio/providers', () => ({ speechProviders: () => new Map([['espeak', {}], ['elevenlabs', { knownQuota: () => opened.quota }]]) }))

onBothDatabases('today at a glance', (use) => {
  beforeAll(() => {
    opened.database = use().database
  })

  async function furnish(stores = 2) {
    const { db } = use()
    const client = await addClient(db, randomUUID())
    const sha256 = sha256Of(randomUUID())
    await db.insert(file).values({ sha256, content_type: 'audio/mpeg', bytes: 1 })
    const audio_id = await addSound(db, client, { sha256 })
    const places = []
    for (let at = 0; at < stores; at++) {
      const store_id = await addStore(db, client, at % 2 ? 'Europe/Madrid' : 'Atlantic/Canary')
      places.push({ store_id, tv: await addPlayer(db, client, store_id) })
    }
    await changeProgrammes(db, client)
    return { db, client, audio_id, places }
  }

  it('tells the next ten, each moment once, with at how many stores', async () => {
    const { client, audio_id, db } = await furnish()
    const every = await addSchedule(db, client, { audio_id, kind: 'interval', interval_minutes: 60, window_start: '00:00', window_end: '23:00', time_zone: 'UTC' })
    const { next } = await todayAt(client)
    expect(next).toHaveLength(10)
    expect(next.map(({ due_at }) => due_at)).toEqual([...next.map(({ due_at }) => due_at)].sort())
    expect(next.every(({ schedule_id, stores, due_at }) => schedule_id === every.schedule_id && stores === 2 && Date.parse(due_at) >= Date.now() - 60_000)).toBe(true)
    expect(new Set(next.map(({ due_at }) => due_at)).size).toBe(10)
  })

  it('counts what each store heard on its own day, what is on the air, and who is silent', async () => {
    const { client, db, places: [canary, madrid] } = await furnish()
    opened.quota = { used: 1_000, limit: 10_000 }
    const now = Date.now()
    const midnight = startOfDay(dayOf(new Date(now).toISOString(), 'Europe/Madrid'), 'Europe/Madrid').getTime()
    const row = (place: typeof canary, heard_ms: number, more: Partial<typeof play.$inferInsert>) => ({
      client_id: client, store_id: place!.store_id, store_name: 'S', player_id: place!.tv.player_id, player_name: 'TV', title: 'Cierre', text: '', sha256: 'x', duration_ms: 4_000,
      priority: 'live' as const, on_busy: 'interrupt' as const, expires_at: new Date(), created_at: new Date(heard_ms), ...more,
    })
    await db.insert(play).values([
      row(madrid, midnight, { status: 'played' }), row(madrid, midnight - 1, { status: 'played' }), row(madrid, midnight, { status: 'skipped', reason: 'muted' }),
      // Half an hour before midnight there.
      row(canary, midnight, { status: 'played' }), row(madrid, now, { status: 'playing', started_at: new Date(now) }),
    ])
    await db.update(player).set({ connection_id: randomUUID(), last_seen_at: new Date() }).where(eq(player.player_id, madrid!.tv.player_id))
    const since = new Date(now - 3_600_000)
    await db.update(player).set({ last_seen_at: since }).where(eq(player.player_id, canary!.tv.player_id))
    await db.update(store).set({ opening_hours: {} }).where(eq(store.store_id, canary!.store_id))
    await addStore(db, client)
    const today = await todayAt(client)
    // While it is yesterday still on the islands, that one was of their today.
    const islands = dayOf(new Date(now).toISOString(), 'Atlantic/Canary') === dayOf(new Date(midnight).toISOString(), 'Atlantic/Canary') ? 1 : 0
    expect(today).toMatchObject({ heard: 1 + islands, missed: 1, quota: { used: 1_000, limit: 10_000 } })
    expect(today.on_air).toEqual([expect.objectContaining({ title: 'Cierre', player_name: 'TV', duration_ms: 4_000 })])
    expect(today.silent_stores).toEqual([{ store_id: canary!.store_id, name: expect.any(String), since: since.toISOString(), open: false }])
  })

  it('counts what ends soon, and what has lost its message', async () => {
    const { client, db, audio_id } = await furnish(1)
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
    const often = { audio_id, kind: 'times' as const, times: ['10:00'] }
    await addSchedule(db, client, { ...often, until_date: day(13) })
    await addSchedule(db, client, { ...often, until_date: day(30) })
    await addSchedule(db, client, { audio_id, kind: 'once', at: `${day(3)}T10:00` })
    expect(await todayAt(client)).toMatchObject({ expiring: 1, without_message: 0 })
    await db.update(schedule).set({ enabled: false }).where(eq(schedule.kind, 'once'))
    await db.update(message).set({ deleted_at: new Date() }).where(eq(message.audio_id, audio_id))
    expect(await todayAt(client)).toMatchObject({ expiring: 1, without_message: 2 })
  })

  it('costs little with 100 stores', { timeout: 120_000 }, async () => {
    const { client, db, audio_id, places } = await furnish(100)
    for (let at = 0; at < 40; at++) await addSchedule(db, client, { audio_id, kind: 'interval', interval_minutes: 30, window_start: '00:00', window_end: '23:30', ...at % 2 && { targets: { stores: places.slice(at, at + 50).map(({ store_id }) => store_id) } } })
    const now = Date.now()
    const rows = places.flatMap(({ store_id, tv }) => Array.from({ length: 200 }, (_, at) => ({
      client_id: client, store_id, store_name: 'S', player_id: tv.player_id, player_name: 'TV', title: 'Cierre', text: 'Cerramos', sha256: 'x', duration_ms: 4_000,
      priority: 'scheduled' as const, on_busy: 'after_current' as const, expires_at: new Date(), created_at: new Date(now - at * 300_000), status: 'played' as const,
    })))
    for (let at = 0; at < rows.length; at += 1_000) await db.insert(play).values(rows.slice(at, at + 1_000))
    await todayAt(client)
    const taken: number[] = []
    for (let at = 0; at < 5; at++) {
      const begun = performance.now()
      expect((await todayAt(client)).next).toHaveLength(10)
      taken.push(performance.now() - begun)
    }
    taken.sort((a, b) => a - b)
    console.info(`today of 100 stores with 20,000 plays: ${taken.map(ms => ms.toFixed(0)).join(', ')} ms`)
    // Much more than it takes: the machine may be busy.
    expect(taken[2]).toBeLessThan(1_000)
  })
})
