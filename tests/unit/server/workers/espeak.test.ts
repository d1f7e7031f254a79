import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { escapeForEspeak, probe, synthesize, type EspeakJob, type EspeakOutcome } from '../../../../server/workers/espeak'
import { loadVoicesConfig } from '../../../../server/services/audio/speech-config'

const { espeak: voices } = loadVoicesConfig()
const TEXT = 'Estimados clientes, nuestra tienda cierra en quince minutos.'

function job(changes: Partial<EspeakJob> = {}): EspeakJob {
  return { text: TEXT, voice: 'es-419+f2', words_per_minute: 150, pitch: 50, pitch_range: 50, ...changes }
}

async function speak(changes: Partial<EspeakJob> = {}) {
  return spoken(await synthesize(job(changes)))
}

function spoken(outcome: EspeakOutcome) {
  if (!outcome.ok) throw new Error(outcome.reason)
  return { ...outcome, seconds: outcome.pcm.length / outcome.sample_rate }
}

describe('espeak', () => {
  afterEach(() => {
    vi.doUnmock('@echogarden/espeak-ng-emscripten')
    vi.resetModules()
  })

  it('speaks, mono, between −1 and 1, as long as such a text takes', async () => {
    const { pcm, sample_rate, seconds } = await speak()
    expect(sample_rate).toBe(22_050)
    expect(seconds).toBeGreaterThan(2.5)
    expect(seconds).toBeLessThan(6)
    expect(pcm.every(sample => Math.abs(sample) <= 1)).toBe(true)
    expect(Math.max(...pcm)).toBeGreaterThan(0.1)
  })

  it('starts and ends with the speech', async () => {
    const { pcm, sample_rate } = await speak()
    const isLoud = (sample: number) => Math.abs(sample) > 0.0032
    expect(pcm.findIndex(isLoud)).toBeLessThanOrEqual(0.031 * sample_rate)
    expect(pcm.length - pcm.findLastIndex(isLoud)).toBeLessThanOrEqual(0.082 * sample_rate)
  })

  it('speaks faster and slower', async () => {
    const slow = await speak({ words_per_minute: 105 })
    const fast = await speak({ words_per_minute: 180 })
    expect(slow.seconds / fast.seconds).toBeGreaterThan(1.4)
  })

  it('knows every shipped voice, and each sounds unlike the others', async () => {
    const sounds = new Set<string>()
    for (const voice of voices) {
      const { pcm } = await speak({ voice: voice.provider_voice_id, pitch: voice.pitch ?? 50, text: 'Hola, amigos' })
      sounds.add(pcm.subarray(2000, 2050).join())
    }
    expect(sounds.size).toBe(voices.length)
  })

  it('says that a voice is unknown instead of speaking with the last one', async () => {
    await speak()
    expect(await synthesize(job({ voice: 'xx-none' }))).toEqual({ ok: false, reason: 'voice_unknown' })
  })

  it('says that nothing was heard', async () => {
    expect(await synthesize(job({ text: ' ' }))).toEqual({ ok: false, reason: 'silent' })
  })

  it.each([
    // Obeyed, the first and third would take 9 s, the second a minute, and the fourth would read no brackets at all.
    ['a break', 'hola <break time="9s"/> amigos', 0, 8],
    ['a slower prosody', 'hola <prosody rate="5%"> amigos', 0, 10],
    ['an entity', 'hola &lt;break time="9s"/&gt; amigos', 0, 8],
    ['phonemes', 'hola [[həlˈoʊ wˈɜːld]] amigos', 4, 60],
    ['a control code', 'hola \u000110S amigos', 0, 8],
  ])('cannot be steered by %s: it reads the characters', async (_, text, least, most) => {
    const { seconds } = await speak({ text })
    expect(seconds).toBeGreaterThan(least)
    expect(seconds).toBeLessThan(most)
    expect(escapeForEspeak(text)).not.toMatch(/[<>[\]\p{Cc}]|&(?!amp;|lt;|gt;)/u)
  })

  it('leaves nothing of one call to the next', async () => {
    const before = await speak()
    await speak({ voice: 'en-us+Michael', words_per_minute: 300, pitch: 90, pitch_range: 99 })
    expect((await speak()).seconds).toBeCloseTo(before.seconds, 2)
  })

  it('does not grow over 200 calls', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const held = async () => {
      // Buffers are given back a little after the collection that found them.
      for (let round = 0; round < 3; round++) {
        collectGarbage()
        await new Promise(resolve => setTimeout(resolve, 20))
      }
      return process.memoryUsage().external / 2 ** 20
    }
    // The engine's and the optimiser's own one-off needs come first.
    for (let call = 0; call < 60; call++) await speak({ text: 'Oferta', words_per_minute: 450, voice: voices[call % voices.length]!.provider_voice_id })
    const before = await held()
    for (let call = 0; call < 200; call++) await speak({ text: `Oferta ${call % 10}`, words_per_minute: 450, voice: voices[call % voices.length]!.provider_voice_id })
    // One call makes about 30 kB of samples: kept, they would be 6 MB.
    expect(await held() - before).toBeLessThan(1)
  }, 60_000)

  it('says that the optional engine is not installed', async () => {
    vi.doMock('@echogarden/espeak-ng-emscripten', () => ({
      default: () => Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })),
    }))
    vi.resetModules()
    const fresh = await import('../../../../server/workers/espeak')
    expect(await fresh.synthesize(job())).toEqual({ ok: false, reason: 'engine_missing' })
    expect(await fresh.probe({})).toBe(false)
    expect(await probe({})).toBe(true)
  })
})
