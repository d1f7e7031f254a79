import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useGenerate } from '~/composables/useGenerate'
import { useAudioStore } from '~/stores/audio'
import { aMessage } from '../../fixtures/dashboard'
import { until } from '../dashboard'

const request = { text: 'Hola', voice_id: '019a0000-0000-7000-8000-00000000aaaa', save: false }
const done = { ...aMessage({ status: 'draft' }), speech_cached: false }
const bytes = new TextEncoder()
const event = (name: string, data: unknown) => bytes.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)

/** An answer whose events the test lets out one by one. */
function streaming(signal?: AbortSignal | null) {
  let controller!: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({ start: c => void (controller = c) })
  signal?.addEventListener('abort', () => controller.error(signal.reason))
  return { response: new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }), controller }
}

const fetched = vi.fn<typeof fetch>()
const keyOf = (call: number) => (fetched.mock.calls[call]![1]!.headers as Record<string, string>)['idempotency-key']

describe('useGenerate', () => {
  beforeEach(() => {
    fetched.mockReset()
    vi.stubGlobal('fetch', fetched)
    useAudioStore().made = null
    return () => vi.unstubAllGlobals()
  })

  it('follows the steps to the message', async () => {
    const { response, controller } = streaming()
    fetched.mockResolvedValue(response)
    const store = useAudioStore()
    const result = useGenerate().generate(request)
    expect(store.making).toMatchObject({ step: null })
    for (const step of ['speech', 'loudness', 'storing'] as const) {
      controller.enqueue(event('step', { step }))
      await until(() => expect(store.making?.step).toBe(step))
    }
    controller.enqueue(event('done', done))
    controller.close()
    expect(await result).toEqual(done)
    expect(store.making).toBeNull()
    expect(store.made?.audio_id).toBe(done.audio_id)
    const [url, { headers, body }] = fetched.mock.calls[0] as [string, RequestInit]
    expect(url).toBe('/api/v1/audio/generate')
    expect(headers).toMatchObject({ accept: 'text/event-stream' })
    expect(JSON.parse(body as string)).toEqual(request)
  })

  it('makes one message at a time', async () => {
    const { response, controller } = streaming()
    fetched.mockResolvedValue(response)
    const { generate } = useGenerate()
    const first = generate(request)
    expect(await generate(request)).toBeNull()
    controller.enqueue(event('done', done))
    controller.close()
    await first
    expect(fetched).toHaveBeenCalledTimes(1)
  })

  it('cancels: the request is let go, and that is no failure', async () => {
    fetched.mockImplementation(async (_url, init) => streaming(init!.signal).response)
    const { generate, cancel, failure } = useGenerate()
    const result = generate(request)
    await until(() => expect(fetched).toHaveBeenCalled())
    cancel()
    expect(await result).toBeNull()
    expect(fetched.mock.calls[0]![1]!.signal!.aborted).toBe(true)
    expect(failure.value).toBeNull()
    expect(useAudioStore().making).toBeNull()
  })

  it.each([
    ['before the stream', () => new Response(JSON.stringify({ error: { code: 'rate_limited', message: 'Slow down', request_id: 'r' } }), { status: 429 }), 'rate_limited'],
    ['in the stream', () => {
      const { response, controller } = streaming()
      controller.enqueue(event('failed', { error: { code: 'voice_unavailable', message: 'Gone', request_id: 'r' } }))
      controller.close()
      return response
    }, 'voice_unavailable'],
    ['by ending early', () => {
      const { response, controller } = streaming()
      controller.enqueue(event('step', { step: 'speech' }))
      controller.close()
      return response
    }, 'network'],
  ])('says why it failed %s', async (_when, answer, code) => {
    fetched.mockImplementation(async () => answer())
    const { generate, failure } = useGenerate()
    expect(await generate(request)).toBeNull()
    expect(failure.value?.code).toBe(code)
    expect(useAudioStore().making).toBeNull()
  })

  it('asks again with the same key while there is no answer, and with a new one after it', async () => {
    const { generate } = useGenerate()
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'))
    await generate(request)
    fetched.mockImplementation(async () => new Response(JSON.stringify(done), { headers: { 'content-type': 'application/json' } }))
    await generate(request)
    await generate(request)
    await generate({ ...request, text: 'Adiós' })
    expect(keyOf(1)).toBe(keyOf(0))
    expect(new Set([keyOf(1), keyOf(2), keyOf(3)]).size).toBe(3)
  })
})
