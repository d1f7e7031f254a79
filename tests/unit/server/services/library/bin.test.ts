import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { message, messageVersion, play } from '../../../../../db/schema'
import { createFileStore, type FileStore } from '../../../../../server/providers/storage'
import { sweepFiles } from '../../../../../server/services/audio/file-sweep'
import { storeFile } from '../../../../../server/services/audio/files'
import { clearBin, emptyBin } from '../../../../../server/services/library/bin'
import { changeMessages } from '../../../../../server/services/library/bulk'
import { deleteMessage, updateMessage } from '../../../../../server/services/library/messages'
import { BulkRequestSchema, type BulkRequest } from '../../../../../shared/schemas/library'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addMessages } from '../../../../fixtures/library'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

const DAY = 86_400_000
const SOFT = { force: false, permanent: false }
const FOR_GOOD = { force: false, permanent: true }

onBothDatabases('the bin', (use) => {
  let db: Db
  let shops = 0
  let shop: string
  let dir: string
  let store: FileStore

  beforeAll(() => {
    db = use().db
    opened.db = db
  })
  beforeEach(async () => {
    shop = await addClient(db, `shop-${++shops}`)
    await db.delete(message)
    dir = await mkdtemp(join(tmpdir(), 'mediaflow-bin-'))
    store = createFileStore(dir)
    return () => rm(dir, { recursive: true, force: true })
  })

  const add = (...rows: Parameters<typeof addMessages>[2]) => addMessages(db, shop, rows)
  const rowOf = async (audio_id: string) => (await db.select().from(message).where(eq(message.audio_id, audio_id)))[0]
  const keep = (text: string) => db.transaction(tx => storeFile(tx, Buffer.from(text), 'audio/mpeg', store))
  const addPlay = (audio_id: string, more: Partial<typeof play.$inferInsert> = {}) => db.insert(play).values({
    client_id: shop, audio_id, player_name: 'TV', store_name: 'Centro', sha256: 'x', duration_ms: 1, title: 'x', text: 'x', priority: 'live', on_busy: 'drop', expires_at: new Date(Date.now() + DAY), ...more,
  }).returning()

  it('loses what has lain in it for 30 days, and nothing else', async () => {
    const [old, young, kept] = await add({ deleted_at: new Date(Date.now() - 30 * DAY - 1000) }, { deleted_at: new Date(Date.now() - 30 * DAY + 60_000) }, {})
    expect(await emptyBin()).toBe(1)
    expect([await rowOf(old!), (await rowOf(young!))?.audio_id, (await rowOf(kept!))?.audio_id]).toEqual([undefined, young, kept])
    expect(await emptyBin()).toBe(0)
  })

  it('gets through more than one batch', async () => {
    await add(...Array.from({ length: 1100 }, () => ({ deleted_at: new Date(0) })))
    expect(await emptyBin()).toBe(1100)
  })

  describe('emptied by hand', () => {
    it('loses all of it at once, and nothing of others, of the library, or that comes in meanwhile', async () => {
      const asked = new Date()
      await add(...Array.from({ length: 620 }, () => ({ deleted_at: new Date(asked.getTime() - 1000) })))
      const [kept, late] = await add({}, { deleted_at: new Date(asked.getTime() + 1000) })
      const [theirs] = await addMessages(db, await addClient(db, `other-${shops}`), [{ deleted_at: new Date(0) }])
      expect(await clearBin(shop, asked)).toEqual({ removed: 620 })
      expect((await db.select({ audio_id: message.audio_id }).from(message)).map(row => row.audio_id).sort()).toEqual([kept, late, theirs].sort())
      expect(await clearBin(shop, asked)).toEqual({ removed: 0 })
    })

    it('frees what nobody else shares, and withdraws what still waits', async () => {
      const [own, shared] = await Promise.all(['own', 'shared'].map(keep))
      const [gone] = await add({ sha256: own, deleted_at: new Date(0) }, { sha256: shared, deleted_at: new Date(0) }, { sha256: shared })
      const [waiting] = await addPlay(gone!)
      await clearBin(shop)
      await sweepFiles(db, store, { grace_ms: 0 })
      expect([await store.stat(own!), (await store.read(shared!))?.toString()]).toEqual([null, 'shared'])
      expect((await db.select().from(play).where(eq(play.play_id, waiting!.play_id)))[0]).toMatchObject({ status: 'skipped', audio_id: null })
    })

    it('serves two who empty it at once', async () => {
      await add(...Array.from({ length: 40 }, () => ({ deleted_at: new Date(0) })))
      const answers = await Promise.all([clearBin(shop), clearBin(shop)])
      expect(answers.reduce((sum, { removed }) => sum + removed, 0)).toBe(40)
    })
  })

  it('frees a file when nobody else has it: sounds, originals and versions', async () => {
    const [own, shared, original, before, beforeOriginal, sharedBefore] = await Promise.all(['own', 'shared', 'original', 'before', 'before original', 'shared before'].map(keep))
    const [gone, other] = await add({ sha256: own, original_sha256: original }, { sha256: shared, original_sha256: sharedBefore })
    const version = { client_id: shop, title: 'x', text: 'x', voice_name: 'x' }
    await db.insert(messageVersion).values([
      { ...version, audio_id: gone!, version: 1, sha256: before, original_sha256: beforeOriginal },
      { ...version, audio_id: gone!, version: 2, sha256: shared, original_sha256: sharedBefore },
    ])
    await deleteMessage(shop, gone!, SOFT)
    await sweepFiles(db, store, { grace_ms: 0 })
    expect(await Promise.all([own, original, before, beforeOriginal].map(async sha256 => (await store.stat(sha256!)) !== null))).toEqual([true, true, true, true])

    await deleteMessage(shop, gone!, FOR_GOOD)
    await sweepFiles(db, store, { grace_ms: 0 })
    expect(await db.$count(messageVersion)).toBe(0)
    expect(await Promise.all([own, original, before, beforeOriginal].map(sha256 => store.stat(sha256!)))).toEqual([null, null, null, null])
    expect((await store.read(shared!))?.toString()).toBe('shared')
    expect((await store.read(sharedBefore!))?.toString()).toBe('shared before')
    expect((await rowOf(other!))?.sha256).toBe(shared)
  })

  it('keeps the first moment when several delete, and never gives a second one', async () => {
    const [audio_id] = await add({})
    await Promise.all([1, 2, 3].map(() => deleteMessage(shop, audio_id!, SOFT)))
    const { deleted_at } = (await rowOf(audio_id!))!
    await deleteMessage(shop, audio_id!, SOFT)
    expect((await rowOf(audio_id!))!.deleted_at).toEqual(deleted_at)
    const ends = await Promise.allSettled([1, 2].map(() => deleteMessage(shop, audio_id!, FOR_GOOD)))
    expect(ends.map(end => end.status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  describe('and what still waits to be heard', () => {
    it('asks first, and withdraws only what has not begun and may still begin', async () => {
      const [audio_id] = await add({})
      const [[pending], [playing], [late]] = await Promise.all([addPlay(audio_id!), addPlay(audio_id!, { status: 'playing' }), addPlay(audio_id!, { expires_at: new Date(0) })])
      await expect(deleteMessage(shop, audio_id!, SOFT)).rejects.toMatchObject({ code: 'message_in_use', status: 409 })
      expect((await rowOf(audio_id!))!.deleted_at).toBeNull()
      await deleteMessage(shop, audio_id!, { ...SOFT, force: true })
      const statuses = new Map((await db.select().from(play).where(eq(play.audio_id, audio_id!))).map(row => [row.play_id, row.status]))
      expect([pending, playing, late].map(row => statuses.get(row!.play_id))).toEqual(['skipped', 'playing', 'pending'])
    })

    it('lets a play outlive its message', async () => {
      const [audio_id] = await add({})
      const [heard] = await addPlay(audio_id!, { status: 'played' })
      await deleteMessage(shop, audio_id!, FOR_GOOD)
      expect(await db.select({ audio_id: play.audio_id, title: play.title }).from(play).where(eq(play.play_id, heard!.play_id))).toEqual([{ audio_id: null, title: 'x' }])
    })
  })

  describe('many at once', () => {
    const bulk = (request: BulkRequest) => changeMessages(shop, BulkRequestSchema.parse(request))

    it('changes what differs only, and nothing of others', async () => {
      const ids = await add({ tags: ['a'] }, { tags: ['b'] }, { tags: [] })
      const [theirs] = await addMessages(db, await addClient(db, `other-${shops}`), [{ tags: [] }])
      expect(await bulk({ audio_ids: [...ids, theirs!], action: 'tag', tags: ['A', 'c'] })).toMatchObject({ matched: 3, changed: 3 })
      expect((await Promise.all([...ids, theirs!].map(rowOf))).map(row => row!.tags)).toEqual([['a', 'c'], ['b', 'a', 'c'], ['a', 'c'], []])
      expect((await bulk({ audio_ids: ids, action: 'untag', tags: ['a'] })).changed).toBe(3)
      expect((await Promise.all(ids.map(rowOf))).map(row => row!.tags)).toEqual([['c'], ['b', 'c'], ['c']])
      expect((await bulk({ query: { q: 'b' }, action: 'favourite' })).audio_ids).toEqual([ids[1]])
      await expect(bulk({ audio_ids: [theirs!], action: 'delete' })).rejects.toMatchObject({ status: 404 })
    })

    it('refuses more than 1,000, and does 1,000', async () => {
      await add(...Array.from({ length: 1001 }, (_, n) => ({ title: `n${n}` })))
      await expect(bulk({ query: {}, action: 'delete' })).rejects.toMatchObject({ code: 'too_many_messages' })
      expect(await db.$count(message, eq(message.is_favourite, true))).toBe(0)
      const ids = (await db.select({ audio_id: message.audio_id }).from(message).limit(1000)).map(row => row.audio_id)
      expect(await bulk({ audio_ids: ids, action: 'delete' })).toMatchObject({ matched: 1000, changed: 1000 })
    })

    it('serves two who change the same ones', async () => {
      const ids = await add(...Array.from({ length: 50 }, () => ({})))
      const answers = await Promise.all([bulk({ audio_ids: ids, action: 'delete' }), bulk({ audio_ids: ids.toReversed(), action: 'delete' })])
      expect(answers.map(answer => answer.changed).sort()).toEqual([0, 50])
    })
  })

  it('changes a message that somebody else renames meanwhile', async () => {
    const [audio_id] = await add({ title: 'a' })
    await Promise.all([updateMessage(shop, audio_id!, { title: 'b' }), updateMessage(shop, audio_id!, { tags: ['t'] })])
    expect(await rowOf(audio_id!)).toMatchObject({ title: 'b', tags: ['t'], search_text: 'b t' })
  })
})
