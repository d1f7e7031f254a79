import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { category, message, searchWord } from '../../../../../db/schema'
import { listMessages } from '../../../../../server/services/library/query'
import { indexForgotten } from '../../../../../server/services/library/search'
import type { LibraryQueryInput } from '../../../../../shared/schemas/library'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addMessages, queryOf } from '../../../../fixtures/library'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

const DAY = 86_400_000

onBothDatabases('the library', (use) => {
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

  const add = (...rows: Parameters<typeof addMessages>[2]) => addMessages(db, shop, rows)
  const list = (query?: LibraryQueryInput) => listMessages(shop, queryOf(query))
  const titles = async (query?: LibraryQueryInput) => (await list(query)).items.map(item => item.title)

  describe('search', () => {
    beforeEach(async () => {
      await add(
        { title: 'Grúa', text: 'El camión de matrícula 1234-BCD obstruye la salida.' },
        { title: 'Promoción del día', text: 'Llévate el 2x1 en yogures: sólo 3,50 € hasta mañana.', tags: ['ofertas', 'lácteos'] },
        { title: 'Cierre', text: 'La tienda cierra en quince minutos, ¡gracias!' },
        { title: 'Niño perdido', text: 'Un NIÑO espera a sus padres en la caja 4 – 100% seguro.' },
      )
    })

    it.each([
      ['camion', 'Grúa'], ['camión', 'Grúa'], ['CAMIÓN', 'Grúa'], ['grua', 'Grúa'], ['niño', 'Niño perdido'], ['nino', 'Niño perdido'],
    ])('forgives accents and case: %s', async (q, title) => {
      expect(await titles({ q })).toEqual([title])
    })

    it.each([
      ['promosion', 'Promoción del día'], ['camoin', 'Grúa'], ['matricla', 'Grúa'], ['sierra la tienda', 'Cierre'], ['minuttos', 'Cierre'], ['yogurs promosión', 'Promoción del día'],
    ])('forgives slips: %s', async (q, title) => {
      expect(await titles({ q })).toEqual([title])
    })

    it.each([
      ['promo', 'Promoción del día'], ['tienda cier', 'Cierre'], ['lact', 'Promoción del día'], ['prom yog', 'Promoción del día'], ['2x', 'Promoción del día'],
    ])('finds what is half typed: %s', async (q, title) => {
      expect(await titles({ q })).toEqual([title])
    })

    it.each([
      ['salida camión', ['Grúa']], ['camión tienda', []], ['ofertas', ['Promoción del día']], ['2x1', ['Promoción del día']], ['3,50', ['Promoción del día']],
      ['1234-bcd', ['Grúa']], ['100%', ['Niño perdido']], ['caja 4', ['Niño perdido']], ['zzzzz', []],
    ])('wants every word, in title, text or tags: %s', async (q, expected) => {
      expect(await titles({ q })).toEqual(expected)
    })

    it.each([
      '¿?', '%', '_', '\'', '\'; drop table message; --', ') or 1=1 --', 'a & | ! b', 'camion:*', '<-> (', '\\', '"', '🛒', ':*', '!camion', 'x'.repeat(200), '((((', '$1', '%%%\\_', 'й 漢字 ٣',
    ])('takes whatever is typed: %s', async (q) => {
      const { items, total } = await list({ q })
      expect(items).toHaveLength(total)
      expect(await db.$count(message, eq(message.client_id, shop))).toBe(4)
    })

    it('reads signs as the ends of words, never as an operator', async () => {
      expect(await titles({ q: '!camion' })).toEqual(['Grúa'])
      expect(await titles({ q: 'camion | tienda' })).toEqual([])
      expect(await titles({ q: '¿?' })).toEqual([])
      expect(await titles({ q: '' })).toHaveLength(4)
    })

    it('puts the best first: the title that begins so, then the words together', async () => {
      await add(
        { title: 'Horario', text: 'La apertura de tienda es especial: nueva sección de juguetes.' },
        { title: 'Tienda nueva', text: 'Abrimos el lunes.' },
        { title: 'Aviso', text: 'Visite nuestra tienda nueva.' },
      )
      expect(await titles({ q: 'tienda nueva' })).toEqual(['Tienda nueva', 'Aviso', 'Horario'])
      expect(await titles({ q: 'tienda nueva', sort: 'newest' })).toEqual(['Aviso', 'Tienda nueva', 'Horario'])
    })

    it('goes on, in the same order, and ends', async () => {
      await add(...Array.from({ length: 25 }, (_, n) => ({ title: `Oferta ${n}`, text: n % 2 ? 'Oferta de pan, pan y pan.' : 'Oferta de pan.' })))
      const whole = await titles({ q: 'oferta pan', limit: 100 })
      expect(whole).toHaveLength(25)
      const read: string[] = []
      let cursor: string | undefined
      do {
        const page = await list({ q: 'oferta pan', limit: 4, cursor })
        read.push(...page.items.map(item => item.title))
        expect(page.total).toBe(25)
        cursor = page.next_cursor ?? undefined
      } while (cursor)
      expect(read).toEqual(whole)
    })

    it('knows nothing of what others say', async () => {
      const other = await addClient(db, `other-${shops}`)
      await addMessages(db, other, [{ title: 'Secreto', text: 'xilofonista' }])
      expect(await titles({ q: 'xilofonista' })).toEqual([])
      expect(await titles({ q: 'xilofonistta' })).toEqual([])
      const words = await db.select().from(searchWord).where(eq(searchWord.client_id, shop))
      expect(words.map(row => row.word)).not.toContain('xilofonista')
    })
  })

  it('finds what was never indexed, once that was made good', async () => {
    await db.insert(message).values(Array.from({ length: 1201 }, (_, n) => ({ client_id: shop, status: 'ready' as const, title: `Número ${n}`, text: '¡Atención!', voice_name: 'Voz' })))
    expect((await list({ q: 'atencion' })).total).toBe(0)
    expect(await indexForgotten()).toBe(1201)
    expect(await list({ q: 'atencion' })).toMatchObject({ total: 1000, total_is_capped: true })
    expect(await list()).toMatchObject({ total: 1201, total_is_capped: false })
    expect(await list({ q: '1200' })).toMatchObject({ total: 1, total_is_capped: false })
    expect(await indexForgotten()).toBe(0)
  })

  it('filters by whatever a message has', async () => {
    const [offers] = await db.insert(category).values({ client_id: shop, slug: 'ofertas', name: 'Ofertas', colour: '#ffffff', icon: 'i-lucide-tag' }).returning()
    const now = Date.now()
    await add(
      { title: 'a', category_id: offers!.category_id, duration_ms: 1000, is_favourite: true, tags: ['uno', 'dos'], last_aired_at: new Date(now - DAY) },
      { title: 'b', source: 'uploaded', duration_ms: 5000, tags: ['dos'], valid_until: new Date(now - DAY), created_at: new Date('2026-03-05T10:00:00Z') },
      { title: 'c', duration_ms: 9000, status: 'draft', valid_until: new Date(now + DAY) },
      { title: 'd', deleted_at: new Date(now - 1000) },
      { title: 'e', deleted_at: new Date(now - DAY), is_favourite: true },
    )
    const found = async (query: LibraryQueryInput) => (await titles({ sort: 'title', ...query })).join('')
    expect(await found({})).toBe('ab')
    expect(await found({ status: 'all' })).toBe('abc')
    expect(await found({ status: 'draft' })).toBe('c')
    expect(await found({ category: 'ofertas' })).toBe('a')
    expect(await found({ category: offers!.category_id })).toBe('a')
    expect(await found({ category: 'none' })).toBe('b')
    expect(await found({ favourite: 'true' as never })).toBe('a')
    expect(await found({ favourite: false })).toBe('b')
    expect(await found({ source: 'uploaded' })).toBe('b')
    expect(await found({ tags: 'DOS' })).toBe('ab')
    expect(await found({ tags: 'uno,dos' })).toBe('a')
    expect(await found({ tags: ['uno', 'tres'] })).toBe('')
    expect(await found({ min_duration_ms: 1001, status: 'all' })).toBe('bc')
    expect(await found({ max_duration_ms: 5000, min_duration_ms: 1000 })).toBe('ab')
    expect(await found({ unused: true })).toBe('b')
    expect(await found({ unused: false })).toBe('a')
    expect(await found({ expired: true })).toBe('b')
    expect(await found({ expired: false, status: 'all' })).toBe('ac')
    expect(await found({ from: '2026-03-05', until: '2026-03-05' })).toBe('b')
    expect(await found({ until: '2026-03-04' })).toBe('')
    expect(await found({ from: '2026-03-05T10:00:01Z', until: '2026-03-06' })).toBe('')
    expect(await found({ from: '0000-01-01', until: '9999-12-31' })).toBe('ab')
    expect(await found({ deleted: true })).toBe('de')
    expect(await titles({ deleted: true })).toEqual(['d', 'e'])
    expect((await list({ deleted: true })).items[0]!.purge_at).toBe(new Date(now - 1000 + 30 * DAY).toISOString())
    await expect(list({ category: 'unknown' })).rejects.toMatchObject({ code: 'category_not_found' })
  })

  it.each(['newest', 'oldest', 'title', 'duration', 'aired'] as const)('sorts by %s, page after page, each row once', async (sort) => {
    const base = Date.now()
    await add(...Array.from({ length: 13 }, (_, n) => ({
      title: `t${(n * 5) % 7}`, duration_ms: (n * 3) % 5, last_aired_at: n % 3 ? new Date(base - ((n * 7) % 11) * 1000) : null,
    })))
    const whole = (await list({ sort, limit: 100 })).items
    expect(whole).toHaveLength(13)
    const key = (item: typeof whole[number]) => ({ newest: '', oldest: '', title: item.title, duration: String(item.duration_ms), aired: item.last_aired_at ?? '' })[sort]
    const keys = whole.map(key)
    expect(keys).toEqual(sort === 'aired' ? keys.toSorted().reverse() : keys.toSorted())
    const ids = whole.map(item => item.audio_id)
    if (sort === 'newest') expect(ids).toEqual(ids.toSorted().reverse())
    if (sort === 'oldest') expect(ids).toEqual(ids.toSorted())
    const read: string[] = []
    let cursor: string | undefined
    do {
      const page = await list({ sort, limit: 3, cursor })
      read.push(...page.items.map(item => item.audio_id))
      cursor = page.next_cursor ?? undefined
    } while (cursor)
    expect(read).toEqual(ids)
  })

  it('refuses the cursor of another sort', async () => {
    await add({ title: 'a' }, { title: 'b' })
    const { next_cursor } = await list({ sort: 'title', limit: 1 })
    for (const sort of ['newest', 'duration', 'aired'] as const) await expect(list({ sort, cursor: next_cursor! })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })

  it('sends fewer peaks, and none of them lower', async () => {
    await add({ peaks: Array.from({ length: 800 }, (_, n) => n === 401 ? 99 : 10) }, { peaks: [1, 2, 3] })
    const [short, long] = (await list()).items
    expect(long!.peaks).toHaveLength(100)
    expect(Math.max(...long!.peaks)).toBe(99)
    expect(short!.peaks).toEqual([1, 2, 3])
  })
})
