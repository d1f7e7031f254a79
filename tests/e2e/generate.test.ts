import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateResponse, Message, Voice } from '../../shared/schemas/audio'
import type { Category, LibraryList } from '../../shared/schemas/library'
import { MAX_TEXT_CHARACTERS } from '../../shared/utils/speech-text'
import { addClient, ADMIN_ENV, bearerOf, callerOf, good, makeMessage, pairPlayer, signIn, type Caller, type TestClient } from '../fixtures/api'
import { SECRET_SENTENCE, type Failure } from '../fixtures/elevenlabs-failures'
import { startElevenLabsStandIn, type StandIn } from '../fixtures/elevenlabs-stand-in'
import { startServer, type TestServer } from '../fixtures/server'

const TEXT = 'Estimados clientes, nuestra tienda cierra en quince minutos.'

let vendor: StandIn
let server: TestServer
let admin: Caller
let client: TestClient
let other: TestClient
let laura: Voice

beforeAll(async () => {
  vendor = await startElevenLabsStandIn({ latency_ms: 300, tier: 'creator' })
  server = await startServer({ ...ADMIN_ENV, ELEVENLABS_API_KEY: vendor.api_key, ELEVENLABS_BASE_URL: vendor.base_url })
  admin = await signIn(server.url)
  client = await addClient(server.url, admin, 'Supermercado Sol')
  other = await addClient(server.url, admin, 'Zapatería Luna')
  laura = await voiceOf(client, 'Laura')
}, 180_000)
afterAll(async () => {
  await server.stop()
  await vendor.close()
})

/** Another client for the next tests: each may generate 60 times a minute. */
async function freshClient() {
  client = await addClient(server.url, admin, 'Otro Supermercado')
  laura = await voiceOf(client, 'Laura')
}

async function voiceOf({ owner }: TestClient, name: string): Promise<Voice> {
  const { items } = await good(owner.get<{ items: Voice[] }>('audio/voices'))
  return items.find(voice => voice.name === name)!
}

const generate = (body: unknown, headers?: Record<string, string>, caller = client.editor) => caller.post<GenerateResponse>('audio/generate', body, headers)
const calls = () => vendor.spoken().length
const stored = () => readdirSync(join(server.dir, 'files'), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => entry.name)
  .filter(name => !/^(?:owner|probe)\.txt$/.test(name)).sort()

/** What is there: messages and drafts, files (also half-written ones), and what the vendor was asked for. */
async function left(of = client) {
  const { total } = await good(of.owner.get<LibraryList>('library?status=all'))
  return { total, files: stored(), calls: calls() }
}

describe('bad input', () => {
  let before: Awaited<ReturnType<typeof left>>
  beforeAll(async () => {
    before = await left()
  })
  const nothingLeft = async () => expect(await left()).toEqual(before)

  it.each<[string, string, string]>([
    ['empty', '', 'text_empty'],
    ['blank', ' \n\t ', 'text_empty'],
    ['control characters', '\u0000\u0007\u001B\u200B\u202E', 'text_empty'],
    ['half a surrogate pair', '\uD83D', 'text_empty'],
    ['too long', 'a'.repeat(MAX_TEXT_CHARACTERS + 1), 'text_too_long'],
    ['emoji only', '🎉🎉 👍🏽 🇪🇸', 'text_unspeakable'],
    ['punctuation only', '… — !!! ¿?', 'text_unspeakable'],
    ['a script', '<script>alert("x")</script>', 'text_unspeakable'],
    ['SSML without words', '<speak><break time="3s"/></speak>', 'text_unspeakable'],
    ['tags without words', '[whispers] [laughs]', 'text_unspeakable'],
  ])('text: %s', async (_, text, code) => {
    const { status, error } = await generate({ text, voice_id: laura.voice_id })
    expect(status).toBe(422)
    expect(error).toMatchObject({ code, message: expect.stringMatching(/\w+ \w+/), fields: [{ path: 'text', message: expect.any(String) }] })
    await nothingLeft()
  })

  it.each<[string, unknown, string]>([
    ['no text', { voice_id: '$' }, 'text'],
    ['a number for a text', { text: 5, voice_id: '$' }, 'text'],
    ['a list for a text', { text: ['Hola'], voice_id: '$' }, 'text'],
    ['null for a text', { text: null, voice_id: '$' }, 'text'],
    ['no voice', { text: TEXT }, 'voice_id'],
    ['a voice that is no id', { text: TEXT, voice_id: 'Laura' }, 'voice_id'],
    ['an object for a voice', { text: TEXT, voice_id: { $ne: null } }, 'voice_id'],
    ['a speed that no voice has', { text: TEXT, voice_id: '$', voice_settings: { speed: 9 } }, 'voice_settings.speed'],
    ['a setting that there is not', { text: TEXT, voice_id: '$', voice_settings: { volume: 1 } }, 'voice_settings'],
    ['a text for a number', { text: TEXT, voice_id: '$', voice_settings: { stability: '1' } }, 'voice_settings.stability'],
    ['a long title', { text: TEXT, voice_id: '$', title: 'x'.repeat(201) }, 'title'],
    ['a word for a truth', { text: TEXT, voice_id: '$', save: 'yes' }, 'save'],
    ['a list', [TEXT], ''],
    ['a word', 'Hola', ''],
    ['nothing', null, ''],
  ])('body: %s', async (_, body, path) => {
    const filled = typeof body === 'object' && body && 'voice_id' in body && body.voice_id === '$' ? { ...body, voice_id: laura.voice_id } : body
    const { status, error } = await generate(filled)
    expect([status, error.code]).toEqual([400, 'invalid_request'])
    expect(error.fields?.map(field => field.path)).toContain(path)
    await nothingLeft()
  })

  it.each<[string, string, string | Uint8Array, number, string]>([
    ['broken JSON', 'application/json', '{"text": "Hola', 400, 'invalid_json'],
    ['bytes that are no UTF-8', 'application/json', Buffer.from([0x22, 0xFF, 0xFE, 0x22]), 400, 'invalid_json'],
    ['no body', 'application/json', '', 400, 'invalid_request'],
    ['a form', 'application/x-www-form-urlencoded', 'text=Hola', 415, 'unsupported_media'],
    ['plain text', 'text/plain', '{"text":"Hola"}', 415, 'unsupported_media'],
    ['a body over the limit', 'application/json', JSON.stringify({ text: 'x'.repeat(300_000) }), 413, 'too_large'],
  ])('request: %s', async (_, type, body, status, code) => {
    const response = await client.editor.fetch('audio/generate', { method: 'POST', body: body as BodyInit, headers: { 'content-type': type } })
    expect([response.status, (await response.json()).error.code]).toEqual([status, code])
    await nothingLeft()
  })

  it('request: a body without end, sent in pieces, is not read to its end', async () => {
    let sent = 0
    const status = await new Promise<number>((resolve, reject) => {
      const sending = request(`${server.url}/api/v1/audio/generate`, { method: 'POST', headers: { ...client.editor.headers, 'content-type': 'application/json', 'transfer-encoding': 'chunked' } })
      const piece = 'x'.repeat(65_536)
      const timer = setInterval(() => {
        sent += piece.length
        sending.write(piece)
      }, 5)
      sending.once('response', (response) => {
        clearInterval(timer)
        resolve(response.statusCode!)
        sending.destroy()
      })
      sending.on('error', (error) => {
        clearInterval(timer)
        reject(error)
      })
    })
    expect(status).toBe(413)
    expect(sent).toBeLessThan(20_000_000)
    await nothingLeft()
  })

  it.each<[string, () => Record<string, unknown>, string]>([
    ['an unknown voice', () => ({ text: TEXT, voice_id: '01936f2a-7c40-7a1e-9d3b-2f6c8a51e0d4' }), 'voice_not_found'],
    ['a voice of another client', () => ({ text: TEXT, voice_id: other.voice_id }), 'voice_not_found'],
    ['an unknown category', () => ({ text: TEXT, voice_id: laura.voice_id, category: 'nothing' }), 'category_not_found'],
    ['a category with a character that no database keeps', () => ({ text: TEXT, voice_id: laura.voice_id, category: 'a\u0000b' }), 'category_not_found'],
  ])('%s', async (_, body, code) => {
    const { status, error } = await generate(body())
    expect([status, error.code]).toEqual([404, code])
    await nothingLeft()
  })

  it('an Idempotency-Key that is none', async () => {
    for (const key of ['with blanks in it', 'x'.repeat(129), 'ñ']) {
      const answer = await generate({ text: TEXT, voice_id: laura.voice_id }, { 'idempotency-key': key })
      expect([answer.status, answer.error.code], key).toEqual([400, 'invalid_idempotency_key'])
    }
    await nothingLeft()
  })
})

describe('what is spoken', () => {
  it.each([
    ['SSML', '<speak>Hola <break time="9s"/><emphasis>a todos</emphasis></speak>', 'Hola a todos'],
    ['tags', '[shouting] Hola [laughs] a todas', 'Hola a todas'],
    ['a script among words', 'Hola <script>steal()</script> a cada una', 'Hola a cada una'],
    ['emoji and control characters', 'Hola\u0000 \u202Ea cada uno 🎉', 'Hola a cada uno'],
  ])('leaves %s out, and the script keeps what its author wrote', async (_, text, spoken) => {
    const message = await makeMessage(client.editor, laura.voice_id, text)
    expect(vendor.spoken().at(-1)!.body).toMatchObject({ text: spoken })
    // eslint-disable-next-line no-control-regex -- what is kept has none of them
    expect(message.text).toBe(text.replaceAll(/[\u0000\u202E]/g, ''))
  })

  it('answers with the promised shape', async () => {
    const { items } = await good(client.owner.get<{ items: Category[] }>('library/categories'))
    const before = Date.now()
    const answer = await makeMessage(client.editor, laura.voice_id, TEXT, { category: items[0]!.slug, title: '  Cierre  ' })
    expect(answer).toMatchObject({
      audio_url: `/media/${answer.sha256}.mp3`, title: 'Cierre', text: TEXT, status: 'ready', voice_id: laura.voice_id, voice_name: 'Laura',
      category: { slug: items[0]!.slug }, speech_cached: false, created_by_name: 'editor person', deleted_at: null, last_aired_at: null,
    })
    expect(answer.lufs).toBeGreaterThan(-16.1)
    expect(answer.lufs).toBeLessThan(-15.9)
    expect(answer.true_peak_dbtp).toBeLessThanOrEqual(-1)
    expect(answer.duration_ms).toBeGreaterThan(1200)
    expect(Date.parse(answer.created_at)).toBeGreaterThan(before - 5000)
    expect(await good(client.viewer.get<Message>(`library/${answer.audio_id}`))).toEqual(expect.objectContaining({ audio_id: answer.audio_id, sha256: answer.sha256 }))
  })

  it('is the embedded voice when that is chosen, and calls no vendor', async () => {
    const before = calls()
    expect(await makeMessage(client.editor, client.voice_id, 'Hola, buenos días.')).toMatchObject({ status: 'ready', voice_id: client.voice_id })
    expect(calls()).toBe(before)
  })
})

describe('speech that was paid for', () => {
  it('is not paid for twice', async () => {
    const body = { text: 'Hoy hay ofertas en fruta.', voice_id: laura.voice_id }
    const before = calls()
    const first = await good(generate(body))
    const again = await good(generate({ ...body, text: '  Hoy  hay ofertas\u200B en fruta. ' }))
    expect(calls()).toBe(before + 1)
    expect([first.speech_cached, again.speech_cached]).toEqual([false, true])
    expect(again.sha256).toBe(first.sha256)
    expect(again.audio_id).not.toBe(first.audio_id)
    await good(generate({ ...body, voice_settings: { speed: 1.1 } }))
    expect(calls()).toBe(before + 2)
  })

  it('is asked for once when several want it at the same moment', async () => {
    const before = calls()
    const answers = await Promise.all([1, 2, 3, 4].map(() => good(generate({ text: 'Todos a la vez.', voice_id: laura.voice_id }))))
    expect(calls()).toBe(before + 1)
    expect(new Set(answers.map(answer => answer.audio_id)).size).toBe(4)
    expect(new Set(answers.map(answer => answer.sha256)).size).toBe(1)
  })

  it('belongs to who paid for it', async () => {
    const before = calls()
    const theirs = await voiceOf(other, 'Laura')
    await good(generate({ text: 'Hoy hay ofertas en fruta.', voice_id: theirs.voice_id }, {}, other.editor))
    expect(calls()).toBe(before + 1)
  })
})

describe('a vendor that fails', () => {
  let own: TestClient
  let voice: Voice
  beforeAll(async () => {
    own = await addClient(server.url, admin, 'Con Mala Suerte')
    voice = await voiceOf(own, 'Diego')
  })

  it.each<[Failure, number, string]>([
    ['quota_exceeded', 503, 'speech_quota_exceeded'],
    ['invalid_api_key', 502, 'speech_key_rejected'],
    ['missing_permissions', 502, 'speech_key_forbidden'],
    ['detected_unusual_activity', 502, 'speech_account_blocked'],
    ['payment_required', 503, 'speech_quota_exceeded'],
    ['content_moderation', 422, 'speech_text_refused'],
    ['model_not_found', 502, 'speech_model_unavailable'],
    ['output_format_not_allowed', 502, 'speech_format_not_allowed'],
    ['rate_limit_long', 503, 'speech_rate_limited'],
    ['not_found_html', 502, 'speech_address_wrong'],
    ['html_200', 502, 'speech_bad_answer'],
    ['server_error', 502, 'speech_provider_down'],
    ['reset', 503, 'speech_unreachable'],
    ['half_mp3', 502, 'speech_truncated'],
  ])('%s is %i %s, in words of ours, and nothing is left', async (failure, status, code) => {
    const { calls: _, ...before } = await left(own)
    const recover = vendor.failNext(failure, 8)
    const answer = await generate({ text: `Esto no sale: ${failure}.`, voice_id: voice.voice_id }, {}, own.editor)
    recover()
    expect([answer.status, answer.error.code]).toEqual([status, code])
    expect(answer.error.message).toMatch(/^[A-Z][\w ,.;:ElevenLabs()'-]{15,}$/)
    expect(answer.text).not.toContain(SECRET_SENTENCE.slice(0, 15))
    if (failure === 'rate_limit_long') expect(answer.headers.get('retry-after')).toBe('120')
    const { calls: __, ...after } = await left(own)
    expect(after).toEqual(before)
  })

  it('works again the moment the vendor does', async () => {
    expect((await generate({ text: 'Ya va.', voice_id: voice.voice_id }, {}, own.editor)).status).toBe(200)
  })

  it('takes a voice out of the choice when it is gone, and the rest stays', async () => {
    const robin = await voiceOf(own, 'Robin')
    vendor.removeVoice('VozDeRobin0000000003')
    const answer = await generate({ text: TEXT, voice_id: robin.voice_id }, {}, own.editor)
    expect([answer.status, answer.error.code]).toEqual([422, 'voice_gone'])
    expect((await voiceOf(own, 'Robin')).available).toBe(false)
    expect((await voiceOf(own, 'Diego')).available).toBe(true)
  })
})

describe('steps', () => {
  beforeAll(freshClient)

  async function listen(body: unknown) {
    const response = await client.editor.fetch('audio/generate', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'accept': 'text/event-stream' } })
    const events = (await response.text()).split('\n\n').filter(Boolean).map((block) => {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block)!
      return { name: name!, data: JSON.parse(data!) as Record<string, unknown> }
    })
    return { response, events }
  }

  it('are told as they begin, and then the message', async () => {
    const { response, events } = await listen({ text: 'Paso a paso.', voice_id: laura.voice_id })
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(events.map(({ name, data }) => data.step ?? name)).toEqual(['speech', 'loudness', 'storing', 'done'])
    expect((await client.editor.get(`library/${String(events.at(-1)!.data.audio_id)}`)).status).toBe(200)
  })

  it('end with the error when there is one', async () => {
    vendor.failNext('quota_exceeded')
    const { events } = await listen({ text: 'Sin saldo.', voice_id: laura.voice_id })
    expect(events.at(-1)).toMatchObject({ name: 'failed', data: { error: { code: 'speech_quota_exceeded', message: expect.any(String), request_id: expect.any(String) } } })
  })

  it('do not begin for a request that cannot be read', async () => {
    const response = await client.editor.fetch('audio/generate', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', 'accept': 'text/event-stream' } })
    expect(response.status).toBe(400)
  })
})

describe('a caller who goes away', () => {
  it.each(['application/json', 'text/event-stream'])('leaves no message behind (%s), and the speech that was paid for serves the next one', async (accept) => {
    const body = { text: `Me voy ya: ${accept}.`, voice_id: laura.voice_id }
    const before = await left()
    const going = new AbortController()
    const asked = client.editor.fetch('audio/generate', { method: 'POST', body: JSON.stringify(body), signal: going.signal, headers: { 'content-type': 'application/json', accept } }).then(response => response.text())
    await expect.poll(calls).toBe(before.calls + 1)
    going.abort()
    await expect(asked).rejects.toThrow()
    await expect.poll(() => stored().length).toBe(before.files.length + 1)
    expect((await left()).total).toBe(before.total)
    expect(await good(generate(body))).toMatchObject({ speech_cached: true })
    expect(calls()).toBe(before.calls + 1)
    expect((await left()).total).toBe(before.total + 1)
  })
})

describe('Idempotency-Key', () => {
  beforeAll(freshClient)

  const body = () => ({ text: 'Una sola vez.', voice_id: laura.voice_id })

  it('gets the same answer again and makes nothing', async () => {
    const first = await good(generate(body(), { 'idempotency-key': 'again-1' }))
    const before = await left()
    expect(await good(generate(body(), { 'idempotency-key': 'again-1' }))).toEqual(first)
    expect(await left()).toEqual(before)
  })

  it('refuses another body under the same key', async () => {
    await good(generate(body(), { 'idempotency-key': 'again-2' }))
    const before = await left()
    const answer = await generate({ ...body(), title: 'Otra' }, { 'idempotency-key': 'again-2' })
    expect([answer.status, answer.error.code]).toEqual([409, 'idempotency_mismatch'])
    expect(await left()).toEqual(before)
  })

  it('makes one message of several requests at the same moment', async () => {
    const before = await left()
    const answers = await Promise.all([1, 2, 3, 4].map(() => good(generate({ ...body(), text: 'Cuatro veces a la vez.' }, { 'idempotency-key': 'again-3' }))))
    expect(new Set(answers.map(answer => answer.audio_id)).size).toBe(1)
    expect((await left()).total).toBe(before.total + 1)
  })

  it('is each client\'s own', async () => {
    const theirs = await voiceOf(other, 'Laura')
    const answer = await good(generate({ text: 'Otra cosa.', voice_id: theirs.voice_id }, { 'idempotency-key': 'again-1' }, other.editor))
    expect(answer.text).toBe('Otra cosa.')
  })

  it('can be used again after a failure', async () => {
    vendor.failNext('quota_exceeded')
    const failing = { ...body(), text: 'A la segunda.' }
    expect((await generate(failing, { 'idempotency-key': 'again-4' })).status).toBe(503)
    expect((await generate(failing, { 'idempotency-key': 'again-4' })).status).toBe(200)
  })
})

describe('the sound', () => {
  let message: GenerateResponse
  let whole: Buffer
  const sound = (headers: Record<string, string> = {}, method = 'GET', query = '') => other.viewer.fetch(message.audio_url + query, { method, headers })
  beforeAll(async () => {
    message = await makeMessage(other.editor, (await voiceOf(other, 'Laura')).voice_id, 'Bienvenidos a nuestra tienda, que tengan un buen día.')
    whole = Buffer.from(await (await sound()).arrayBuffer())
  })

  it('is the file that its name says, to be kept by this browser only', async () => {
    const { status, headers } = await sound()
    expect(status).toBe(200)
    expect(createHash('sha256').update(whole).digest('hex')).toBe(message.sha256)
    expect(whole.length).toBe(message.bytes)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'audio/mpeg', 'content-length': String(whole.length), 'accept-ranges': 'bytes', 'etag': `"${message.sha256}"`,
      'cache-control': 'private, max-age=31536000, immutable', 'x-content-type-options': 'nosniff',
    })
  })

  it.each<[string, (size: number) => [number, number]]>([
    ['bytes=0-99', () => [0, 99]],
    ['bytes=100-', size => [100, size - 1]],
    ['bytes=-100', size => [size - 100, size - 1]],
    ['bytes=-999999999', size => [0, size - 1]],
    ['bytes=0-999999999', size => [0, size - 1]],
  ])('comes in parts: %s', async (range, expected) => {
    const [start, end] = expected(whole.length)
    const response = await sound({ range })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/${whole.length}`)
    expect(response.headers.get('content-length')).toBe(String(end - start + 1))
    expect(Buffer.from(await response.arrayBuffer()).equals(whole.subarray(start, end + 1))).toBe(true)
  })

  it.each(['bytes=999999999-', 'bytes=-0'])('is not satisfied by %s', async (range) => {
    const response = await sound({ range })
    expect([response.status, response.headers.get('content-range')]).toEqual([416, `bytes */${whole.length}`])
  })

  it.each(['bytes=0-1,5-9', 'lines=1-2', 'bytes=abc', 'bytes'])('is whole for %s', async (range) => {
    const response = await sound({ range })
    expect(response.status).toBe(200)
    expect((await response.arrayBuffer()).byteLength).toBe(whole.length)
  })

  it('is not sent to who has it', async () => {
    for (const condition of [`"${message.sha256}"`, `"other", "${message.sha256}"`, `W/"${message.sha256}"`]) {
      const response = await sound({ 'if-none-match': condition })
      expect([response.status, (await response.arrayBuffer()).byteLength], condition).toEqual([304, 0])
    }
    expect((await sound({ 'if-none-match': '"other"' })).status).toBe(200)
  })

  it('goes on where it stopped only when it is still the same', async () => {
    expect((await sound({ 'range': 'bytes=5-', 'if-range': `"${message.sha256}"` })).status).toBe(206)
    expect((await sound({ 'range': 'bytes=5-', 'if-range': '"other"' })).status).toBe(200)
  })

  it('tells its size to HEAD', async () => {
    const response = await sound({}, 'HEAD')
    expect([response.status, response.headers.get('content-length'), (await response.arrayBuffer()).byteLength]).toEqual([200, String(whole.length), 0])
  })

  it('is saved under the title that is asked for', async () => {
    const { headers } = await sound({}, 'GET', `?download=${encodeURIComponent('Ofertas "de" hoy/ñ\r\nx')}`)
    expect(headers.get('content-disposition')).toBe('attachment; filename*=UTF-8\'\'Ofertas%20%22de%22%20hoy%2F%C3%B1%0D%0Ax.mp3')
  })

  it('is heard by members, keys and players of its client, and by nobody else', async () => {
    const [ours, theirs] = await Promise.all([pairPlayer(server.url, other.editor, other), pairPlayer(server.url, client.editor, client)])
    const statuses = async (callers: Caller[]) => Promise.all(callers.map(async caller => (await caller.fetch(message.audio_url, { method: 'HEAD' })).status))
    expect(await statuses([other.viewer, other.owner, ours.http])).toEqual([200, 200, 200])
    expect(await statuses([callerOf(server.url), bearerOf(server.url, 'mfp_wrong'), client.owner, theirs.http])).toEqual([401, 401, 404, 404])
    expect((await callerOf(server.url).fetch(`${message.audio_url}?token=${ours.token}`)).status).toBe(200)
    expect((await other.owner.fetch(message.audio_url.replace('.mp3', '.wav'))).status).toBe(404)
    expect((await other.owner.fetch(message.audio_url.replace('.mp3', ''))).status).toBe(404)
  })
})

describe('the library', () => {
  let own: TestClient
  const list = (query = '') => good(own.viewer.get<LibraryList>(`library?${query}`))
  const titles = async (query = '') => (await list(query)).items.map(item => item.title)
  const TITLES = ['Ánimo a todos', 'niño perdido', 'Oferta 100% real', 'Oferta 100 veces', 'Cierre_de_caja', 'Cierre de tarde', 'Zapatos']

  beforeAll(async () => {
    own = await addClient(server.url, admin, 'Biblioteca')
    const { items } = await good(own.owner.get<{ items: Category[] }>('library/categories'))
    for (const [index, title] of TITLES.entries()) {
      await makeMessage(own.editor, own.voice_id, index % 2 ? 'Hola a todos, aquí estamos.' : 'Adiós.', { title, category: index < 2 ? items[1]!.slug : null })
    }
    await makeMessage(own.editor, own.voice_id, 'Adiós.', { title: 'Un borrador', save: false })
  }, 60_000)

  it('has what was saved, newest first, and drafts when they are asked for', async () => {
    expect(await titles()).toEqual(TITLES.toReversed())
    expect(await titles('status=draft')).toEqual(['Un borrador'])
    expect(await list('status=all')).toMatchObject({ total: 8, next_cursor: null })
  })

  it.each([
    ['nino', ['niño perdido']],
    ['ANIMO', ['Ánimo a todos']],
    ['perdido niño', ['niño perdido']],
    ['100%', ['Oferta 100% real', 'Oferta 100 veces']],
    ['cierre_', ['Cierre_de_caja', 'Cierre de tarde']],
    ['adios', ['Zapatos', 'Cierre_de_caja', 'Oferta 100% real', 'Ánimo a todos']],
    ['\\', []],
    ['nada\u0000', []],
    ['\' or 1=1 --', []],
  ])('finds by words, whatever their case and accents: %s', async (q, expected) => {
    expect(await titles(`q=${encodeURIComponent(q)}`)).toEqual(expected)
  })

  it.each([
    ['newest', (found: Message[]) => found.map(item => -Date.parse(item.created_at))],
    ['oldest', (found: Message[]) => found.map(item => Date.parse(item.created_at))],
    ['duration', (found: Message[]) => found.map(item => item.duration_ms)],
  ])('is sorted by %s, and walked page by page without losing or repeating any', async (sort, keys) => {
    const found: Message[] = []
    let cursor: string | null = ''
    for (let page = 0; cursor !== null && page < 10; page++) {
      const { items, next_cursor, total }: LibraryList = await list(`sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`)
      expect(total).toBe(TITLES.length)
      found.push(...items)
      cursor = next_cursor
    }
    expect(found.map(item => item.title).sort()).toEqual(TITLES.toSorted())
    expect(keys(found)).toEqual(keys(found).toSorted((a, b) => a - b))
  })

  it('is sorted by title, page by page', async () => {
    const first = await list('sort=title&limit=4')
    const second = await list(`sort=title&limit=4&cursor=${first.next_cursor}`)
    const found = [...first.items, ...second.items].map(item => item.title.toLowerCase())
    expect(found).toHaveLength(TITLES.length)
    expect(new Set(found).size).toBe(TITLES.length)
    expect(found.indexOf('cierre de tarde')).toBeLessThan(found.indexOf('oferta 100 veces'))
    expect(found.indexOf('oferta 100 veces')).toBeLessThan(found.indexOf('zapatos'))
  })

  it('has each category for itself', async () => {
    const { items } = await good(own.owner.get<{ items: Category[] }>('library/categories'))
    for (const name of [items[1]!.slug, items[1]!.category_id]) expect(await titles(`category=${name}`)).toEqual(['niño perdido', 'Ánimo a todos'])
    expect(await titles(`category=${items[0]!.slug}`)).toEqual([])
    expect((await own.viewer.get('library?category=nothing')).status).toBe(404)
  })

  it('refuses what is no page', async () => {
    const { next_cursor } = await list('sort=title&limit=1')
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'sort=colour', 'status=gone', 'cursor=garbage', `cursor=${Buffer.from('["x","y"]').toString('base64url')}`, `cursor=${next_cursor}&sort=duration`, `cursor=${next_cursor}&sort=newest`]) {
      const answer = await own.viewer.get(`library?${query}`)
      expect([answer.status, answer.error.fields?.length], query).toEqual([400, 1])
    }
  })

  it('renames, files and keeps', async () => {
    const { items: [draft] } = await list('status=draft')
    const { items } = await good(own.owner.get<{ items: Category[] }>('library/categories'))
    const change = (patch: unknown) => own.editor.patch<Message>(`library/${draft!.audio_id}`, patch)
    expect(await good(change({ title: 'Ya no es un borrador', status: 'ready', category: items[0]!.category_id }))).toMatchObject({ title: 'Ya no es un borrador', status: 'ready', category: { slug: items[0]!.slug } })
    expect(await good(change({ category: null }))).toMatchObject({ title: 'Ya no es un borrador', category: null })
    expect((await titles())[0]).toBe('Ya no es un borrador')
    for (const patch of [{ title: '' }, { title: 'x'.repeat(201) }, { status: 'draft' }, { deleted_at: '2026-01-01T00:00:00Z' }]) expect((await change(patch)).status, JSON.stringify(patch)).toBe(400)
    expect(await good(change({ title: 'Con \u0000 y \uD83D' }))).toMatchObject({ title: expect.stringMatching(/^Con {2}y/) })
  })

  it('deletes, and brings back what was deleted by mistake', async () => {
    const { items: [last] } = await list()
    const path = `library/${last!.audio_id}`
    await good(own.editor.delete(path))
    expect(await titles()).not.toContain(last!.title)
    expect((await own.editor.post('player/air', { audio_id: last!.audio_id })).status).toBe(404)
    expect(await good(own.editor.patch<Message>(path, { deleted_at: null }))).toMatchObject({ deleted_at: null })
    expect((await titles())[0]).toBe(last!.title)
    expect((await own.editor.delete('library/01936f2a-7c40-7a1e-9d3b-2f6c8a51e0d4')).status).toBe(404)
  })
})

it('logged no error of its own, and called nobody but the vendor', () => {
  expect(server.logs().split('\n').filter(line => line.includes('"level":"error"'))).toEqual([])
  expect(server.blockedHosts()).toEqual([])
})
