import { eq } from 'drizzle-orm'
import { beforeAll, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { air, message, play, player, schedule, store, user } from '../../../../../db/schema'
import { listPlays } from '../../../../../server/services/player/play-log'
import { playStats } from '../../../../../server/services/player/play-stats'
import { closeSilentPlays, recordReport } from '../../../../../server/services/player/plays'
import { PlayFilterSchema, PlayQuerySchema, type PlayQueryInput } from '../../../../../shared/schemas/player'
import type { PlayReport } from '../../../../../shared/protocol'
import { playIdOf } from '../../../../../shared/utils/play-id'
import { sha256Of } from '../../../../../server/services/hash'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

onBothDatabases('the play log', (use) => {
  let db: Db
  let made = 0
  beforeAll(() => {
    db = use().db
    opened.db = db
  })

  /** A client with a store, a player and a message. */
  async function furnish(time_zone?: string) {
    const client_id = await addClient(db, `shop-${++made}`)
    const store_id = await addStore(db, client_id, time_zone)
    const principal = await addPlayer(db, client_id, store_id, time_zone)
    const audio_id = await addSound(db, client_id)
    return { client_id, store_id, principal, audio_id }
  }
  type House = Awaited<ReturnType<typeof furnish>>

  /** A row of the log. */
  async function log({ client_id, store_id, principal, audio_id }: House, more: Partial<typeof play.$inferInsert> = {}) {
    const [row] = await db.insert(play).values({
      client_id, player_id: principal.player_id, player_name: principal.name, store_id, store_name: 'Centro', audio_id, sha256: 'a'.repeat(64), duration_ms: 3000,
      title: 'Cierre', text: 'Cerramos en quince minutos.', priority: 'live', on_busy: 'after_current', expires_at: new Date(Date.now() + 3_600_000), ...more,
    }).returning({ play_id: play.play_id })
    return row!.play_id
  }
  const ids = async ({ client_id }: House, query: PlayQueryInput) => (await listPlays(client_id, PlayQuerySchema.parse(query))).items.map(row => row.play_id)
  const rowOf = async (play_id: string) => (await db.select().from(play).where(eq(play.play_id, play_id)))[0]!
  const skipped = (play_id: string, more: Partial<Extract<PlayReport, { type: 'play_skipped' }>> = {}): PlayReport => ({ type: 'play_skipped', play_id, reason: 'muted', at: new Date().toISOString(), ...more })
  const ended = (play_id: string, more: Partial<Extract<PlayReport, { type: 'play_ended' }>> = {}): PlayReport =>
    ({ type: 'play_ended', play_id, started_at: new Date(Date.now() - 4000).toISOString(), ended_at: new Date().toISOString(), heard_ms: 4000, level_db: -18, ...more })

  it('finds rows by everything that one looks for, newest first', async () => {
    const house = await furnish()
    const other = { ...house, store_id: await addStore(db, house.client_id) }
    const at = (time: string) => new Date(`2026-11-${time}Z`)
    const sun = await log(house, { status: 'played', created_at: at('20T10:00:00') })
    const late = await log(other, { status: 'skipped', reason: 'muted', title: 'Promoción ÚNICA', created_at: at('20T23:30:00') })
    const urgent = await log(house, { status: 'playing', priority: 'emergency', created_at: at('21T09:00:00') })
    const due = await log(house, { status: 'skipped', reason: 'expired', priority: 'scheduled', due_at: at('22T08:00:00'), created_at: at('23T08:00:00') })
    const waits = await log(house, { status: 'delivered', created_at: at('22T09:00:00') })
    expect(await ids(house, {})).toEqual([waits, due, urgent, late, sun])
    expect(await ids(house, { store_id: other.store_id })).toEqual([late])
    expect(await ids(house, { result: 'missed' })).toEqual([due, late])
    expect(await ids(house, { result: 'muted' })).toEqual([late])
    expect(await ids(house, { result: 'heard' })).toEqual([sun])
    expect(await ids(house, { result: 'playing' })).toEqual([urgent])
    expect(await ids(house, { result: 'waiting' })).toEqual([waits])
    expect(await ids(house, { priority: 'emergency' })).toEqual([urgent])
    expect(await ids(house, { kind: 'scheduled' })).toEqual([due])
    expect(await ids(house, { kind: 'live' })).toEqual([waits, urgent, late, sun])
    expect(await ids(house, { q: 'promocion unica' })).toEqual([late])
    expect(await ids(house, { q: 'CIERRE' })).toEqual([waits, due, urgent, sun])
    expect(await ids(house, { q: '¿?' })).toEqual([])
    expect(await ids(house, { q: '%' })).toEqual([])
    // 23:30 in UTC is the next day in Madrid.
    expect(await ids(house, { from: '2026-11-21', until: '2026-11-21' })).toEqual([urgent])
    expect(await ids(house, { from: '2026-11-21', until: '2026-11-21', time_zone: 'Europe/Madrid' })).toEqual([urgent, late])
  })

  it('goes on where a page ended, and shows nobody else’s', async () => {
    const house = await furnish()
    const stranger = await furnish()
    const all = []
    // Two of one moment: the id parts them.
    for (const second of [1, 2, 2, 3, 4]) all.unshift(await log(house, { created_at: new Date(Date.UTC(2026, 10, 20, 10, 0, second)) }))
    await log(stranger)
    const found: string[] = []
    let cursor: string | null | undefined
    do {
      const page = await listPlays(house.client_id, PlayQuerySchema.parse({ limit: 2, ...cursor && { cursor } }))
      expect(page).toMatchObject({ total: 5, total_is_capped: false })
      found.push(...page.items.map(row => row.play_id))
      cursor = page.next_cursor
    } while (cursor)
    expect(found).toEqual(all)
  })

  it('counts days on the clocks of the asked zone, stores and reasons, in one reading', async () => {
    const house = await furnish()
    const [{ name }] = await db.select({ name: store.name }).from(store).where(eq(store.store_id, house.store_id)) as [{ name: string }]
    const at = (time: string) => new Date(`2026-10-${time}Z`)
    // The night of the longer day: 00:30 twice two hours apart is one day in Madrid, two in UTC.
    await log(house, { status: 'played', created_at: at('24T22:30:00') })
    await log(house, { status: 'played', created_at: at('25T22:30:00') })
    await log(house, { status: 'skipped', reason: 'muted', created_at: at('25T23:30:00') })
    await log(house, { status: 'skipped', reason: 'expired', created_at: at('26T10:00:00') })
    await log(house, { status: 'skipped', reason: 'muted', store_id: null, store_name: 'La de antes', created_at: at('26T11:00:00') })
    await log(house, { status: 'delivered', created_at: at('26T12:00:00') })
    const stats = await playStats(house.client_id, PlayFilterSchema.parse({ from: '2026-10-24', until: '2026-10-26', time_zone: 'Europe/Madrid' }))
    expect(stats).toEqual({
      time_zone: 'Europe/Madrid', from: '2026-10-24', until: '2026-10-26',
      total: { heard: 2, missed: 3, open: 1 },
      days: [{ day: '2026-10-24', heard: 0, missed: 0, open: 0 }, { day: '2026-10-25', heard: 2, missed: 0, open: 0 }, { day: '2026-10-26', heard: 0, missed: 3, open: 1 }],
      stores: [{ store_id: null, store_name: 'La de antes', heard: 0, missed: 1, open: 0 }, { store_id: house.store_id, store_name: name, heard: 2, missed: 2, open: 1 }],
      reasons: [{ reason: 'muted', plays: 2 }, { reason: 'expired', plays: 1 }],
    })
    expect(stats.store_days).toBeUndefined()
    const { store_days, stores } = await playStats(house.client_id, { ...PlayFilterSchema.parse({ from: '2026-10-24', until: '2026-10-26', time_zone: 'Europe/Madrid' }), by_store_day: true })
    // The same plays, once by their day and once by their store.
    for (const counted of ['heard', 'missed', 'open'] as const) {
      for (const { day, ...counts } of stats.days) expect(store_days!.filter(each => each.day === day).reduce((sum, each) => sum + each[counted], 0), `${counted} on ${day}`).toBe(counts[counted])
      for (const { store_id, ...counts } of stores) expect(store_days!.filter(each => each.store_id === store_id).reduce((sum, each) => sum + each[counted], 0), `${counted} at ${store_id}`).toBe(counts[counted])
    }
    await expect(playStats(house.client_id, { ...PlayFilterSchema.parse({ from: '2026-01-01', until: '2026-03-01' }), by_store_day: true })).rejects.toMatchObject({ status: 400 })
    expect(await playStats(house.client_id, PlayFilterSchema.parse({ until: '2020-01-07' }))).toMatchObject({ from: '2020-01-01', total: { heard: 0, missed: 0, open: 0 }, stores: [], reasons: [] })
    await expect(playStats(house.client_id, PlayFilterSchema.parse({ from: '2020-01-01', until: '2026-01-01' }))).rejects.toMatchObject({ status: 400 })
    await expect(playStats(house.client_id, PlayFilterSchema.parse({ from: '2026-01-02', until: '2026-01-01' }))).rejects.toMatchObject({ status: 400 })
  })

  it('keeps who was the reason, and how often it was heard', async () => {
    const house = await furnish()
    const cut = await log(house)
    await recordReport(house.principal, skipped(cut, { reason: 'preempted', by: 'Fuego' }))
    expect(await rowOf(cut)).toMatchObject({ status: 'skipped', reason: 'preempted', reason_by: 'Fuego' })
    const thrice = await log(house)
    await recordReport(house.principal, ended(thrice, { repeats: 3 }))
    expect(await rowOf(thrice)).toMatchObject({ status: 'played', repeats: 3, reason_by: null })
  })

  it('names who stopped a sending when the player does not', async () => {
    const house = await furnish()
    await db.insert(user).values({ id: `ana-${made}`, name: 'Ana', email: `ana-${made}@x.test` })
    const [sent] = await db.insert(air).values({ client_id: house.client_id, audio_id: house.audio_id, priority: 'live', on_busy: 'after_current', expires_at: new Date(), stopped_by: `ana-${made}`, stopped_at: new Date() }).returning()
    const [silent, says] = [await log(house, { air_id: sent!.air_id }), await log(house, { air_id: sent!.air_id })]
    await recordReport(house.principal, skipped(silent, { reason: 'stopped' }))
    await recordReport(house.principal, skipped(says, { reason: 'stopped', by: 'Luis' }))
    expect([(await rowOf(silent)).reason_by, (await rowOf(says)).reason_by]).toEqual(['Ana', 'Luis'])
  })

  it('notes when a player has obeyed a stop, and keeps who wanted it', async () => {
    const house = await furnish()
    const play_id = await log(house, { status: 'skipped', reason: 'stopped', reason_by: 'Ana' })
    await recordReport(house.principal, skipped(play_id, { reason: 'stopped' }))
    expect(await rowOf(play_id)).toMatchObject({ status: 'skipped', reason: 'stopped', reason_by: 'Ana', ended_at: expect.any(Date) })
  })

  it('believes a late report more than what a sweep assumed, and the first report more than a later one', async () => {
    const house = await furnish()
    const gone = { status: 'delivered', expires_at: new Date(Date.now() - 3_600_000) } as const
    const [heard, muted] = [await log(house, gone), await log(house, gone)]
    await closeSilentPlays()
    expect([(await rowOf(heard)).reason, (await rowOf(muted)).reason]).toEqual(['unexplained', 'unexplained'])
    await recordReport(house.principal, ended(heard))
    await recordReport(house.principal, skipped(muted))
    expect(await rowOf(heard)).toMatchObject({ status: 'played', reason: null, heard_ms: 4000 })
    expect(await rowOf(muted)).toMatchObject({ status: 'skipped', reason: 'muted' })
    await recordReport(house.principal, skipped(muted, { reason: 'dropped', by: 'x' }))
    await recordReport(house.principal, skipped(heard))
    expect(await rowOf(muted)).toMatchObject({ reason: 'muted', reason_by: null })
    expect(await rowOf(heard)).toMatchObject({ status: 'played', reason: null })
  })

  it('keeps title, script and names when message, schedule, player and store are gone', async () => {
    const house = await furnish()
    const [{ schedule_id }] = await db.insert(schedule).values({ client_id: house.client_id, targets: { all: true }, kind: 'interval', weekdays: [1], priority: 'scheduled', on_busy: 'after_current', grace_s: 60 }).returning() as [typeof schedule.$inferSelect]
    const occurrence = { schedule_id, due_at: new Date(Date.now() - 60_000).toISOString(), audio_id: house.audio_id }
    const play_id = playIdOf({ ...occurrence, player_id: house.principal.player_id }, sha256Of)
    await recordReport(house.principal, { ...ended(play_id), occurrence })
    expect(await rowOf(play_id)).toMatchObject({ status: 'played', store_id: house.store_id, player_id: house.principal.player_id, schedule_id })
    await db.delete(schedule).where(eq(schedule.schedule_id, schedule_id))
    await db.delete(message).where(eq(message.audio_id, house.audio_id))
    await db.delete(player).where(eq(player.player_id, house.principal.player_id))
    await db.delete(store).where(eq(store.store_id, house.store_id))
    expect((await listPlays(house.client_id, PlayQuerySchema.parse({}))).items).toMatchObject([{
      play_id, title: 'Cierre', text: 'Cerramos en quince minutos.', player_name: house.principal.name, store_name: 'Centro',
      status: 'played', audio_id: null, schedule_id: null, player_id: null, store_id: null,
    }])
  })
})
