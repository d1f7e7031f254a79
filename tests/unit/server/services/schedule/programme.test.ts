import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eq } from 'drizzle-orm'
import type { Db } from '../../../../../db/client'
import { file, message, messageVersion, play, player, schedule, store, track } from '../../../../../db/schema'
import type { PlayerPrincipal } from '../../../../../server/services/client/access'
import { updateStore } from '../../../../../server/services/client/stores'
import { sha256Of } from '../../../../../server/services/hash'
import { deleteMessage, updateMessage } from '../../../../../server/services/library/messages'
import { listPlays } from '../../../../../server/services/player/play-log'
import { acknowledgePlays, closeSilentPlays, recordReport, recordReports } from '../../../../../server/services/player/plays'
import { programmeOf } from '../../../../../server/services/player/programme'
import { renewProgrammes, type ProgrammeHolder } from '../../../../../server/services/player/programme-sender'
import { pendingItems } from '../../../../../server/services/player/waiting'
import { listOccurrences } from '../../../../../server/services/schedule/occurrences'
import { planOf } from '../../../../../server/services/schedule/plan'
import { deleteSchedule, updateSchedule } from '../../../../../server/services/schedule/schedules'
import { updateTrack } from '../../../../../server/services/audio/tracks'
import { PlayReportSchema, ProgrammeSchema, type Occurrence, type PlayReport, type ProgrammeItem, type ServerToPlayer } from '../../../../../shared/protocol'
import { PlayQuerySchema } from '../../../../../shared/schemas/player'
import { playIdOf } from '../../../../../shared/utils/play-id'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSchedule, addSound, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db, DatabaseClosed: class extends Error {} }))

const SHA = 'a'.repeat(64)
const MUSIC = 'b'.repeat(64)
const HOUR = 3_600_000
const MINUTE = 60_000

/** A local date and time of a zone, so long from now. */
function localTime(in_ms: number, time_zone = 'UTC'): string {
  const moment = new Intl.DateTimeFormat('sv-SE', { timeZone: time_zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(Date.now() + in_ms)
  return moment.replace(' ', 'T')
}

onBothDatabases('programmes', (use) => {
  let db: Db
  let shop: string
  let audio_id: string
  let store_id: string
  let television: PlayerPrincipal

  beforeAll(async () => {
    vi.stubEnv('AUTH_SECRET', 'x'.repeat(40))
    db = use().db
    opened.db = db
    await db.insert(file).values([SHA, MUSIC].map(sha256 => ({ sha256, content_type: 'audio/mpeg', bytes: 1 })))
  })
  beforeEach(async () => {
    shop = await addClient(db, randomUUID())
    audio_id = await addSound(db, shop, { sha256: SHA })
    store_id = await addStore(db, shop)
    television = await addPlayer(db, shop, store_id)
  })

  /** Once, so long from now. */
  const dueIn = (in_ms: number, more = {}) => addSchedule(db, shop, { audio_id, kind: 'once', at: localTime(in_ms), time_zone: 'UTC', ...more })
  const programme = () => programmeOf(television)
  const onlyItem = async () => (await programme()).items[0]!
  const occurrenceOf = ({ schedule_id, due_at, audio_id }: Occurrence | ProgrammeItem): Occurrence => ({ schedule_id, due_at, audio_id })
  const playsOf = async () => (await listPlays(shop, PlayQuerySchema.parse({}))).items
  function ended(item: ProgrammeItem, more: Partial<Occurrence> = {}): PlayReport {
    const started_at = new Date(Date.now() - 5000).toISOString()
    return PlayReportSchema.parse({ type: 'play_ended', play_id: item.play_id, occurrence: { ...occurrenceOf(item), ...more }, started_at, ended_at: new Date().toISOString(), heard_ms: 4000, level_db: -20 })
  }

  it('tell what airs in the next 48 hours, in order, with all that airing needs', async () => {
    const rule = await addSchedule(db, shop, { audio_id, kind: 'interval', interval_minutes: 60, window_start: '00:00', window_end: '23:00', grace_s: 90, on_busy: 'interrupt', repeat: 2 })
    const got = ProgrammeSchema.parse(await programme())
    expect(got.items.length).toBeGreaterThanOrEqual(48)
    expect(got.items.map(item => item.due_at)).toEqual(got.items.map(item => item.due_at).toSorted())
    expect(Date.parse(got.items.at(-1)!.due_at)).toBeGreaterThan(Date.now() + 47 * HOUR)
    expect(Date.parse(got.items[0]!.expires_at)).toBeGreaterThan(Date.now() - 2 * HOUR)
    const [item] = got.items
    expect(item).toEqual({
      play_id: playIdOf({ schedule_id: rule.schedule_id, due_at: item!.due_at, player_id: television.player_id }, sha256Of), schedule_id: rule.schedule_id, due_at: item!.due_at,
      audio_id, url: `/media/${SHA}.mp3`, sha256: SHA, duration_ms: 4000, title: 'Cierre', text: 'Cerramos en quince minutos.',
      priority: 'scheduled', on_busy: 'interrupt', grace_s: 90, repeat: 2, expires_at: new Date(Date.parse(item!.due_at) + 90_000).toISOString(),
    })
    expect(new Set(got.items.map(({ play_id }) => play_id)).size).toBe(got.items.length)
  })

  it('carry the client\'s music in its order, and no other sound', async () => {
    const music = (title: string, more: Partial<typeof track.$inferInsert> = {}) => ({ client_id: shop, kind: 'background' as const, status: 'ready' as const, title, sha256: MUSIC, duration_ms: 180_000, gain_db: -3.5, ...more })
    const other = await addClient(db, randomUUID())
    const rows = await db.insert(track).values([
      music('Segunda', { position: 2, cue_in_ms: 500 }), music('Primera', { position: 1, cue_out_ms: 170_000 }),
      music('Cama', { kind: 'bed' }), music('Borrada', { deleted_at: new Date() }), music('Sin sonido', { status: 'failed', sha256: null }), music('Ajena', { client_id: other }),
    ]).returning()
    expect((await programme()).music).toEqual([
      { track_id: rows[1]!.track_id, url: `/media/${MUSIC}.mp3`, sha256: MUSIC, duration_ms: 180_000, gain_db: -3.5, title: 'Primera', cue_in_ms: 0, cue_out_ms: 170_000 },
      { track_id: rows[0]!.track_id, url: `/media/${MUSIC}.mp3`, sha256: MUSIC, duration_ms: 180_000, gain_db: -3.5, title: 'Segunda', cue_in_ms: 500, cue_out_ms: null },
    ])
  })

  it('are in the zone of the store, or in the one that the schedule names', async () => {
    const tokyo = await addPlayer(db, shop, await addStore(db, shop, 'Asia/Tokyo'), 'Asia/Tokyo')
    await addSchedule(db, shop, { audio_id, kind: 'times', times: ['12:00'] })
    const hours = async (listener: PlayerPrincipal) => new Set((await programmeOf(listener)).items.map(item => new Date(item.due_at).toLocaleTimeString('en-GB', { timeZone: listener.time_zone })))
    expect([await hours(television), await hours(tokyo)]).toEqual([new Set(['12:00:00']), new Set(['12:00:00'])])
    const { schedule_id } = await addSchedule(db, shop, { audio_id, kind: 'times', times: ['15:00'], time_zone: 'Asia/Tokyo' })
    const fixed = async (listener: PlayerPrincipal) => (await programmeOf(listener)).items.filter(item => item.schedule_id === schedule_id).map(item => item.due_at)
    expect(await fixed(television)).toEqual(await fixed(tokyo))
    expect((await fixed(television))[0]).toMatch(/T06:00:00/)
  })

  it('hold what is meant for everybody, for the store and for the player, and nothing else', async () => {
    const elsewhere = await addPlayer(db, shop, await addStore(db, shop))
    const beside = await addPlayer(db, shop, store_id)
    const [all, here, mine, there, theirs] = await Promise.all([{ all: true as const }, { stores: [store_id] }, { players: [television.player_id] }, { stores: [elsewhere.store_id] }, { players: [beside.player_id] }].map(async targets => (await dueIn(HOUR, { targets })).schedule_id))
    const heardAt = async (listener: PlayerPrincipal) => new Set((await programmeOf(listener)).items.map(item => item.schedule_id))
    expect(await heardAt(television)).toEqual(new Set([all, here, mine]))
    expect(await heardAt(beside)).toEqual(new Set([all, here, theirs]))
    expect(await heardAt(elsewhere)).toEqual(new Set([all, there]))
  })

  it('leave out what is paused, deleted, without sound, or not valid at that moment', async () => {
    const paused = await dueIn(HOUR)
    const deleted = await dueIn(HOUR)
    const binned = await addSound(db, shop, { sha256: SHA })
    await dueIn(HOUR, { audio_id: binned })
    const soon_over = await addSound(db, shop, { sha256: SHA, valid_until: new Date(Date.now() + 2 * HOUR + 30_000) })
    const within = await dueIn(HOUR, { audio_id: soon_over })
    const cut = await dueIn(2 * HOUR, { audio_id: soon_over, grace_s: 600 })
    await dueIn(3 * HOUR, { audio_id: soon_over })
    expect((await programme()).items).toHaveLength(5)
    await updateSchedule(shop, paused.schedule_id, { enabled: false })
    await deleteSchedule(shop, deleted.schedule_id)
    await deleteMessage(shop, binned, { force: true, permanent: false })
    const { items } = await programme()
    expect(items.map(item => item.schedule_id)).toEqual([within.schedule_id, cut.schedule_id])
    expect(Date.parse(items[1]!.expires_at) - Date.parse(items[1]!.due_at)).toBeLessThanOrEqual(31_000)
    await updateMessage(shop, soon_over, { valid_from: new Date(Date.now() + 90 * MINUTE).toISOString() })
    expect((await programme()).items.map(item => item.schedule_id)).toEqual([cut.schedule_id])
  })

  it('put what is due at the same moment in order of priority', async () => {
    const at = localTime(HOUR)
    const [late, first] = [await dueIn(0, { at }), await dueIn(0, { at, priority: 'emergency' })]
    expect((await programme()).items.map(item => item.schedule_id)).toEqual([first.schedule_id, late.schedule_id])
  })

  it('tell no more than a television can take, the next first', async () => {
    for (let rules = 0; rules < 2; rules++) await addSchedule(db, shop, { audio_id, kind: 'interval', interval_minutes: 1, window_start: '00:00', window_end: '23:59' })
    const { items } = await programme()
    expect(items).toHaveLength(2000)
    expect(items.map(item => item.due_at)).toEqual(items.map(item => item.due_at).toSorted())
  })

  describe('have a version', () => {
    it('that is the same while nothing changes, for each player its own', async () => {
      await dueIn(HOUR)
      const beside = await addPlayer(db, shop, store_id)
      const [first, again, other] = [await programme(), await programme(), await programmeOf(beside)]
      expect(again.version).toBe(first.version)
      expect(other.version).not.toBe(first.version)
      expect(other.items[0]!.play_id).not.toBe(first.items[0]!.play_id)
      expect(await planOf(shop)).toBe(await planOf(shop))
    })

    it('that changes with schedule, message, music and zone, and with nothing else', async () => {
      const { schedule_id } = await dueIn(HOUR)
      const unused = await addSound(db, shop, { sha256: SHA })
      const [song] = await db.insert(track).values({ client_id: shop, kind: 'background', status: 'ready', title: 'Canción', sha256: MUSIC, duration_ms: 1 }).returning()
      const versions = [(await programme()).version]
      const step = async (change: () => Promise<unknown>) => {
        await change()
        const zone = (await db.select().from(store).where(eq(store.store_id, store_id)))[0]!.time_zone
        versions.push((await programmeOf({ ...television, time_zone: zone })).version)
        return versions.at(-1) !== versions.at(-2)
      }
      expect(await step(() => updateTrack(shop, song!.track_id, { title: 'Otra' }))).toBe(true)
      expect(await step(() => updateSchedule(shop, schedule_id, { grace_s: 300 }))).toBe(true)
      expect(await step(() => updateSchedule(shop, schedule_id, { name: 'Otro nombre' }))).toBe(false)
      expect(await step(() => updateMessage(shop, audio_id, { title: 'Otro' }))).toBe(true)
      expect(await step(() => updateMessage(shop, audio_id, { is_favourite: true }))).toBe(false)
      expect(await step(() => updateMessage(shop, unused, { title: 'Otro' }))).toBe(false)
      expect(await step(() => updateStore(shop, store_id, { time_zone: 'Asia/Tokyo' }))).toBe(true)
      expect(await step(() => deleteSchedule(shop, schedule_id))).toBe(true)
      expect(await step(() => updateSchedule(shop, schedule_id, { deleted_at: null }))).toBe(true)
      // What came back is what it was.
      expect(new Set(versions).size).toBe(6)
    })

    it('that a report does not change: what is reported is only not told again', async () => {
      await dueIn(-20_000)
      const before = await programme()
      await recordReport(television, ended(before.items[0]!))
      const after = await programme()
      expect(after.items).toEqual([])
      expect(after.version).toBe(before.version)
    })
  })

  describe('reach connected players', () => {
    function connect({ player_id }: PlayerPrincipal) {
      const received: ServerToPlayer[] = []
      const holder: ProgrammeHolder = { player: { player_id }, programme_version: undefined, send: message => received.push(message) }
      return { holder, received }
    }

    it('when they are not the ones that they have', async () => {
      const beside = await addPlayer(db, shop, await addStore(db, shop))
      const [here, there] = [connect(television), connect(beside)]
      const send = () => renewProgrammes(shop, [here.holder, there.holder], 0)
      await send()
      await send()
      expect([here.received.length, there.received.length]).toEqual([1, 1])
      expect(here.received[0]).toMatchObject({ type: 'programme', programme: { version: here.holder.programme_version, items: [] } })
      await dueIn(HOUR, { targets: { stores: [store_id] } })
      await send()
      expect([here.received.length, there.received.length]).toEqual([2, 1])
      expect(here.received[1]).toMatchObject({ programme: { items: [{ audio_id }] } })
    })

    it('where they stand now, not where they stood when they came', async () => {
      const here = connect(television)
      const other_store = await addStore(db, shop)
      await dueIn(HOUR, { targets: { stores: [other_store] } })
      await renewProgrammes(shop, [here.holder], 0)
      await db.update(player).set({ store_id: other_store }).where(eq(player.player_id, television.player_id))
      await renewProgrammes(shop, [here.holder], 0)
      expect(here.received.map(message => message.type === 'programme' && message.programme.items.length)).toEqual([0, 1])
    })

    it('further as time goes on, and again only when something has come within reach', async () => {
      const { holder, received } = connect(television)
      await dueIn(51 * HOUR)
      const now = Date.now()
      const sweepAfter = async (hours: number) => {
        vi.useFakeTimers({ toFake: ['Date'], now: now + hours * HOUR })
        await renewProgrammes(shop, [holder], 0)
        return received.flatMap(message => message.type === 'programme' ? [message.programme.items.length] : [])
      }
      try {
        expect(await sweepAfter(0)).toEqual([0])
        expect((await sweepAfter(0.5)).at(-1)).toBe(0)
        expect((await sweepAfter(3)).at(-1)).toBe(1)
        const told = received.length
        await Promise.all([sweepAfter(3), sweepAfter(3)])
        expect(received).toHaveLength(told)
      }
      finally {
        vi.useRealTimers()
      }
    })

    it('once for many changes, and never an older one after a newer', async () => {
      const here = connect(television)
      const rounds: Promise<void>[] = []
      for (let times = 0; times < 5; times++) {
        await dueIn(HOUR)
        rounds.push(renewProgrammes(shop, [here.holder], times % 2 ? 0 : 50))
      }
      await Promise.all(rounds)
      const told = here.received.map(message => message.type === 'programme' ? message.programme.items.length : -1)
      expect(told).toEqual(told.toSorted())
      expect(told.at(-1)).toBe(5)
    })

    it('together with those who came meanwhile', async () => {
      const [here, beside] = [connect(television), connect(await addPlayer(db, shop, store_id))]
      const together = [renewProgrammes(shop, [here.holder]), renewProgrammes(shop, [beside.holder]), renewProgrammes(shop, [here.holder])]
      expect(new Set(together).size).toBe(1)
      await together[0]
      expect([here.received.length, beside.received.length]).toEqual([1, 1])
    })
  })

  describe('become plays', () => {
    it('with the first report, once, whatever is repeated or comes at the same moment', async () => {
      const { schedule_id } = await dueIn(-20_000)
      const item = await onlyItem()
      const started: PlayReport = { type: 'play_started', play_id: item.play_id, occurrence: occurrenceOf(item), started_at: new Date(Date.now() - 10_000).toISOString() }
      await Promise.all([recordReport(television, started), recordReport(television, started), recordReport(television, ended(item)), recordReport(television, ended(item))])
      await recordReport(television, { type: 'play_skipped', play_id: item.play_id, occurrence: occurrenceOf(item), reason: 'stopped', at: new Date().toISOString() })
      expect(await playsOf()).toMatchObject([{
        play_id: item.play_id, schedule_id, due_at: item.due_at, air_id: null, player_id: television.player_id, player_name: television.name, store_name: 'Centro', audio_id, title: 'Cierre', text: 'Cerramos en quince minutos.',
        priority: 'scheduled', status: 'played', reason: null, heard_ms: 4000, level_db: -20, expires_at: item.expires_at,
      }])
      const [aired] = await db.select().from(message).where(eq(message.audio_id, audio_id))
      expect(aired!.last_aired_at).not.toBeNull()
    })

    it('also when they were not heard, with the reason', async () => {
      await dueIn(-20_000)
      const item = await onlyItem()
      await recordReport(television, { type: 'play_skipped', play_id: item.play_id, occurrence: occurrenceOf(item), reason: 'muted', at: new Date().toISOString() })
      expect(await playsOf()).toMatchObject([{ status: 'skipped', reason: 'muted', started_at: null }])
    })

    it('also after schedule and message were deleted, and keep title and script when those are gone for good', async () => {
      const { schedule_id } = await dueIn(-20_000)
      const item = await onlyItem()
      await deleteSchedule(shop, schedule_id)
      await deleteMessage(shop, audio_id, { force: true, permanent: false })
      await recordReport(television, ended(item))
      await deleteMessage(shop, audio_id, { force: true, permanent: true })
      await db.delete(schedule).where(eq(schedule.schedule_id, schedule_id))
      expect(await playsOf()).toMatchObject([{ play_id: item.play_id, status: 'played', title: 'Cierre', text: 'Cerramos en quince minutos.', audio_id: null, schedule_id: null, due_at: item.due_at }])
    })

    it('with the words that were aired, when the message says something else by now', async () => {
      await dueIn(-20_000)
      const item = await onlyItem()
      await db.insert(messageVersion).values({ client_id: shop, audio_id, version: 1, title: item.title, text: item.text, voice_name: 'Voz', sha256: SHA, duration_ms: 4000 })
      await db.update(message).set({ text: 'Cerramos ya.', sha256: MUSIC }).where(eq(message.audio_id, audio_id))
      await recordReport(television, ended(item, { sha256: SHA }))
      expect(await playsOf()).toMatchObject([{ status: 'played', text: 'Cerramos en quince minutos.' }])
    })

    it('never for somebody else, nor for what is no occurrence of this player', async () => {
      const other = await addClient(db, randomUUID())
      const stranger = await addPlayer(db, other, await addStore(db, other))
      const beside = await addPlayer(db, shop, store_id)
      await dueIn(-20_000)
      const item = await onlyItem()
      const asStranger = { ...item, play_id: playIdOf({ ...item, player_id: stranger.player_id }, sha256Of) }
      const { occurrence: _, ...bare } = ended(item)
      expect(await recordReports(stranger, [ended(item), ended(asStranger)])).toEqual({ recorded: 0, unknown: 2 })
      expect(await recordReports(beside, [ended(item)])).toEqual({ recorded: 0, unknown: 1 })
      expect(await recordReports(television, [
        bare as PlayReport,
        ended(item, { due_at: new Date(Date.parse(item.due_at) + 1000).toISOString() }),
        ended(item, { schedule_id: audio_id }),
        ended({ ...item, play_id: item.audio_id }),
      ])).toEqual({ recorded: 0, unknown: 4 })
      expect(await playsOf()).toEqual([])
      expect((await listPlays(other, PlayQuerySchema.parse({}))).items).toEqual([])
      // A due moment that no programme has told of yet.
      const far = new Date(Date.now() + 60 * HOUR).toISOString()
      const early = { ...item, due_at: far, play_id: playIdOf({ ...item, due_at: far, player_id: television.player_id }, sha256Of) }
      expect(await recordReports(television, [ended(early)])).toEqual({ recorded: 0, unknown: 1 })
    })

    it('with a message of their own client only', async () => {
      const other = await addClient(db, randomUUID())
      const theirs = await addSound(db, other, { sha256: SHA, title: 'Secreto', text: 'Secreto' })
      await dueIn(-20_000)
      await recordReport(television, ended(await onlyItem(), { audio_id: theirs }))
      const [row] = await playsOf()
      expect(row).toMatchObject({ audio_id: null, text: '' })
      expect(JSON.stringify(row)).not.toContain('Secreto')
    })

    it('that stand in the log by the time at which they were due', async () => {
      const old = await dueIn(-20 * MINUTE, { grace_s: 3600 })
      const young = await dueIn(-30_000)
      const { items } = await programme()
      for (const schedule_id of [young.schedule_id, old.schedule_id]) await recordReport(television, ended(items.find(item => item.schedule_id === schedule_id)!))
      const first = await listPlays(shop, PlayQuerySchema.parse({ limit: 1 }))
      const second = await listPlays(shop, PlayQuerySchema.parse({ limit: 1, cursor: first.next_cursor }))
      expect([...first.items, ...second.items].map(row => row.schedule_id)).toEqual([young.schedule_id, old.schedule_id])
      expect(second.next_cursor).toBeNull()
      expect((await listPlays(shop, PlayQuerySchema.parse({ schedule_id: old.schedule_id }))).total).toBe(1)
      const forged = Buffer.from(JSON.stringify(['2026-99-99 00:00:00+00', first.items[0]!.play_id])).toString('base64url')
      await expect(listPlays(shop, PlayQuerySchema.parse({ cursor: forged }))).rejects.toMatchObject({ status: 400 })
    })
  })

  describe('are given to players that only ask', () => {
    it('when they are due within a minute, until the player has them', async () => {
      const soon = await dueIn(30_000)
      const late = await dueIn(-20_000)
      await dueIn(5 * MINUTE)
      const over = await dueIn(-10 * MINUTE, { grace_s: 3600 })
      await updateSchedule(shop, over.schedule_id, { grace_s: 300 })
      const items = await pendingItems(television)
      expect(items.map(item => item.schedule_id)).toEqual([late.schedule_id, soon.schedule_id])
      expect(items[1]).toMatchObject({ audio_id, sha256: SHA, due_at: expect.any(String), grace_s: 120 })
      await acknowledgePlays(television, [items[0]!.play_id])
      await acknowledgePlays(television, [items[0]!.play_id])
      expect((await pendingItems(television)).map(item => item.schedule_id)).toEqual([soon.schedule_id])
      expect(await playsOf()).toMatchObject([{ play_id: items[0]!.play_id, status: 'delivered' }])
      await recordReport(television, { type: 'play_ended', play_id: items[0]!.play_id, started_at: new Date(Date.now() - 4000).toISOString(), ended_at: new Date().toISOString(), heard_ms: 4000, level_db: null })
      expect(await playsOf()).toMatchObject([{ status: 'played' }])
    })

    it('and are explained when such a player never tells what became of them', async () => {
      await dueIn(30_000)
      const [item] = await pendingItems(television)
      await acknowledgePlays(television, [item!.play_id])
      await closeSilentPlays(new Date(Date.now() + HOUR))
      expect(await playsOf()).toMatchObject([{ status: 'skipped', reason: 'unexplained' }])
    })

    it('and to nobody else', async () => {
      await dueIn(30_000)
      const [item] = await pendingItems(television)
      const beside = await addPlayer(db, shop, store_id)
      await acknowledgePlays(beside, [item!.play_id])
      expect(await playsOf()).toEqual([])
      expect(await pendingItems(television)).toHaveLength(1)
    })
  })

  describe('agree with the list of occurrences', () => {
    const range = (from_ms: number, to_ms: number) => ({ from: new Date(Date.now() + from_ms).toISOString(), to: new Date(Date.now() + to_ms).toISOString() })

    it('moment by moment', async () => {
      await addSchedule(db, shop, { audio_id, kind: 'interval', interval_minutes: 45, window_start: '22:10', window_end: '03:00' })
      await addSchedule(db, shop, { audio_id, kind: 'times', times: ['12:00', '18:30'], targets: { players: [television.player_id] } })
      const span = range(HOUR, 47 * HOUR)
      const { items, next_from } = await listOccurrences(shop, { ...span, store_id })
      const told = (await programme()).items.filter(({ due_at }) => due_at >= span.from && due_at < span.to)
      expect(items.map(({ schedule_id, due_at }) => [schedule_id, due_at])).toEqual(told.map(({ schedule_id, due_at }) => [schedule_id, due_at]))
      expect(items.length).toBeGreaterThan(5)
      expect(items.find(item => item.player_ids)).toMatchObject({ player_ids: [television.player_id], store_id, title: 'Cierre' })
      expect(next_from).toBeNull()
    })

    it('of every store, and say where to go on when there are too many', async () => {
      const stores = [store_id, await addStore(db, shop, 'Asia/Tokyo'), await addStore(db, shop)]
      await addSchedule(db, shop, { audio_id, kind: 'interval', interval_minutes: 1, window_start: '00:00', window_end: '23:59' })
      const span = range(0, 48 * HOUR)
      const seen: string[] = []
      let from: string | null = span.from
      for (let pages = 0; from && pages < 5; pages++) {
        const { items, next_from }: Awaited<ReturnType<typeof listOccurrences>> = await listOccurrences(shop, { ...span, from })
        seen.push(...items.map(item => `${item.store_id} ${item.due_at}`))
        from = next_from
      }
      expect(from).toBeNull()
      expect(seen).toHaveLength(3 * 48 * 60)
      expect(new Set(seen).size).toBe(seen.length)
      expect(new Set(seen.map(line => line.split(' ')[0]))).toEqual(new Set(stores))
    })

    it('and another client\'s store is not found', async () => {
      const other = await addClient(db, randomUUID())
      await expect(listOccurrences(other, { ...range(0, HOUR), store_id })).rejects.toMatchObject({ status: 404 })
    })
  })

  it('cost little for many players of many stores', async () => {
    for (let rules = 0; rules < 40; rules++) await addSchedule(db, shop, { audio_id, kind: 'interval', interval_minutes: 60, window_start: `0${rules % 10}:${10 + rules}`, window_end: '22:59' })
    const holders: ProgrammeHolder[] = []
    for (let stores = 0; stores < 20; stores++) {
      const at = await addStore(db, shop, ['Europe/Madrid', 'Atlantic/Canary'][stores % 2])
      const rows = await db.insert(player).values(Array.from({ length: 10 }, (_, place) => ({ client_id: shop, store_id: at, name: 'TV', token_sha256: `${shop} ${stores} ${place}` }))).returning({ player_id: player.player_id })
      holders.push(...rows.map(row => ({ player: row, programme_version: undefined, send: () => {} })))
    }
    await renewProgrammes(shop, holders, 0)
    expect(new Set(holders.map(holder => holder.programme_version)).size).toBe(200)
    // One for each zone: no store has anything of its own.
    expect((await planOf(shop)).derived.size).toBe(2)
    expect((await db.select().from(play).where(eq(play.client_id, shop))).length).toBe(0)
  })
})
