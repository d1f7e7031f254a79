import { beforeAll, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { air, play, store } from '../../../../../db/schema'
import { reachOf } from '../../../../../server/services/player/play-reach'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addSound } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

onBothDatabases('where a message was heard', (use) => {
  let db: Db
  let client_id: string
  let stores: string[]
  beforeAll(async () => {
    db = use().db
    opened.db = db
    client_id = await addClient(db, 'chain')
    stores = (await db.insert(store).values(['Centro', 'Norte', 'Sur'].map(name => ({ client_id, name, time_zone: 'Europe/Madrid' }))).returning()).map(row => row.store_id)
  })
  const common = { priority: 'live', on_busy: 'after_current', expires_at: new Date() } as const
  const send = async (audio_id: string) => (await db.insert(air).values({ ...common, client_id, audio_id }).returning())[0]!.air_id
  const log = (audio_id: string, place: number, more: Partial<typeof play.$inferInsert>) =>
    db.insert(play).values({ ...common, client_id, audio_id, store_id: stores[place], store_name: 'antes', player_name: 'TV', sha256: 'a'.repeat(64), duration_ms: 1000, title: 'x', text: 'x', ...more })
  const reach = async (...ids: string[]) => reachOf(client_id, ids, 'Europe/Madrid')

  it('counts the stores of its last sending, and says why not of those that did not hear it', async () => {
    const audio_id = await addSound(db, client_id)
    const before = await send(audio_id)
    await log(audio_id, 2, { air_id: before, status: 'played' })
    const air_id = await send(audio_id)
    await log(audio_id, 0, { air_id, status: 'skipped', reason: 'muted' })
    await log(audio_id, 0, { air_id, status: 'played' })
    await log(audio_id, 1, { air_id, status: 'skipped', reason: 'preempted', reason_by: 'Fuego' })
    await log(audio_id, 2, { air_id, status: 'delivered' })
    expect(await reach(audio_id)).toEqual([{
      audio_id, stores: 3, heard: 1, open: 1, missed: 1,
      unheard: [
        { store_id: stores[1], store_name: 'Norte', status: 'skipped', reason: 'preempted', reason_by: 'Fuego' },
        { store_id: stores[2], store_name: 'Sur', status: 'delivered', reason: null, reason_by: null },
      ],
    }])
  })

  it('counts what was due today, and says why the last time', async () => {
    const audio_id = await addSound(db, client_id)
    const due = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    await log(audio_id, 0, { due_at: due(0), status: 'skipped', reason: 'expired' })
    await log(audio_id, 0, { due_at: due(-1), status: 'skipped', reason: 'autoplay_blocked' })
    await log(audio_id, 1, { due_at: due(48 * 60), status: 'skipped', reason: 'muted' })
    expect(await reach(audio_id)).toMatchObject([{ stores: 1, heard: 0, missed: 1, unheard: [{ store_name: 'Centro', reason: 'autoplay_blocked' }] }])
  })

  it('says nothing of what was never sent, nor to strangers, and answers in the asked order', async () => {
    const [silent, one, two] = [await addSound(db, client_id), await addSound(db, client_id), await addSound(db, client_id)]
    for (const audio_id of [one!, two!]) await log(audio_id, 0, { air_id: await send(audio_id), status: 'played' })
    expect((await reach(two!, silent!, one!, two!)).map(row => row.audio_id)).toEqual([two, one])
    expect(await reachOf(await addClient(db, 'stranger'), [one!], 'UTC')).toEqual([])
  })
})
