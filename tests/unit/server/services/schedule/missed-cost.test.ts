import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeAll, expect, it, vi } from 'vitest'
import { file, play, player, store } from '../../../../../db/schema'
import { sha256Of } from '../../../../../server/services/hash'
import { changeProgrammes } from '../../../../../server/services/player/programme-change'
import { sweepMissed } from '../../../../../server/services/schedule/missed'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addSchedule, addSound } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ database: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({
  useDb: () => Promise.resolve((opened.database as { db: unknown }).db),
  useDatabase: () => Promise.resolve(opened.database),
}))

const HOUR = 3_600_000
const STORES = 1_000

onBothDatabases('what the sweep for missed occurrences costs', (use) => {
  beforeAll(() => {
    opened.database = use().database
  })

  it('catches up with 48 hours of 1,000 players, and has nothing to do a minute later', { timeout: 200_000 }, async () => {
    const { db } = use()
    const client = await addClient(db, randomUUID())
    const sha256 = sha256Of(randomUUID())
    await db.insert(file).values({ sha256, content_type: 'audio/mpeg', bytes: 1 })
    const audio_id = await addSound(db, client, { sha256 })
    const stores = await db.insert(store).values(Array.from({ length: STORES }, (_, at) => ({ client_id: client, name: `Tienda ${at}`, time_zone: at % 2 ? 'Europe/Madrid' : 'Atlantic/Canary' }))).returning()
    await db.insert(player).values(stores.map(({ store_id }, at) => ({ client_id: client, store_id, name: 'TV', token_sha256: `${client} ${at}` })))
    await changeProgrammes(db, client)
    // Four a day everywhere, and of each fifty stores others at another time.
    await addSchedule(db, client, { audio_id, kind: 'times', times: ['09:00', '12:00', '17:00', '20:45'] })
    for (let at = 0; at < 20; at++) await addSchedule(db, client, { audio_id, kind: 'times', times: [`10:${String(at * 3).padStart(2, '0')}`, '19:30'], targets: { stores: stores.slice(at * 50, at * 50 + 50).map(({ store_id }) => store_id) } })
    const begun = Date.now()
    const taking = async (now: number) => {
      const started = performance.now()
      const rows = await sweepMissed(now, Infinity)
      return { rows, ms: Math.round(performance.now() - started) }
    }
    // What is known of the time before it was made is nothing.
    const before = await taking(begun)
    const all = await taking(begun + 48 * HOUR)
    const again = await taking(begun + 48 * HOUR + 60_000)
    console.info(`1,000 players × 48 h: ${all.rows} rows in ${all.ms} ms; a minute later ${again.ms} ms`)
    expect(before.rows).toBe(0)
    expect(all.rows).toBeGreaterThanOrEqual(STORES * 10)
    expect(all.rows).toBe(await db.$count(play, eq(play.client_id, client)))
    // Much more than it takes: the machine may be busy.
    expect(all.ms).toBeLessThan(100_000)
    expect(again.ms).toBeLessThan(10_000)
  })
})
