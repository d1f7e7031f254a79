import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { GenerateResponse, Message } from '../../shared/schemas/audio'
import type { BulkResponse, Category, LibraryList, MessageUsage, MessageVersion } from '../../shared/schemas/library'
import type { Play } from '../../shared/schemas/player'
import { addClient, ADMIN_ENV, good, makeMessage, pairPlayer, signIn, type Caller, type TestClient } from '../fixtures/api'
import { openPlayer } from '../fixtures/sockets'
import { startServer, type TestServer } from '../fixtures/server'
import { readZip } from '../fixtures/zip'

let server: TestServer
let admin: Caller
let client: TestClient
let editor: Caller
let clients = 0

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  admin = await signIn(server.url)
})
afterAll(() => server.stop())
beforeEach(async () => {
  client = await addClient(server.url, admin, `Tienda ${++clients}`)
  editor = client.editor
})

const make = (text: string, more?: Record<string, unknown>) => makeMessage(editor, client.voice_id, text, more)
const list = (query = '') => good(editor.get<LibraryList>(`library${query}`))
const titles = async (query = '') => (await list(query)).items.map(item => item.title)
const get = (audio_id: string) => good(editor.get<Message>(`library/${audio_id}`))
const isHeard = async (url: string) => (await editor.fetch(url)).status === 200

describe('search', () => {
  it('finds a message by its words, its new title and its tags', async () => {
    const { audio_id } = await make('El camión blanco obstruye la salida.', { title: 'Grúa' })
    await make('Hoy hay pan recién hecho.', { title: 'Pan' })
    expect(await titles('?q=camion')).toEqual(['Grúa'])
    expect(await titles('?q=obstrulle')).toEqual(['Grúa'])
    await good(editor.patch(`library/${audio_id}`, { title: 'Depósito', tags: ['  Parking  ', 'URGENTE', 'urgente'] }))
    expect((await get(audio_id)).tags).toEqual(['parking', 'urgente'])
    expect(await titles('?q=deposito')).toEqual(['Depósito'])
    expect(await titles('?q=grua')).toEqual([])
    expect(await titles('?q=parkin&tags=urgente')).toEqual(['Depósito'])
    expect(await good(editor.get('library/tags'))).toMatchObject({ items: [{ tag: 'parking', messages: 1 }, { tag: 'urgente', messages: 1 }] })
  })

  it('answers whatever is asked, and refuses what makes no sense', async () => {
    await make('Hola.')
    for (const query of ['sort=relevance&q=%27%3B--', 'sort=relevance', 'q=%00', 'tags=%2C%2C', 'from=0001-01-01', 'until=9999-12-31', 'q=%25%5C_']) await list(`?${query}`)
    for (const query of ['min_duration_ms=-1', 'voice_id=x', 'favourite=perhaps', 'from=yesterday', 'sort=best', 'limit=101', `tags=${'x'.repeat(41)}`, 'source=cd']) {
      const answer = await editor.get(`library?${query}`)
      expect([answer.status, answer.error.fields![0]!.path.split('.')[0]]).toEqual([400, query.split('=')[0]])
    }
  })
})

describe('categories', () => {
  it('are made, changed, ordered and removed; their messages stay', async () => {
    const before = (await good(editor.get<{ items: Category[] }>('library/categories'))).items
    const made = await good(editor.post<Category>('library/categories', { name: '¡Fiestas de Año Nuevo!', colour: '#FF00AA', icon: 'i-lucide-party-popper', ai_instructions: 'Alegre.' }))
    expect(made).toMatchObject({ slug: 'fiestas-de-ano-nuevo', colour: '#ff00aa', position: before.length, ai_instructions: 'Alegre.' })
    const twin = await good(editor.post<Category>('library/categories', { name: 'Fiestas de año nuevo' }))
    expect(twin.slug).toBe('fiestas-de-ano-nuevo-2')
    const { audio_id } = await make('Feliz año.', { category: made.slug })
    await good(editor.patch(`library/categories/${made.category_id}`, { name: 'Navidad' }))
    expect((await get(audio_id)).category).toMatchObject({ name: 'Navidad', slug: made.slug })
    const ordered = await good(editor.put<{ items: Category[] }>('library/categories/order', { category_ids: [twin.category_id, made.category_id] }))
    expect(ordered.items.map(item => item.category_id)).toEqual([twin, made, ...before].map(item => item.category_id))
    await good(editor.delete(`library/categories/${made.category_id}`))
    expect((await get(audio_id)).category).toBeNull()
    expect((await editor.delete(`library/categories/${made.category_id}`)).status).toBe(404)
    for (const body of [{}, { name: '' }, { name: 'x', colour: 'red' }, { name: 'x', icon: 'javascript:' }]) expect((await editor.post('library/categories', body)).status).toBe(400)
  })
})

describe('versions', () => {
  it('keep what a message was, audible, and bring it back', async () => {
    const first = await make('Cerramos a las ocho.', { title: 'Cierre' })
    const second = await good(editor.post<GenerateResponse>(`library/${first.audio_id}/versions`, { text: 'Cerramos a las nueve.', version: 1 }))
    expect(second).toMatchObject({ audio_id: first.audio_id, version: 2, title: 'Cierre', text: 'Cerramos a las nueve.', voice_settings: first.voice_settings })
    expect(second.sha256).not.toBe(first.sha256)
    expect(await titles('?q=nueve')).toEqual(['Cierre'])
    expect(await titles('?q=ocho')).toEqual([])
    const versions = async () => (await good(editor.get<{ items: MessageVersion[] }>(`library/${first.audio_id}/versions`))).items
    const before = await versions()
    expect(before).toMatchObject([{ version: 2, is_current: true, version_id: null }, { version: 1, is_current: false, text: 'Cerramos a las ocho.', sha256: first.sha256, audio_url: first.audio_url }])
    expect(await isHeard(before[1]!.audio_url!)).toBe(true)

    const late = await editor.post(`library/${first.audio_id}/versions`, { text: 'Cerramos a las diez.', version: 1 })
    expect([late.status, late.error.code]).toEqual([409, 'message_changed'])
    const restored = await good(editor.post<Message>(`library/${first.audio_id}/versions/${before[1]!.version_id}/restore`))
    expect(restored).toMatchObject({ version: 3, text: 'Cerramos a las ocho.', sha256: first.sha256, peaks: first.peaks })
    expect((await versions()).map(item => item.text)).toEqual(['Cerramos a las ocho.', 'Cerramos a las nueve.', 'Cerramos a las ocho.'])
    expect((await list()).total).toBe(1)
  })

  it('tell their steps, are made once for one key, and refuse what cannot be', async () => {
    const { audio_id } = await make('Hola.')
    const stream = await editor.fetch(`library/${audio_id}/versions`, { method: 'POST', body: JSON.stringify({ text: 'Hola a todos.' }), headers: { 'content-type': 'application/json', 'accept': 'text/event-stream' } })
    expect((await stream.text()).match(/^event: \w+/gm)).toEqual(['event: step', 'event: step', 'event: step', 'event: done'])
    const twice = await Promise.all([1, 2].map(() => good(editor.post<GenerateResponse>(`library/${audio_id}/versions`, { text: 'Adiós.' }, { 'idempotency-key': 'one' }))))
    expect(twice.map(answer => answer.version)).toEqual([3, 3])
    expect((await editor.post(`library/${audio_id}/versions`, { text: '' })).status).toBe(422)
    await good(editor.delete(`library/${audio_id}`))
    expect((await editor.post(`library/${audio_id}/versions`, { text: 'Hola.' })).error.code).toBe('message_deleted')
  })
})

describe('many messages at once', () => {
  it('are filed, labelled, marked, deleted and brought back together', async () => {
    const made = [await make('Uno.', { title: 'Uno' }), await make('Dos.', { title: 'Dos' }), await make('Tres.', { title: 'Tres' })]
    const audio_ids = made.map(item => item.audio_id)
    const bulk = (body: Record<string, unknown>) => good(editor.post<BulkResponse>('library/bulk', body))
    expect(await bulk({ audio_ids, action: 'categorise', category: 'ofertas' })).toMatchObject({ matched: 3, changed: 3 })
    expect(await bulk({ audio_ids, action: 'categorise', category: 'ofertas' })).toEqual({ matched: 3, changed: 0, audio_ids: [] })
    expect((await bulk({ query: { category: 'ofertas' }, action: 'tag', tags: ['a', 'B'] })).changed).toBe(3)
    expect((await bulk({ query: { q: 'uno' }, action: 'untag', tags: ['a'] })).audio_ids).toEqual([audio_ids[0]])
    expect((await get(audio_ids[0]!)).tags).toEqual(['b'])
    expect(await titles('?tags=a&sort=title')).toEqual(['Dos', 'Tres'])
    expect((await bulk({ audio_ids: audio_ids.slice(0, 2), action: 'favourite' })).changed).toBe(2)
    expect(await titles('?favourite=true&sort=title')).toEqual(['Dos', 'Uno'])
    expect((await bulk({ audio_ids: [...audio_ids, crypto.randomUUID()], action: 'delete' })).changed).toBe(3)
    expect(await titles()).toEqual([])
    expect((await list('?deleted=true')).total).toBe(3)
    expect((await bulk({ audio_ids, action: 'restore' })).changed).toBe(3)
    expect((await list()).total).toBe(3)
  })

  it('change all or none', async () => {
    const full = await make('Uno.')
    const other = await make('Dos.')
    await good(editor.patch(`library/${full.audio_id}`, { tags: Array.from({ length: 20 }, (_, n) => `t${n}`) }))
    const answer = await editor.post('library/bulk', { audio_ids: [full.audio_id, other.audio_id], action: 'tag', tags: ['x'] })
    expect([answer.status, answer.error.code]).toEqual([422, 'too_many_tags'])
    expect((await get(other.audio_id)).tags).toEqual([])
    for (const body of [{ action: 'delete' }, { action: 'tag', audio_ids: [full.audio_id] }, { action: 'explode', audio_ids: [full.audio_id] }, { action: 'delete', audio_ids: [full.audio_id], query: {} }]) {
      expect((await editor.post('library/bulk', body)).status).toBe(400)
    }
    expect((await editor.post('library/bulk', { audio_ids: [crypto.randomUUID()], action: 'delete' })).status).toBe(404)
  })

  it('come as one zip, each under a name of its own', async () => {
    const sounds = [await make('Uno.', { title: 'Oferta: 2/1' }), await make('Dos.', { title: 'oferta 2 1' }), await make('Tres.', { title: '../../etc/passwd' }), await make('Cuatro.', { title: 'Niño ¿perdido?' })]
    const response = await editor.fetch(`library/zip?ids=${sounds.map(item => item.audio_id).join(',')}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/zip')
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(bytes.length).toBe(Number(response.headers.get('content-length')))
    const files = [...readZip(bytes)].map(([name, content]) => [name, createHash('sha256').update(content).digest('hex')])
    expect(Object.fromEntries(files)).toEqual({
      'Niño ¿perdido.mp3': sounds[3]!.sha256, 'etc passwd.mp3': sounds[2]!.sha256, 'oferta 2 1.mp3': sounds[1]!.sha256, 'Oferta 2 1 (2).mp3': sounds[0]!.sha256,
    })
    const filtered = await editor.fetch('library/zip?q=oferta')
    expect(Number(filtered.headers.get('content-length'))).toBeLessThan(bytes.length)
    await filtered.body!.cancel()
    expect((await editor.fetch('library/zip?q=nothing')).status).toBe(404)
    expect((await editor.fetch('library/zip', { method: 'POST', body: JSON.stringify({ audio_ids: [sounds[0]!.audio_id] }), headers: { 'content-type': 'application/json' } })).status).toBe(200)
  })
})

describe('validity', () => {
  it('keeps a message from airing outside of it, and what waits from outliving it', async () => {
    const { audio_id } = await make('Sólo hoy.')
    const television = await pairPlayer(server.url, editor, { store_id: client.store_id })
    const air = () => editor.post<{ expires_at: string }>('player/air', { audio_id })
    const until = new Date(Date.now() + 60_000).toISOString()
    await good(editor.patch(`library/${audio_id}`, { valid_until: until }))
    expect((await good(air())).expires_at).toBe(until)
    await good(editor.patch(`library/${audio_id}`, { valid_until: new Date(Date.now() - 1000).toISOString() }))
    expect((await air()).error.code).toBe('message_expired')
    expect(await titles('?expired=true')).toHaveLength(1)
    const { items } = await good(editor.get<{ items: Play[] }>('player/plays'))
    expect(items).toMatchObject([{ status: 'skipped', reason: 'stopped' }])
    expect(await good(television.http.get('player/pending'))).toMatchObject({ items: [] })
    await good(editor.patch(`library/${audio_id}`, { valid_from: new Date(Date.now() + 60_000).toISOString(), valid_until: null }))
    expect((await air()).error.code).toBe('message_not_valid_yet')
    expect((await editor.patch(`library/${audio_id}`, { valid_until: new Date().toISOString() })).error.code).toBe('validity_reversed')
    await good(editor.patch(`library/${audio_id}`, { valid_from: null }))
    await good(air())
  })
})

describe('the bin', () => {
  it('takes a message once, whoever deletes it, and gives it back', async () => {
    const { audio_id } = await make('Uno.')
    const answers = await Promise.all([editor, client.owner].map(caller => caller.delete(`library/${audio_id}`)))
    expect(answers.map(answer => answer.status)).toEqual([204, 204])
    const [deleted] = (await list('?deleted=true')).items
    expect(Date.parse(deleted!.purge_at!) - Date.parse(deleted!.deleted_at!)).toBe(30 * 86_400_000)
    await good(editor.delete(`library/${audio_id}`))
    expect((await get(audio_id)).deleted_at).toBe(deleted!.deleted_at)
    await good(editor.patch(`library/${audio_id}`, { deleted_at: null }))
    expect((await list()).total).toBe(1)
    const forGood = await Promise.all([editor, client.owner].map(caller => caller.delete(`library/${audio_id}?permanent=true`)))
    expect(forGood.map(answer => answer.status).sort()).toEqual([204, 404])
    expect((await editor.get(`library/${audio_id}`)).status).toBe(404)
  })

  it('asks before it takes what still waits to be heard, and withdraws it', async () => {
    const { audio_id } = await make('Uno.')
    const { token } = await pairPlayer(server.url, editor, { store_id: client.store_id })
    await good(editor.post('player/air', { audio_id }))
    expect((await good(editor.get<MessageUsage>(`library/${audio_id}/usage`))).plays).toMatchObject({ total: 1, waiting: 1, played: 0, items: [{ audio_id }] })
    for (const refused of [await editor.delete(`library/${audio_id}`), await editor.post('library/bulk', { audio_ids: [audio_id], action: 'delete' })]) {
      expect([refused.status, refused.error.code]).toEqual([409, 'message_in_use'])
    }
    const player = await openPlayer(server.url, token)
    const { item } = await player.next('air')
    await good(editor.delete(`library/${audio_id}?force=true`))
    expect(await player.next('stop')).toMatchObject({ play_id: item.play_id })
    player.close()
    expect((await good(editor.get<MessageUsage>(`library/${audio_id}/usage`))).plays).toMatchObject({ waiting: 0, items: [{ status: 'skipped', reason: 'stopped' }] })
  })
})
