import { eq } from 'drizzle-orm'
import { beforeAll, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { air, play } from '../../../../../db/schema'
import { closeSilentPlays } from '../../../../../server/services/player/plays'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addMessages } from '../../../../fixtures/library'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

onBothDatabases('plays that nobody reports', (use) => {
  let db: Db
  beforeAll(() => {
    db = use().db
    opened.db = db
  })

  it('are closed once, and those that may still be reported are not', async () => {
    const client_id = await addClient(db, 'shop')
    const [audio_id] = await addMessages(db, client_id, [{}])
    const hour = 3_600_000
    const at = (ms: number) => new Date(Date.now() + ms)
    const [sent] = await db.insert(air).values({ client_id, audio_id: audio_id!, priority: 'live', on_busy: 'after_current', expires_at: at(hour) }).returning()
    const common = { client_id, air_id: sent!.air_id, audio_id: audio_id!, sha256: 'a'.repeat(64), duration_ms: 3000, title: 'x', text: 'x', priority: 'live', on_busy: 'after_current', player_name: 'TV', store_name: 'Tienda' } as const
    const rows = await db.insert(play).values([
      { ...common, status: 'pending', expires_at: at(-hour) },
      { ...common, status: 'delivered', expires_at: at(-hour) },
      { ...common, status: 'playing', expires_at: at(-hour), started_at: at(-1000) },
      { ...common, status: 'pending', expires_at: at(hour) },
    ]).returning({ play_id: play.play_id })
    expect(await closeSilentPlays()).toBe(2)
    expect(await closeSilentPlays()).toBe(0)
    const after = await Promise.all(rows.map(async ({ play_id }) => (await db.select({ status: play.status, reason: play.reason }).from(play).where(eq(play.play_id, play_id)))[0]))
    expect(after).toEqual([{ status: 'skipped', reason: 'expired' }, { status: 'skipped', reason: 'unexplained' }, { status: 'playing', reason: null }, { status: 'pending', reason: null }])
  })

  it('are left open for as long as they are repeated, or until somebody stops them', async () => {
    const client_id = await addClient(db, 'mall')
    const [audio_id] = await addMessages(db, client_id, [{}])
    const past = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    /** A play of a minute that began 20 minutes ago. */
    async function begun(sending: Partial<typeof air.$inferInsert>) {
      const common = { client_id, audio_id: audio_id!, priority: 'emergency', on_busy: 'interrupt', expires_at: past(15) } as const
      const [sent] = await db.insert(air).values({ ...common, ...sending }).returning()
      const [row] = await db.insert(play).values({ ...common, air_id: sent!.air_id, sha256: 'a'.repeat(64), duration_ms: 60_000, title: 'x', text: 'x', player_name: 'TV', store_name: 'Tienda', status: 'playing', started_at: past(20) }).returning()
      return async () => (await db.select({ status: play.status }).from(play).where(eq(play.play_id, row!.play_id)))[0]!.status
    }
    const open = [await begun({ repeat: 8 }), await begun({ until_stopped: true }), await begun({ until_stopped: true, stopped_at: past(5) })]
    const closed = [await begun({}), await begun({ repeat: 2 }), await begun({ until_stopped: true, stopped_at: past(14) })]
    expect(await closeSilentPlays()).toBe(3)
    for (const status of open) expect(await status()).toBe('playing')
    for (const status of closed) expect(await status()).toBe('skipped')
  })
})
