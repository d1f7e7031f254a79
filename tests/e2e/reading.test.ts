import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeMp3 } from '../../server/services/audio/codec/mp3-decoder'
import type { GenerateResponse, Message, Voice } from '../../shared/schemas/audio'
import type { Pronunciation, Reading } from '../../shared/schemas/reading'
import type { AudioSettings } from '../../shared/schemas/settings'
import { integratedLoudness } from '../../shared/utils/loudness'
import { addClient, ADMIN_ENV, good, signIn, type Caller, type TestClient } from '../fixtures/api'
import { startElevenLabsStandIn, type StandIn } from '../fixtures/elevenlabs-stand-in'
import { startServer, type TestServer } from '../fixtures/server'

let vendor: StandIn
let server: TestServer
let admin: Caller
let client: TestClient
let voices: Voice[]
let laura: Voice
let lucia: Voice

beforeAll(async () => {
  vendor = await startElevenLabsStandIn({ tier: 'creator' })
  server = await startServer({ ...ADMIN_ENV, ELEVENLABS_API_KEY: vendor.api_key, ELEVENLABS_BASE_URL: vendor.base_url })
  admin = await signIn(server.url)
  client = await addClient(server.url, admin, 'Supermercado Sol')
  voices = (await good(client.owner.get<{ items: Voice[] }>('audio/voices'))).items
  laura = voices.find(voice => voice.provider === 'elevenlabs' && voice.name === 'Laura')!
  lucia = voices.find(voice => voice.provider === 'espeak' && voice.language === 'es-419')!
}, 180_000)
afterAll(async () => {
  await server.stop()
  await vendor.close()
})

const generate = (body: object) => client.editor.post<GenerateResponse>('audio/generate', body)
const read = (body: object, caller = client.viewer) => caller.post<Reading>('audio/reading', body)
/** The text of the vendor's last request for speech. */
const handed = () => (vendor.spoken().at(-1)!.body as { text: string }).text

describe('reading', () => {
  it('says how a text will be read, by voice and by language', async () => {
    const text = 'Hoy 3x2 a 1.500 € de 9 a 14 h'
    expect(await good(read({ text, language: 'es-ES' }))).toEqual({
      text, language: 'es-ES', spoken_text: 'Hoy tres por dos a mil quinientos euros de nueve a catorce horas',
      changes: [
        { from: '3x2', to: 'tres por dos', start: 4, end: 7, kind: 'offer' },
        { from: '1.500 €', to: 'mil quinientos euros', start: 10, end: 17, kind: 'price' },
        { from: '9', to: 'nueve', start: 21, end: 22, kind: 'number' },
        { from: '14 h', to: 'catorce horas', start: 25, end: 29, kind: 'time' },
      ],
    })
    expect((await good(read({ text: 'Hoy $ 12.990', voice_id: lucia.voice_id }))).spoken_text).toBe('Hoy doce mil novecientos noventa pesos')
  })

  it.each([
    [{ text: 'Hola' }, 400, 'invalid_request'],
    [{ text: 'Hola', language: 'español' }, 400, 'invalid_request'],
    [{ text: 5, language: 'es' }, 400, 'invalid_request'],
    [{ text: '', language: 'es' }, 422, 'text_empty'],
    [{ text: '🎉', language: 'es' }, 422, 'text_unspeakable'],
    [{ text: 'a'.repeat(10_001), language: 'es' }, 422, 'text_too_long'],
    [{ text: 'Hola', voice_id: '019ab000-0000-7000-8000-000000000000' }, 404, 'voice_not_found'],
  ])('refuses what it cannot read, %#', async (body, status, code) => {
    const response = await read(body)
    expect(response).toMatchObject({ status, body: { error: { code } } })
  })
})

describe('a message', () => {
  it('is spoken in words, and kept as it was written', async () => {
    const message = await good(generate({ text: 'Oferta: 2x1 a 5 €.', voice_id: laura.voice_id }))
    const { spoken_text } = await good(read({ text: 'Oferta: 2x1 a 5 €.', voice_id: laura.voice_id }))
    expect(handed()).toBe(spoken_text)
    expect(handed()).not.toMatch(/\d/)
    expect(message).toMatchObject({ text: 'Oferta: 2x1 a 5 €.', spoken_text: null })
  })

  it('is spoken as it was corrected by hand', async () => {
    const message = await good(generate({ text: 'Hoy 2x1', spoken_text: 'Hoy  dos al precio de uno [risa]', voice_id: laura.voice_id }))
    expect(handed()).toBe('Hoy dos al precio de uno')
    expect(message.spoken_text).toBe('Hoy dos al precio de uno [risa]')
    expect((await good(client.viewer.get<Message>(`library/${message.audio_id}`))).spoken_text).toBe(message.spoken_text)
  })

  it.each([['', 'text_empty'], ['🎉', 'text_unspeakable'], ['a'.repeat(10_001), 'text_too_long']])('refuses a correction that cannot be spoken, and calls nobody, %#', async (spoken_text, code) => {
    const before = vendor.spoken().length
    const response = await generate({ text: 'Hoy 2x1', spoken_text, voice_id: laura.voice_id })
    expect(response).toMatchObject({ status: 422, body: { error: { code, fields: [{ path: 'spoken_text' }] } } })
    expect(vendor.spoken()).toHaveLength(before)
  })

  it('is not paid for twice when it is written otherwise but said the same', async () => {
    await good(generate({ text: 'Son cinco euros.', voice_id: laura.voice_id }))
    expect(await good(generate({ text: 'Son 5 euros.', voice_id: laura.voice_id }))).toMatchObject({ speech_cached: true })
  })

  it('of the built-in voice is spoken in words too', async () => {
    const written = await good(generate({ text: 'Son 21 tiendas.', voice_id: lucia.voice_id }))
    expect(written.speech_cached).toBe(false)
    expect(await good(generate({ text: 'Son veintiuna tiendas.', voice_id: lucia.voice_id }))).toMatchObject({ speech_cached: true, duration_ms: written.duration_ms })
  })
})

/** Loudness of an mp3, LUFS. */
async function loudnessOf(mp3: ArrayBuffer): Promise<number> {
  const { channels, sample_rate } = await decodeMp3(new Uint8Array(mp3))
  return integratedLoudness(channels, sample_rate)
}

describe('samples', () => {
  it('sound as messages do: as loud, with the same words, and anew when either has changed', async () => {
    const other = await addClient(server.url, admin, 'Panadería Alba')
    const { items } = await good(other.owner.get<{ items: Voice[] }>('audio/voices'))
    const voice = items.find(voice => voice.provider === 'elevenlabs' && voice.language.startsWith('es')) ?? items.find(voice => voice.provider === 'elevenlabs')!
    const listen = async (caller = other.viewer) => {
      const answer = await caller.fetch(voice.sample_url)
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-cache'])
      return { etag: answer.headers.get('etag'), mp3: await answer.arrayBuffer() }
    }
    const first = await listen()
    const calls = vendor.spoken().length
    expect((await listen()).etag).toBe(first.etag)
    const word = await good(other.owner.post<Pronunciation>('audio/pronunciations', { written: 'Alba', spoken: 'alva' }))
    expect((await listen()).etag).toBe(first.etag)
    expect(vendor.spoken()).toHaveLength(calls)

    const settings = await good(other.owner.get<AudioSettings>('settings/audio'))
    await good(other.owner.put('settings/audio', { ...settings, target_lufs: -20 }))
    const quieter = await listen()
    expect(quieter.etag).not.toBe(first.etag)
    expect(await loudnessOf(quieter.mp3)).toBeCloseTo(-20, 0)
    expect(vendor.spoken()).toHaveLength(calls)
    const said = await (await other.viewer.fetch(`/api/v1/audio/pronunciations/${word.pronunciation_id}/sample`)).arrayBuffer()
    expect(await loudnessOf(said)).toBeCloseTo(-20, 0)

    // A word of the sentence itself.
    for (const written of ['clientes', 'customers']) await good(other.owner.post('audio/pronunciations', { written, spoken: 'amigos' }))
    expect((await listen()).etag).not.toBe(quieter.etag)
    expect(handed()).toContain('amigos')
  })
})

describe('pronunciations', () => {
  it('are added, listed, changed, heard in messages, and removed', async () => {
    const added = await client.editor.post<Pronunciation>('audio/pronunciations', { written: ' Nike ', spoken: 'naik' })
    expect(added.status).toBe(201)
    const nike = added.body
    expect(nike).toMatchObject({ written: 'Nike', spoken: 'naik', language: null })
    await good(generate({ text: 'Todo NIKE a 5 €', voice_id: laura.voice_id }))
    expect(handed()).toMatch(/^Todo naik a /)
    await good(client.editor.patch(`audio/pronunciations/${nike.pronunciation_id}`, { spoken: 'naiki' }))
    await good(generate({ text: 'Todo NIKE a 5 €', voice_id: laura.voice_id }))
    expect(handed()).toMatch(/^Todo naiki a /)
    expect((await good(client.viewer.get<{ items: Pronunciation[] }>('audio/pronunciations'))).items.map(({ spoken }) => spoken)).toEqual(['naiki'])
    const sample = await client.viewer.fetch(`/api/v1/audio/pronunciations/${nike.pronunciation_id}/sample`)
    expect([sample.status, sample.headers.get('content-type'), sample.headers.get('cache-control')]).toEqual([200, 'audio/mpeg', 'no-store'])
    expect((await sample.arrayBuffer()).byteLength).toBeGreaterThan(5000)
    expect((await client.editor.delete(`audio/pronunciations/${nike.pronunciation_id}`)).status).toBe(204)
    expect((await client.editor.delete(`audio/pronunciations/${nike.pronunciation_id}`)).status).toBe(404)
    expect((await good(read({ text: 'Nike', language: 'es' }))).spoken_text).toBe('Nike')
  })

  it('of one client are not heard at another', async () => {
    const other = await addClient(server.url, admin, 'Zapatería Luna')
    await good(other.editor.post('audio/pronunciations', { written: 'Puma', spoken: 'piuma' }))
    expect((await good(read({ text: 'Puma', language: 'es' }))).spoken_text).toBe('Puma')
    expect((await good(read({ text: 'Puma', language: 'es' }, other.viewer))).spoken_text).toBe('piuma')
  })

  it('are made once by one Idempotency-Key, and refused twice without', async () => {
    const word = { written: 'Adidas', spoken: 'adídas' }
    const first = await good(client.editor.post<Pronunciation>('audio/pronunciations', word, { 'idempotency-key': 'k1' }))
    expect(await good(client.editor.post<Pronunciation>('audio/pronunciations', word, { 'idempotency-key': 'k1' }))).toEqual(first)
    const twice = await client.editor.post('audio/pronunciations', { ...word, written: 'ADIDAS' })
    expect(twice).toMatchObject({ status: 409, body: { error: { code: 'pronunciation_exists' } } })
  })

  it.each([{}, { written: '', spoken: 'x' }, { written: '—', spoken: 'x' }, { written: 'x'.repeat(81), spoken: 'x' }, { written: 'x', spoken: 'y', language: 'klingon' }, { written: ['x'], spoken: 'y' }])('%j is none', async (body) => {
    expect((await client.editor.post('audio/pronunciations', body)).status).toBe(400)
  })
})
