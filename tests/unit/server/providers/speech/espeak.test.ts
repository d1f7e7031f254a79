import { afterAll, describe, expect, it } from 'vitest'
import { createEspeak, type EspeakOptions } from '../../../../../server/providers/speech/espeak'
import { loadVoicesConfig } from '../../../../../server/services/audio/speech-config'
import { closeWorkers, runInWorker } from '../../../../../server/services/audio/worker-pool'
import type { EspeakJob, EspeakOutcome } from '../../../../../server/workers/espeak'
import { DEFAULT_VOICE_SETTINGS } from '../../../../../shared/schemas/voice'

const { espeak: voices } = loadVoicesConfig()
const TEXT = 'Estimados clientes, nuestra tienda cierra en quince minutos.'
const request = { text: TEXT, provider_voice_id: 'es-419+f2', settings: { ...DEFAULT_VOICE_SETTINGS } }

const inThreads: EspeakOptions['run'] = {
  synthesize: (job, options) => runInWorker('espeak', 'synthesize', job, options),
  probe: (payload, options) => runInWorker('espeak', 'probe', payload, options),
}

function running(synthesize: (job: EspeakJob, signal: AbortSignal) => Promise<EspeakOutcome>): EspeakOptions['run'] {
  return { synthesize: (job, { signal }) => synthesize(job, signal), probe: async () => true }
}

function untilAborted(_job: EspeakJob, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

describe('espeak in a thread', () => {
  const espeak = createEspeak({ voices, run: inThreads })
  afterAll(closeWorkers)

  it('speaks without blocking the event loop', async () => {
    let longest = 0
    let last = performance.now()
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 5)
    await espeak.speak(request)
    const started = performance.now()
    last = started
    longest = 0
    const { audio } = await espeak.speak({ ...request, text: Array(12).fill(TEXT).join(' ') })
    clearInterval(beat)
    const took = performance.now() - started
    if (audio.kind !== 'pcm') throw new Error('no samples')
    expect(audio.pcm).toBeInstanceOf(Float32Array)
    expect(audio.pcm.length / audio.sample_rate).toBeGreaterThan(30)
    // On the main thread the longest gap would be the whole of it.
    expect(longest).toBeLessThan(took / 2)
  }, 60_000)

  it('says that it is ready', async () => {
    expect(await espeak.check()).toEqual({ ok: true, message: expect.stringContaining(`${voices.length} voices`) })
  })

  it('ends when it is told to', async () => {
    const stop = new AbortController()
    const speaking = espeak.speak({ ...request, text: Array(300).fill('Hola.').join(' '), signal: stop.signal })
    setTimeout(() => stop.abort(new Error('left the page')), 20)
    await expect(speaking).rejects.toThrow('left the page')
  })

  it('kills the thread at the deadline', async () => {
    const hurried = createEspeak({ voices, run: inThreads, timeout_ms: 60 })
    await expect(hurried.speak({ ...request, text: Array(1500).fill('Hola.').join(' ') })).rejects.toMatchObject({
      vendor: 'espeak', code: 'speech_timeout', status: 504, retryable: true,
    })
    expect((await espeak.speak(request)).audio.kind).toBe('pcm')
  }, 60_000)
})

describe('espeak as a provider', () => {
  it('lists the shipped voices', async () => {
    const listed = await createEspeak({ voices, run: inThreads }).listVoices()
    expect(listed).toHaveLength(voices.length)
    expect(listed[0]).toEqual({
      provider_voice_id: 'es-419+f2', name: 'Lucía', gender: 'female', accent: 'Latinoamericano', language: 'es-419', description: 'Clara y serena',
    })
    expect(listed.every(voice => voice.accent !== '' && !('pitch' in voice))).toBe(true)
  })

  it('maps the settings of a voice', async () => {
    const jobs: EspeakJob[] = []
    const espeak = createEspeak({ voices, run: running(async (job) => {
      jobs.push(job)
      return { ok: true, pcm: new Float32Array(1), sample_rate: 22_050 }
    }) })
    await espeak.speak(request)
    await espeak.speak({ ...request, settings: { ...DEFAULT_VOICE_SETTINGS, speed: 1.2, stability: 0 } })
    await espeak.speak({ ...request, settings: { ...DEFAULT_VOICE_SETTINGS, style: 1 }, provider_voice_id: 'es+f5' })
    const [usual, lively, stylised] = jobs as [EspeakJob, EspeakJob, EspeakJob]
    expect(usual).toMatchObject({ text: TEXT, voice: 'es-419+f2', words_per_minute: 150, pitch: 50 })
    expect(lively.words_per_minute).toBeCloseTo(180)
    expect(lively.pitch_range).toBeGreaterThan(usual.pitch_range)
    expect(stylised.pitch_range).toBeGreaterThan(usual.pitch_range)
    expect(stylised.pitch).toBe(voices.find(voice => voice.provider_voice_id === 'es+f5')!.pitch)
  })

  it.each([
    ['the engine is not installed', async () => ({ ok: false, reason: 'engine_missing' } as const), 'speech_engine_missing', 503],
    ['the engine does not know the voice', async () => ({ ok: false, reason: 'voice_unknown' } as const), 'voice_gone', 422],
    ['nothing was heard', async () => ({ ok: false, reason: 'silent' } as const), 'text_unspeakable', 422],
    ['the thread died', async () => Promise.reject(new Error('worker exited with code 134')), 'speech_engine_failed', 500],
  ])('says in words that %s', async (_, outcome, code, status) => {
    await expect(createEspeak({ voices, run: running(outcome) }).speak(request)).rejects.toMatchObject({
      name: 'ProviderFailed', vendor: 'espeak', code, status, message: expect.not.stringContaining('134'),
    })
  })

  it('refuses a voice it does not offer, and a text that is too long, without starting', async () => {
    const espeak = createEspeak({ voices, max_characters: 20, run: running(() => Promise.reject(new Error('started'))) })
    await expect(espeak.speak({ ...request, text: 'Hola', provider_voice_id: 'fr' })).rejects.toMatchObject({ code: 'voice_gone', status: 422 })
    await expect(espeak.speak(request)).rejects.toMatchObject({ code: 'text_too_long', status: 422 })
    expect(await espeak.maxCharacters()).toBe(20)
  })

  it('passes the reason of the caller on, and says cancelled in a check', async () => {
    const stop = new AbortController()
    const espeak = createEspeak({ voices, run: { synthesize: (job, { signal }) => untilAborted(job, signal), probe: (_, { signal }) => untilAborted({} as EspeakJob, signal) } })
    const speaking = espeak.speak({ ...request, signal: stop.signal })
    const checking = espeak.check(stop.signal)
    stop.abort(new Error('left'))
    await expect(speaking).rejects.toThrow('left')
    expect(await checking).toEqual({ ok: false, message: 'The check was cancelled.', code: 'cancelled' })
    await expect(espeak.speak({ ...request, signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
  })

  it('says in a check that the engine is missing', async () => {
    const espeak = createEspeak({ voices, run: { ...inThreads, probe: async () => false } })
    expect(await espeak.check()).toMatchObject({ ok: false, code: 'speech_engine_missing' })
  })
})
