import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { file, message } from '../../../../../db/schema'
import type { PlayerPrincipal } from '../../../../../server/services/client/access'
import { createStore, getStore, updateStore } from '../../../../../server/services/client/stores'
import { programmeOf } from '../../../../../server/services/player/programme'
import { renewProgrammes } from '../../../../../server/services/player/programme-sender'
import { changeSettings } from '../../../../../server/services/settings/change-settings'
import { ProgrammeSchema } from '../../../../../shared/protocol'
import { PlayerSettingsSchema } from '../../../../../shared/schemas/settings'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addSchedule, addSound } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db, DatabaseClosed: class extends Error {} }))

const SHA = 'a'.repeat(64)
const ALWAYS = Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map(day => [day, [['09:00', '21:00'] as [string, string]]]))
const DEFAULTS = PlayerSettingsSchema.parse({})
const EVENING = { name: 'Noche', weekdays: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00', volume: 0.4 }

onBothDatabases('what a programme says of how it is aired', (use) => {
  let db: Db
  let shop: string
  let store_id: string
  let television: PlayerPrincipal

  beforeAll(async () => {
    vi.stubEnv('AUTH_SECRET', 'x'.repeat(40))
    db = use().db
    opened.db = db
    await db.insert(file).values({ sha256: SHA, content_type: 'audio/mpeg', bytes: 1 })
  })
  beforeEach(async () => {
    shop = await addClient(db, randomUUID())
    store_id = (await createStore(db, shop, { name: 'Centro', time_zone: 'Europe/Madrid' })).store_id
    television = await addPlayer(db, shop, store_id)
  })

  const programme = async (listener = television) => ProgrammeSchema.parse(await programmeOf(listener))

  it('has a default for everything', async () => {
    expect((await programme()).settings).toMatchObject({
      music: { after: 'resume', fade_ms: 800 }, talk_over: { duck_db: -18, down_ms: 600, up_ms: 1000 },
      min_gap_ms: 0, max_duration_ms: 0, pre_silence_ms: 0, post_silence_ms: 0, dayparts: [], open: null, captions: true, look: { logo_url: null, colour: null },
    })
  })

  it('is what the client has set, and what its store does otherwise', async () => {
    await changeSettings(shop, 'player', { ...DEFAULTS, music_after: 'next', duck_db: -12, min_gap_s: 5, max_duration_s: 60, captions: false })
    await changeSettings(shop, 'look', { logo_sha256: null, colour: '#0ea5e9' })
    expect((await programme()).settings).toMatchObject({ music: { after: 'next' }, talk_over: { duck_db: -12 }, min_gap_ms: 5000, max_duration_ms: 60_000, captions: false, look: { colour: '#0ea5e9' } })
    const other = await addPlayer(db, shop, (await createStore(db, shop, { name: 'Norte', time_zone: 'Europe/Madrid' })).store_id)
    await updateStore(shop, store_id, { player_settings: { talk_over: false, captions: true } })
    expect((await programme()).settings).toMatchObject({ music: { after: 'next' }, talk_over: null, captions: true })
    expect((await programme(other)).settings).toMatchObject({ talk_over: { duck_db: -12 }, captions: false })
    await updateStore(shop, store_id, { player_settings: null })
    expect((await programme()).settings).toEqual((await programme(other)).settings)
  })

  it('tells opening hours and parts of the day as stretches of the store\'s own clocks', async () => {
    await updateStore(shop, store_id, { opening_hours: ALWAYS })
    await changeSettings(shop, 'player', { ...DEFAULTS, dayparts: [EVENING] })
    const { settings } = await programme()
    const local = (instant: string) => new Date(instant).toLocaleTimeString('en-GB', { timeZone: 'Europe/Madrid' })
    expect(settings!.open!.length).toBeGreaterThanOrEqual(2)
    expect(new Set(settings!.open!.map(({ from, to }) => `${local(from)}-${local(to)}`))).toEqual(new Set(['09:00:00-21:00:00']))
    expect(new Set(settings!.dayparts.map(({ from, to, volume }) => `${local(from)}-${local(to)} ${volume}`))).toEqual(new Set(['22:00:00-07:00:00 0.4']))
    const tomorrow = new Date(settings!.open!.at(-1)!.from).toLocaleDateString('sv-SE', { timeZone: 'Europe/Madrid' })
    await updateStore(shop, store_id, { opening_exceptions: [{ date: tomorrow, name: 'Fiesta', hours: [] }] })
    expect((await programme()).settings!.open).toEqual(settings!.open!.slice(0, -1))
    expect(await getStore(shop, store_id)).toMatchObject({ opening_exceptions: [{ name: 'Fiesta' }], opening: { open: expect.any(Boolean) } })
  })

  it('carries the captions of what is in it, where the voice gave any', async () => {
    const audio_id = await addSound(db, shop, { sha256: SHA, words: [[0, 0], [9, 400]] })
    expect((await programme()).words).toBeUndefined()
    await addSchedule(db, shop, { audio_id, kind: 'interval', interval_minutes: 60, window_start: '00:00', window_end: '23:00' })
    const before = await programme()
    expect(before.words).toEqual({ [SHA]: [[0, 0], [9, 400]] })
    await db.update(message).set({ words: null })
    await updateStore(shop, store_id, { time_zone: 'Europe/Madrid' })
    expect((await programme()).words).toBeUndefined()
    expect((await programme()).version).not.toBe(before.version)
  })

  it('reaches connected players when it changes, and only then', async () => {
    const received: string[] = []
    const holder = { player: television, programme_version: undefined, send: () => void received.push(holder.programme_version ?? '') }
    const renewed = async () => {
      const before = received.length
      await renewProgrammes(shop, [holder], 0)
      return received.length > before
    }
    expect(await renewed()).toBe(true)
    await changeSettings(shop, 'player', DEFAULTS)
    await updateStore(shop, store_id, { name: 'Otro', address: 'Calle Mayor' })
    await changeSettings(shop, 'audio', { target_lufs: -18, ceiling_dbtp: -1, mono_kbps: 128, stereo_kbps: 192, sample_rate: 44_100 })
    expect(await renewed()).toBe(false)
    await changeSettings(shop, 'player', { ...DEFAULTS, pre_silence_ms: 500 })
    expect(await renewed()).toBe(true)
    await updateStore(shop, store_id, { opening_hours: ALWAYS })
    expect(await renewed()).toBe(true)
    await changeSettings(shop, 'look', { logo_sha256: null, colour: '#123456' })
    expect(await renewed()).toBe(true)
  })

  it('takes no logo that is not the client\'s', async () => {
    await expect(changeSettings(shop, 'look', { logo_sha256: SHA, colour: null })).rejects.toMatchObject({ code: 'logo_unknown' })
  })
})
