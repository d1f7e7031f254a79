import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { pronunciation } from '../../../../../db/schema'
import { createPronunciation, deletePronunciation, listPronunciations, MAX_PRONUNCIATIONS, updatePronunciation } from '../../../../../server/services/audio/pronunciations'
import { previewReading, readFor } from '../../../../../server/services/audio/reading'
import { NewPronunciationSchema } from '../../../../../shared/schemas/reading'
import { addClient, onBothDatabases } from '../../../../fixtures/database'

let db: Db
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => db, useDatabase: async () => ({ db }) }))

const UNKNOWN = '019ab000-0000-7000-8000-000000000000'

onBothDatabases('pronunciations', (use) => {
  beforeAll(async () => {
    db = use().db
    await addClient(db, 'sol')
    await addClient(db, 'luna')
  })
  beforeEach(async () => {
    db = use().db
    await db.delete(pronunciation)
  })
  const add = (written: string, spoken: string, language?: string | null, client = 'sol') =>
    db.transaction(tx => createPronunciation(tx, client, NewPronunciationSchema.parse({ written, spoken, language })))
  const words = async (client = 'sol') => (await listPronunciations(client)).map(({ written, spoken, language }) => [written, spoken, language])

  it('are listed by the alphabet, each client its own', async () => {
    await add('Zara', 'sara')
    await add('adidas', 'adídas', 'es')
    await add('Nike', 'naik', null, 'luna')
    expect(await words()).toEqual([['adidas', 'adídas', 'es'], ['Zara', 'sara', null]])
    expect(await words('luna')).toEqual([['Nike', 'naik', null]])
  })

  it('refuse the same word twice in one language, whatever its case', async () => {
    await add('Nike', 'naik')
    await add('Nike', 'naiki', 'es-CL')
    await expect(add('NIKE', 'nike')).rejects.toMatchObject({ status: 409, code: 'pronunciation_exists', fields: [{ path: 'written' }] })
    await expect(add('nike', 'x', 'es-CL')).rejects.toMatchObject({ status: 409 })
    await add('nike', 'naik', null, 'luna')
  })

  it('are told apart when two people add the same word at once', async () => {
    const both = await Promise.allSettled([add('Nike', 'naik'), add('nike', 'naiki')])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(result => result.status === 'rejected')).toMatchObject({ reason: { code: 'pronunciation_exists' } })
    expect(await words()).toHaveLength(1)
  })

  it('are changed, keeping what is not named', async () => {
    const nike = await add('Nike', 'naik', 'es')
    await add('Puma', 'piuma', 'es')
    expect(await updatePronunciation('sol', nike.pronunciation_id, { spoken: 'naiki' })).toMatchObject({ written: 'Nike', spoken: 'naiki', language: 'es' })
    expect(await updatePronunciation('sol', nike.pronunciation_id, { written: 'NIKE' })).toMatchObject({ written: 'NIKE' })
    await expect(updatePronunciation('sol', nike.pronunciation_id, { written: 'puma' })).rejects.toMatchObject({ status: 409 })
    expect(await updatePronunciation('sol', nike.pronunciation_id, { written: 'puma', language: null })).toMatchObject({ written: 'puma', language: null })
  })

  it('of another client are not there', async () => {
    const { pronunciation_id } = await add('Nike', 'naik')
    await expect(updatePronunciation('luna', pronunciation_id, { spoken: 'x' })).rejects.toMatchObject({ status: 404 })
    await expect(deletePronunciation('luna', pronunciation_id)).rejects.toMatchObject({ status: 404 })
    await expect(deletePronunciation('sol', UNKNOWN)).rejects.toMatchObject({ status: 404 })
    expect(await words()).toEqual([['Nike', 'naik', null]])
  })

  it('removed are gone, once', async () => {
    const { pronunciation_id } = await add('Nike', 'naik')
    await deletePronunciation('sol', pronunciation_id)
    expect(await words()).toEqual([])
    await expect(deletePronunciation('sol', pronunciation_id)).rejects.toMatchObject({ status: 404 })
  })

  it('have an end', async () => {
    await db.insert(pronunciation).values(Array.from({ length: MAX_PRONUNCIATIONS }, (_, index) => ({ client_id: 'sol', written: `w${index}`, spoken: 'x' })))
    await expect(add('Nike', 'naik')).rejects.toMatchObject({ status: 422, code: 'too_many_pronunciations' })
    await add('Nike', 'naik', null, 'luna')
  })

  it('are heard in what a voice is handed', async () => {
    await add('Nike', 'naik')
    await add('Levi\'s', 'livais', 'en')
    const { spoken_text, changes, text } = await readFor('sol', 'Nike y Levi\'s  a 5 € 🎉 [risa]', { language: 'es-CL', provider: 'espeak' })
    expect(spoken_text).toBe('naik y Levi\'s a cinco euros')
    expect(text).toBe('Nike y Levi\'s a 5 € 🎉 [risa]')
    expect(changes.map(({ start, end, kind }) => [text.slice(start, end), kind])).toEqual([['Nike', 'pronunciation'], ['5 €', 'price']])
    expect((await readFor('luna', 'Nike', { language: 'es-CL' })).spoken_text).toBe('Nike')
  })

  it.each([['  ', 'text_empty'], ['🎉', 'text_unspeakable'], ['a'.repeat(10_001), 'text_too_long']])('%j is refused in a preview', async (text, code) => {
    await expect(previewReading('sol', { text, language: 'es' })).rejects.toMatchObject({ status: 422, code, fields: [{ path: 'text' }] })
  })
})

it.each([{ written: '', spoken: 'x' }, { written: 'x', spoken: ' ' }, { written: '!!', spoken: 'x' }, { written: 'x', spoken: '…' }, { written: 'x'.repeat(81), spoken: 'x' }, { written: 'x', spoken: 'x'.repeat(201) }, { written: 'x', spoken: 'x', language: 'spanish' }])('%j is no pronunciation', (input) => {
  expect(NewPronunciationSchema.safeParse(input).success).toBe(false)
})
