import { Buffer } from 'node:buffer'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createElevenLabs, type ElevenLabsLimits } from '../../../../../server/providers/speech/elevenlabs'
import { scanMp3 } from '../../../../../shared/utils/mp3-frames'
import { loadTtsConfig } from '../../../../../server/services/audio/speech-config'
import { DEFAULT_VOICE_SETTINGS } from '../../../../../shared/schemas/voice'
import { SPEECH_ERROR_CODES } from '../../../../../shared/utils/error-codes'
import { SECRET_SENTENCE, type Failure } from '../../../../fixtures/elevenlabs-failures'
import { STAND_IN_KEY, STAND_IN_VOICES, startElevenLabsStandIn, type StandIn, type StandInOptions, type StandInVoice } from '../../../../fixtures/elevenlabs-stand-in'

const LAURA = STAND_IN_VOICES[0]!.voice_id
const TEXT = 'Estimados clientes, nuestra tienda cierra en quince minutos.'
const request = { text: TEXT, provider_voice_id: LAURA, settings: { ...DEFAULT_VOICE_SETTINGS }, language: 'es-ES' }

let standIns: StandIn[] = []

async function start(options: StandInOptions = {}, changes: { limits?: Partial<ElevenLabsLimits>, api_key?: string, base_url?: string, model_id?: string } = {}) {
  const standIn = await startElevenLabsStandIn(options)
  standIns.push(standIn)
  const provider = createElevenLabs({
    api_key: changes.api_key ?? STAND_IN_KEY,
    base_url: changes.base_url ?? standIn.base_url,
    model_id: changes.model_id ?? 'eleven_multilingual_v2',
    limits: { ...loadTtsConfig().elevenlabs, ...changes.limits },
  })
  return { standIn, provider }
}

async function failureOf(promise: Promise<unknown>) {
  const [outcome] = await Promise.allSettled([promise])
  if (outcome.status === 'fulfilled') throw new Error('It did not fail')
  return outcome.reason as Error & Record<string, unknown>
}

/** Everything that a log or an answer could show of an error. */
function allOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? ''
  return [error.message, error.stack, JSON.stringify(error, Object.getOwnPropertyNames(error)), allOf(error.cause)].join('\n')
}

afterEach(async () => {
  await Promise.all(standIns.map(standIn => standIn.close()))
  standIns = []
})

describe('voices', () => {
  it('lists every page once, with gender, accent and language', async () => {
    const voices = [...STAND_IN_VOICES, ...Array.from({ length: 230 }, (_, index) => ({ voice_id: `voice${index}`, name: `Voice ${index}` }))]
    const { standIn, provider } = await start({ voices })
    const listed = await provider.listVoices()
    expect(listed).toHaveLength(233)
    expect(standIn.received.filter(({ path }) => path === '/v2/voices').map(({ query }) => query.next_page_token)).toEqual([undefined, 'page-100', 'page-200'])
    expect(listed.slice(0, 3)).toEqual([
      {
        provider_voice_id: LAURA, name: 'Laura', gender: 'female', accent: 'Peninsular', language: 'es-ES', description: 'Warm and clear',
        preview_url: `${standIn.base_url}/previews/${LAURA}.mp3`,
      },
      expect.objectContaining({ name: 'Diego', gender: 'male', accent: 'Latin american', language: 'es' }),
      expect.objectContaining({ name: 'Robin', gender: 'neutral', accent: 'Neutral', language: 'und' }),
    ])
  })
})

describe('a list of voices that is not quite as documented', () => {
  it('loses no voice for one odd field of another', async () => {
    const odd = { voice_id: 'odd', name: null, labels: { accent: null, gender: 'male' }, sharing: { new: null }, verified_languages: [{ language: 5 }] }
    const { provider } = await start({ voices: [odd as unknown as StandInVoice, { voice_id: 'usual', name: 'Usual' }] })
    expect(await provider.listVoices()).toEqual([
      { provider_voice_id: 'odd', name: 'odd', gender: 'male', accent: 'Neutral', language: 'und', preview_url: expect.any(String) },
      expect.objectContaining({ provider_voice_id: 'usual', name: 'Usual' }),
    ])
  })

  it.each<Failure>(['json_200', 'garbage_json_200', 'html_200', 'empty_200'])('is no list when it is %s', async (failure) => {
    const { standIn, provider } = await start()
    standIn.failNext(failure, 1, '/v2/voices')
    expect(await failureOf(provider.listVoices())).toMatchObject({ code: 'speech_bad_answer', status: 502 })
  })
})

describe('speech', () => {
  it('gives a whole mp3 with its alignment, cost and request id', async () => {
    const { provider } = await start()
    const { audio, alignment, characters_cost, request_id, model_id } = await provider.speak(request)
    if (audio.kind !== 'encoded') throw new Error('not encoded')
    expect(audio.content_type).toBe('audio/mpeg')
    const { duration_s } = scanMp3(audio.bytes)!
    expect(duration_s).toBeGreaterThan(3)
    expect(alignment?.characters.join('')).toBe(TEXT)
    expect(alignment?.start_s[0]).toBe(0)
    expect(alignment?.end_s.at(-1)).toBeLessThanOrEqual(duration_s)
    expect({ characters_cost, request_id, model_id }).toEqual({ characters_cost: TEXT.length, request_id: 'req_1', model_id: 'eleven_multilingual_v2' })
  })

  it('puts every setting on the wire, and nothing else', async () => {
    const { standIn, provider } = await start()
    await provider.speak({ ...request, settings: { stability: 0.35, similarity_boost: 0.85, style: 0.05, use_speaker_boost: false, speed: 0.9 } })
    const [{ path, query, headers, body }] = standIn.spoken() as [ReturnType<StandIn['spoken']>[number]]
    expect(path).toBe(`/v1/text-to-speech/${LAURA}/with-timestamps`)
    expect(query).toEqual({ output_format: 'mp3_44100_128' })
    expect(headers['xi-api-key']).toBe(STAND_IN_KEY)
    expect(body).toEqual({
      text: TEXT, model_id: 'eleven_multilingual_v2',
      voice_settings: { stability: 0.35, similarity_boost: 0.85, style: 0.05, use_speaker_boost: false, speed: 0.9 },
    })
  })

  it.each([
    ['eleven_multilingual_v2', undefined, 0.3, 0.3],
    ['eleven_flash_v2_5', 'es', 0.3, 0.3],
    ['eleven_v3', 'es', 0.3, 0.5],
    ['eleven_v3', 'es', 0.2, 0],
    ['eleven_v3', 'es', 0.9, 1],
  ])('keeps the rules of %s', async (model_id, language_code, stability, sent) => {
    const { standIn, provider } = await start()
    await provider.speak({ ...request, model_id, settings: { ...request.settings, stability } })
    expect(standIn.spoken()[0]?.body).toMatchObject({ model_id, voice_settings: { stability: sent } })
    expect((standIn.spoken()[0]?.body as { language_code?: string }).language_code).toBe(language_code)
  })

  it('speaks words only: no direction, no SSML, no emoji', async () => {
    const { standIn, provider } = await start()
    await provider.speak({ ...request, text: '[shouting] <break time="3s"/>Hola 🎉 amigos' })
    expect(standIn.spoken()[0]?.body).toMatchObject({ text: 'Hola amigos' })
    expect(await failureOf(provider.speak({ ...request, text: '[shouting]' }))).toMatchObject({ code: 'text_unspeakable', status: 422 })
  })

  it.each(['Sí.', 'Hola', '1, 2, 3', '¡Oferta! ¡Oferta! ¡Oferta!', 'no va a la de él ya', '----------------------------------- uno'])('does not take %j for cut off', async (text) => {
    const { provider } = await start()
    expect((await provider.speak({ ...request, text })).audio.kind).toBe('encoded')
  })

  it('escapes a voice id: it cannot reach another route', async () => {
    const { standIn, provider } = await start()
    expect(await failureOf(provider.speak({ ...request, provider_voice_id: '../../user' }))).toMatchObject({ code: 'voice_gone' })
    expect(standIn.received.some(({ path }) => path.startsWith('/v1/user/') && path !== '/v1/user/subscription')).toBe(false)
  })
})

describe('limits of the model', () => {
  it('come from the vendor\'s list', async () => {
    const { provider } = await start({}, { limits: { models: {} } })
    expect(await provider.maxCharacters('eleven_v3')).toBe(5_000)
    expect(await provider.maxCharacters()).toBe(10_000)
  })

  it('come from the shipped table when the list cannot be had, which is not asked for again at once', async () => {
    const { standIn, provider } = await start()
    standIn.failNext('unavailable', 9, '/v1/models')
    expect(await provider.maxCharacters('eleven_flash_v2_5')).toBe(40_000)
    expect(await provider.maxCharacters('eleven_v9')).toBe(10_000)
    expect(standIn.received.filter(({ path }) => path === '/v1/models')).toHaveLength(1)
  })

  it('stop a longer text before it is sent', async () => {
    const { standIn, provider } = await start()
    expect(await failureOf(provider.speak({ ...request, model_id: 'eleven_v3', text: 'a'.repeat(5_001) }))).toMatchObject({
      code: 'text_too_long', status: 422, message: expect.stringContaining('5000'),
    })
    expect(standIn.spoken()).toHaveLength(0)
  })
})

describe('failures', () => {
  const once = { max_attempts: 1 }

  it.each<[Failure, string, number]>([
    ['voice_not_found', 'voice_gone', 422],
    ['voice_not_found_older', 'voice_gone', 422],
    ['voice_not_found_400', 'voice_gone', 422],
    ['invalid_uid', 'voice_gone', 422],
    ['model_not_found', 'speech_model_unavailable', 502],
    ['model_access_denied', 'speech_model_unavailable', 502],
    ['invalid_model_field', 'speech_model_unavailable', 502],
    ['quota_exceeded', 'speech_quota_exceeded', 503],
    ['quota_exceeded_402', 'speech_quota_exceeded', 503],
    ['quota_exceeded_429', 'speech_quota_exceeded', 503],
    ['payment_required', 'speech_quota_exceeded', 503],
    ['paid_plan_required', 'speech_plan_required', 502],
    ['concurrent_limit_exceeded', 'speech_busy', 503],
    ['too_many_concurrent_requests', 'speech_busy', 503],
    ['system_busy', 'speech_busy', 503],
    ['rate_limit_exceeded', 'speech_rate_limited', 503],
    ['invalid_api_key', 'speech_key_rejected', 502],
    ['forbidden', 'speech_key_rejected', 502],
    ['missing_permissions', 'speech_key_forbidden', 502],
    ['detected_unusual_activity', 'speech_account_blocked', 502],
    ['output_format_not_allowed', 'speech_format_not_allowed', 502],
    ['max_character_limit_exceeded', 'text_too_long', 422],
    ['content_moderation', 'speech_text_refused', 422],
    ['empty_text', 'text_unspeakable', 422],
    ['bad_field', 'speech_request_rejected', 422],
    ['bad_request', 'speech_request_rejected', 422],
    ['not_found', 'speech_address_wrong', 502],
    ['not_found_html', 'speech_address_wrong', 502],
    ['server_error', 'speech_provider_down', 502],
    ['server_error_html', 'speech_provider_down', 502],
    ['bad_gateway', 'speech_provider_down', 502],
    ['unavailable', 'speech_provider_down', 502],
    ['gateway_timeout', 'speech_provider_down', 502],
    ['html_200', 'speech_bad_answer', 502],
    ['text_200', 'speech_bad_answer', 502],
    ['json_200', 'speech_bad_answer', 502],
    ['garbage_json_200', 'speech_bad_answer', 502],
    ['empty_200', 'speech_bad_answer', 502],
    ['empty_audio', 'speech_bad_answer', 502],
    ['garbage_audio', 'speech_bad_answer', 502],
    ['redirect', 'speech_bad_answer', 502],
    ['half_mp3', 'speech_truncated', 502],
    ['half_mp3_unaligned', 'speech_truncated', 502],
    ['most_of_mp3', 'speech_truncated', 502],
    ['reset', 'speech_unreachable', 503],
    ['cut', 'speech_unreachable', 503],
  ])('%s → %s, without the vendor\'s words', async (failure, code, status) => {
    const { standIn, provider } = await start({}, { limits: once })
    standIn.failNext(failure)
    const error = await failureOf(provider.speak(request))
    expect(error).toMatchObject({ name: 'ProviderFailed', vendor: 'elevenlabs', code, status, message: expect.stringMatching(/^[A-Z][^{}<>]{20,}\.$/) })
    expect(SPEECH_ERROR_CODES).toContain(code)
    for (const secret of [SECRET_SENTENCE, STAND_IN_KEY, 'sk_leaked', TEXT]) expect(allOf(error)).not.toContain(secret)
    expect((await provider.speak(request)).audio.kind).toBe('encoded')
  })

  it('says which setting was refused', async () => {
    const { standIn, provider } = await start()
    standIn.failNext('bad_field')
    expect(await failureOf(provider.speak(request))).toMatchObject({ fields: [{ path: 'voice_settings.speed', message: 'is not accepted by ElevenLabs' }] })
  })

  it('keeps the vendor\'s code and request id for the log', async () => {
    const { standIn, provider } = await start()
    standIn.failNext('invalid_api_key')
    expect((await failureOf(provider.speak(request))).cause).toMatchObject({ message: 'ElevenLabs 401 invalid_api_key request-id req_failed' })
  })

  it('says that nobody is there', async () => {
    const { standIn, provider } = await start({}, { limits: once })
    await standIn.close()
    expect(await failureOf(provider.speak(request))).toMatchObject({ code: 'speech_unreachable', status: 503, retryable: true })
    expect(await failureOf(provider.listVoices())).toMatchObject({ code: 'speech_unreachable' })
  })

  it('reads the wrong voice, key and spent quota of a strict service', async () => {
    const { provider } = await start({ character_limit: 10 })
    expect(await failureOf(provider.speak({ ...request, provider_voice_id: 'nobody' }))).toMatchObject({ code: 'voice_gone' })
    expect(await failureOf(provider.speak(request))).toMatchObject({ code: 'speech_quota_exceeded' })
    const stranger = await start({}, { api_key: 'sk_wrong' })
    expect(await failureOf(stranger.provider.speak(request))).toMatchObject({ code: 'speech_key_rejected' })
  })
})

describe('trying again', () => {
  it.each<Failure>(['unavailable_short', 'rate_limit_short', 'server_error', 'reset', 'cut', 'system_busy'])('gets over %s', async (failure) => {
    const { standIn, provider } = await start()
    standIn.failNext(failure)
    expect((await provider.speak(request)).audio.kind).toBe('encoded')
    expect(standIn.spoken()).toHaveLength(2)
  })

  it('waits as long as it is asked to', async () => {
    const { standIn, provider } = await start()
    standIn.failNext('rate_limit_short')
    const started = performance.now()
    await provider.speak(request)
    expect(performance.now() - started).toBeGreaterThanOrEqual(990)
  })

  it('does not wait for minutes, but says when to come back', async () => {
    const { standIn, provider } = await start()
    standIn.failNext('rate_limit_long')
    expect(await failureOf(provider.speak(request))).toMatchObject({ code: 'speech_rate_limited', status: 503, retry_after_s: 120 })
    expect(standIn.spoken()).toHaveLength(1)
  })

  it('gives up in the end', async () => {
    const { standIn, provider } = await start({}, { limits: { max_attempts: 2 } })
    standIn.failNext('bad_gateway', 9)
    expect(await failureOf(provider.speak(request))).toMatchObject({ code: 'speech_provider_down' })
    expect(standIn.spoken()).toHaveLength(2)
  })

  it.each<Failure>(['invalid_api_key', 'quota_exceeded', 'quota_exceeded_429', 'voice_not_found', 'bad_field', 'html_200', 'half_mp3', 'garbage_audio'])('does not pay for %s twice', async (failure) => {
    const { standIn, provider } = await start()
    standIn.failNext(failure)
    await failureOf(provider.speak(request))
    expect(standIn.spoken()).toHaveLength(1)
  })
})

describe('time', () => {
  it.each<Failure>(['hang', 'stall'])('is up when the service lets us %s', async (failure) => {
    const { standIn, provider } = await start({}, { limits: { timeout_ms: 1_500 } })
    standIn.failNext(failure)
    expect(await failureOf(provider.speak(request))).toMatchObject({ code: 'speech_timeout', status: 504 })
    expect(standIn.spoken().length).toBeLessThan(2)
  })

  it('covers the pauses between attempts too', async () => {
    const { standIn, provider } = await start({}, { limits: { timeout_ms: 3_500, max_attempts: 50 } })
    await provider.listVoices()
    standIn.failNext('rate_limit_short', 50)
    expect(await failureOf(provider.speak(request))).toMatchObject({ code: 'speech_timeout' })
    // The waits of 1 s that the service asks for would add up to 50 s.
    expect(standIn.spoken().length).toBeLessThan(6)
  })

  it.each<Failure>(['hang', 'stall', 'rate_limit_pause'])('ends when the caller leaves during %s', async (failure) => {
    const { standIn, provider } = await start()
    standIn.failNext(failure)
    const stop = new AbortController()
    const started = performance.now()
    const speaking = failureOf(provider.speak({ ...request, signal: stop.signal }))
    await vi.waitFor(() => expect(standIn.spoken()).toHaveLength(1), 15_000)
    stop.abort(new Error('left the page'))
    expect((await speaking).message).toBe('left the page')
    // Less than the pause of 9 s that the service asked for.
    expect(performance.now() - started).toBeLessThan(8_500)
    expect(await failureOf(provider.speak({ ...request, signal: stop.signal }))).toMatchObject({ message: 'left the page' })
    expect(standIn.spoken()).toHaveLength(1)
  })

  it('leaves no timer behind when a connection fails', async () => {
    const { standIn, provider } = await start({}, { limits: { max_attempts: 1 } })
    await provider.listVoices()
    await standIn.close()
    const before = process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
    for (let call = 0; call < 5; call++) await failureOf(provider.listVoices())
    expect(process.getActiveResourcesInfo().filter(name => name === 'Timeout').length).toBeLessThan(before + 5)
  })
})

describe('the plan\'s size', () => {
  it('is the smallest until the plan is known, then the plan\'s', async () => {
    const { standIn, provider } = await start({ tier: 'creator', latency_ms: 60 })
    await Promise.all(Array.from({ length: 4 }, (_, index) => provider.speak({ ...request, text: `Primero ${index}` })))
    expect(standIn.most_at_once()).toBeGreaterThanOrEqual(2)
    // Speaking has asked for the plan; this waits for its answer.
    await provider.maxCharacters()
    expect(standIn.received.filter(({ path }) => path === '/v1/user/subscription')).toHaveLength(1)
    await Promise.all(Array.from({ length: 12 }, (_, index) => provider.speak({ ...request, text: `Mensaje ${index}` })))
    expect(standIn.most_at_once()).toBe(5)
    expect(standIn.spoken()).toHaveLength(16)
  })

  it('is asked for by speaking', async () => {
    const { standIn, provider } = await start()
    await provider.speak(request)
    await vi.waitFor(() => expect(standIn.received.map(({ path }) => path)).toEqual(expect.arrayContaining(['/v1/user/subscription', '/v1/models'])))
  })

  it('stays the smallest when the key may not read the plan', async () => {
    const { standIn, provider } = await start({ tier: 'scale', latency_ms: 40, can_read_account: false })
    await provider.maxCharacters()
    await Promise.all(Array.from({ length: 6 }, (_, index) => provider.speak({ ...request, text: `Mensaje ${index}` })))
    expect(standIn.most_at_once()).toBe(2)
  })
})

describe('check', () => {
  it('says what is left', async () => {
    const { provider } = await start({ character_limit: 1_000 })
    await provider.speak(request)
    expect(await provider.check()).toEqual({ ok: true, message: `ElevenLabs is ready: ${1_000 - TEXT.length} of 1000 characters left on the plan "free".` })
  })

  it('takes no list from a page', async () => {
    const { standIn, provider } = await start()
    standIn.failNext('mislabelled_list_200', 1, '/v1/models')
    expect(await provider.check()).toMatchObject({ ok: false, code: 'speech_bad_answer' })
  })

  it('costs nothing, also with a key that may only speak', async () => {
    const { standIn, provider } = await start({ can_read_account: false })
    expect(await provider.check()).toEqual({ ok: true, message: 'ElevenLabs is ready.' })
    expect(standIn.spoken()).toHaveLength(0)
  })

  it.each<[string, StandInOptions, Parameters<typeof start>[1], string]>([
    ['a wrong key', {}, { api_key: 'sk_wrong' }, 'speech_key_rejected'],
    ['a wrong model', {}, { model_id: 'eleven_nothing' }, 'speech_model_unavailable'],
    ['a spent quota', { character_limit: 0 }, {}, 'speech_quota_exceeded'],
    ['a wrong address', {}, { base_url: 'http://127.0.0.1:9' }, 'speech_unreachable'],
  ])('says what is wrong with %s', async (_, options, changes, code) => {
    const { provider } = await start(options, changes)
    expect(await provider.check()).toEqual({ ok: false, code, message: expect.stringMatching(/ElevenLabs/) })
  })
})

describe('secrets', () => {
  it('never prints the key, whatever happens', async () => {
    const printed: string[] = []
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map(name => vi.spyOn(console, name).mockImplementation((...args) => printed.push(args.map(allOf).join(' '))))
    const { standIn, provider } = await start()
    for (const failure of ['invalid_api_key', 'reset', 'html_200', 'server_error'] as const) {
      standIn.failNext(failure, 3)
      await failureOf(provider.speak(request)).catch(() => {})
    }
    await provider.check()
    for (const spy of spies) spy.mockRestore()
    expect(printed.join('\n')).toBe('')
  })

  it('is not loaded before it is used', async () => {
    vi.resetModules()
    const loaded = vi.fn(() => ({ ElevenLabsClient: Object }))
    vi.doMock('@elevenlabs/elevenlabs-js', loaded)
    const fresh = await import('../../../../../server/providers/speech/elevenlabs')
    const provider = fresh.createElevenLabs({ api_key: 'k', base_url: 'http://127.0.0.1:9', model_id: 'm', limits: loadTtsConfig().elevenlabs })
    expect(loaded).not.toHaveBeenCalled()
    await provider.listVoices().catch(() => {})
    expect(loaded).toHaveBeenCalledOnce()
    vi.doUnmock('@elevenlabs/elevenlabs-js')
  })
})

it('the stand-in is strict', async () => {
  const { standIn } = await start()
  const post = (body: unknown, query = '') => fetch(`${standIn.base_url}/v1/text-to-speech/${LAURA}/with-timestamps${query}`, {
    method: 'POST', headers: { 'xi-api-key': STAND_IN_KEY }, body: JSON.stringify(body),
  })
  const answers = await Promise.all([
    post({ text: 'Hola', modelId: 'eleven_v3' }),
    post({ text: 'Hola', voice_settings: { similarityBoost: 1 } }),
    post({ text: 'Hola', voice_settings: { speed: 1.3 } }),
    post({ text: 'Hola', language_code: 'es' }),
    post({ text: 'Hola', model_id: 'eleven_v3', voice_settings: { stability: 0.3 } }),
    post({ text: 'Hola' }, '?output_format=mp3_44100_192'),
    post({ text: 'Hola' }, '?output_format=wav'),
  ])
  expect(answers.map(answer => answer.status)).toEqual([422, 422, 422, 400, 400, 403, 422])
  expect(await answers[0]!.json()).toEqual({ detail: [{ loc: ['body', 'modelId'], msg: 'extra fields not permitted', type: 'value_error' }] })
  const whole = await (await post({ text: 'Hola' })).json() as { audio_base64: string }
  expect(scanMp3(Buffer.from(whole.audio_base64, 'base64'))?.complete).toBe(true)
})
