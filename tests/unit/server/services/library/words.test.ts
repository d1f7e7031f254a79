import { and, eq } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { message, searchWord } from '../../../../../db/schema'
import { forgetWords, learnWords, searchTextOf } from '../../../../../server/services/library/search'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addMessages } from '../../../../fixtures/library'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

onBothDatabases('the words of the search', (use) => {
  let db: Db
  let shops = 0
  let shop: string
  beforeAll(() => {
    db = use().db
    opened.db = db
  })
  beforeEach(async () => {
    shop = await addClient(db, `shop-${++shops}`)
  })

  const wordsOf = async (client_id: string) => (await db.select({ word: searchWord.word }).from(searchWord).where(eq(searchWord.client_id, client_id))).map(row => row.word).sort()

  it('are forgotten with the last message that has them, each client by itself', async () => {
    const other = await addClient(db, `other-${shops}`)
    const [gone] = await addMessages(db, shop, [{ title: 'Oferta de manzanas' }, { title: 'Oferta de Peras' }, { title: 'Ciruelas', deleted_at: new Date() }])
    await addMessages(db, other, [{ title: 'Manzanas ajenas' }])
    expect(await forgetWords()).toBe(0)
    await db.delete(message).where(eq(message.audio_id, gone!))
    expect(await forgetWords()).toBe(1)
    expect(await wordsOf(shop)).toEqual(['ciruelas', 'de', 'oferta', 'peras'])
    expect(await wordsOf(other)).toEqual(['ajenas', 'manzanas'])
    await addMessages(db, shop, [{ title: 'Manzanas otra vez' }])
    expect(await wordsOf(shop)).toContain('manzanas')
  })

  it('are forgotten once, by however many at once', async () => {
    await learnWords(db, shop, [Array.from({ length: 1200 }, (_, index) => `palabra${'abcdefghij'[index % 10]}${'abcdefghij'[Math.floor(index / 10) % 10]}${'abcdefghijkl'[Math.floor(index / 100)]}`).join(' ')])
    expect(await wordsOf(shop)).toHaveLength(1200)
    const counts = await Promise.all([forgetWords(), forgetWords()])
    expect(counts[0]! + counts[1]!).toBe(1200)
    expect(await wordsOf(shop)).toEqual([])
  })

  it('stay for a message that is being written at this moment', async (test) => {
    // The embedded database does one thing at a time.
    if (!use().postgres) return test.skip()
    await learnWords(db, shop, ['melocotones'])
    const [learnt, swept] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
    const writing = db.transaction(async (tx) => {
      const search_text = searchTextOf({ title: 'Melocotones', text: '' })
      await tx.insert(message).values({ client_id: shop, status: 'ready', title: 'Melocotones', text: '', voice_name: '', search_text })
      await learnWords(tx, shop, [search_text])
      learnt.resolve(undefined)
      await swept.promise
    })
    await learnt.promise
    expect(await forgetWords()).toBe(0)
    swept.resolve(undefined)
    await writing
    expect(await wordsOf(shop)).toEqual(['melocotones'])
    await db.delete(message).where(and(eq(message.client_id, shop)))
    expect(await forgetWords()).toBe(1)
  })
})
