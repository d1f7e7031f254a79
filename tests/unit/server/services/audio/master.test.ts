import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeMp3 } from '../../../../../server/services/audio/codec/mp3-decoder'
import { encodeMp3 } from '../../../../../server/services/audio/codec/mp3-encoder'
import { masterSpeech, type Mastered } from '../../../../../server/services/audio/master'
import { closeWorkers } from '../../../../../server/services/audio/worker-pool'
import { decodeWithFfmpeg, hasFfmpeg, measureMp3 } from '../../../../fixtures/reference-meter'
import { concat, noise, silence, tone } from '../../../../fixtures/signals'
import { makeSpeechCorpus, type Clip } from '../../../../fixtures/speech-corpus'

const RATE = 44_100
const voice = (seconds: number, dbfs = -20) => tone({ hz: 400, dbfs, seconds, sample_rate: RATE })

afterAll(closeWorkers)

describe('the corpus, as shipped', () => {
  let corpus: Clip[]
  let shipped: Mastered[]

  beforeAll(async () => {
    corpus = await makeSpeechCorpus()
    shipped = await Promise.all(corpus.map(({ pcm, sample_rate }) => masterSpeech({ pcm, sample_rate })))
  }, 60_000)

  it('has at least 30 clips from half a second to 40', () => {
    const seconds = corpus.map(({ pcm, sample_rate }) => pcm.length / sample_rate)
    expect(corpus.length).toBeGreaterThanOrEqual(30)
    expect(Math.min(...seconds)).toBeCloseTo(0.5, 1)
    expect(Math.max(...seconds)).toBeCloseTo(40, 0)
  })

  it(`is within 0.1 LU of −16 LUFS and under −1 dBTP by ${hasFfmpeg ? 'ffmpeg' : 'our own meter'}, as its figures say`, async () => {
    for (const [index, { name }] of corpus.entries()) {
      const { mp3, lufs, true_peak_dbtp, duration_ms, warnings } = shipped[index]!
      const measured = await measureMp3(mp3)
      expect.soft(Math.abs(measured.lufs + 16), `${name}: ${measured.lufs} LUFS`).toBeLessThanOrEqual(0.1)
      expect.soft(measured.true_peak_dbtp, `${name}: true peak`).toBeLessThanOrEqual(-1)
      expect.soft(Math.abs(measured.lufs - lufs), `${name}: figure of the loudness`).toBeLessThanOrEqual(0.03)
      expect.soft(Math.abs(measured.true_peak_dbtp - true_peak_dbtp), `${name}: figure of the peak`).toBeLessThanOrEqual(0.15)
      expect.soft(duration_ms, `${name}: duration`).toBe(Math.round(measured.samples / 44.1))
      expect.soft(duration_ms, `${name}: shortest`).toBeGreaterThanOrEqual(1200)
      expect.soft(warnings, name).not.toContain('off_target')
    }
  }, 60_000)

  it('says where the limiter had to work hard', () => {
    const warned = corpus.filter((_, index) => shipped[index]!.warnings.includes('heavy_limiting')).map(({ name }) => name)
    expect(warned).toContain('clicks')
    expect(warned).not.toContain('closing')
  })
})

describe('mastering of speech', () => {
  it('gives the same bytes for the same input, whichever thread does it', async () => {
    const input = () => ({ pcm: noise(2, 24_000, 0.2), sample_rate: 24_000 })
    const results = await Promise.all([0, 1, 2, 3].map(() => masterSpeech(input())))
    expect(new Set(results.map(({ sha256 }) => sha256)).size).toBe(1)
    expect(results[0]!.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(results[0]!.bytes).toBe(results[0]!.mp3.length)
  })

  it('cuts the silence around the voice and keeps that within', async () => {
    const pcm = concat(silence(2, RATE), voice(2), silence(1, RATE), voice(2), silence(3, RATE))
    const { duration_ms } = await masterSpeech({ pcm, sample_rate: RATE })
    expect(duration_ms).toBeGreaterThan(5050)
    expect(duration_ms).toBeLessThan(5150)
  })

  it('takes an mp3 as well, in mono and in stereo', async () => {
    const left = voice(3)
    for (const channels of [[left], [left, left]]) {
      const encoded = await encodeMp3(channels, RATE, 128)
      const { lufs, duration_ms } = await masterSpeech({ encoded, content_type: 'audio/mpeg' })
      expect(lufs).toBeCloseTo(-16, 1)
      expect(duration_ms).toBeCloseTo(3000, -2)
    }
  })

  it('aims where it is told to', async () => {
    const { mp3, lufs, true_peak_dbtp } = await masterSpeech({ pcm: noise(3, RATE, 0.5), sample_rate: RATE }, { target_lufs: -20, ceiling_dbtp: -9, bitrate_kbps: 192 })
    expect(lufs).toBeCloseTo(-20, 1)
    expect(true_peak_dbtp).toBeLessThanOrEqual(-9)
    expect(mp3.length).toBeGreaterThan(3 * 192_000 / 8)
  })

  it('tries again when the encoder moved the level', async () => {
    // Of white noise LAME takes away all that is over its low-pass: 0.4 LU.
    const { lufs, warnings } = await masterSpeech({ pcm: noise(3, RATE, 0.5), sample_rate: RATE }, { target_lufs: -8, bitrate_kbps: 192 })
    expect(Math.abs(lufs + 8)).toBeLessThan(0.1)
    expect(warnings).toEqual([])
  })

  it('draws the waveform from what was shipped', async () => {
    const { peaks } = await masterSpeech({ pcm: concat(voice(1), silence(1, RATE), voice(1)), sample_rate: RATE })
    expect(peaks).toHaveLength(800)
    expect(Math.max(...peaks.slice(350, 450))).toBeLessThanOrEqual(1)
    expect(Math.min(...peaks.slice(20, 240))).toBeGreaterThan(10)
    expect(peaks.every(peak => Number.isInteger(peak) && peak >= 0 && peak <= 100)).toBe(true)
  })

  it('does not raise noise without end: the gain is capped, and it says so', async () => {
    const { lufs, gain_db, warnings } = await masterSpeech({ pcm: voice(2, -55), sample_rate: RATE })
    expect(gain_db).toBe(30)
    expect(lufs).toBeLessThan(-20)
    expect(warnings).toEqual(['gain_capped'])
  })

  it.each([
    ['nothing at all', new Float32Array(0)],
    ['digital silence', silence(2, RATE)],
    ['a constant offset', new Float32Array(RATE).fill(0.5)],
    ['less than −60 LUFS', voice(2, -70)],
    ['only NaN', new Float32Array(RATE).fill(NaN)],
  ])('refuses %s as silent', async (_, pcm) => {
    await expect(masterSpeech({ pcm, sample_rate: RATE })).rejects.toMatchObject({ name: 'Unprocessable', status: 422, code: 'silent' })
  })

  it('refuses what is no mp3', async () => {
    for (const text of ['', '#EXTM3U\nfile:///etc/passwd', '<html>'.repeat(500)]) {
      await expect(masterSpeech({ encoded: new TextEncoder().encode(text), content_type: 'audio/mpeg' }))
        .rejects.toMatchObject({ status: 422, code: 'not_audio' })
    }
  })

  it('survives some samples that are no numbers, and says so', async () => {
    const pcm = voice(2)
    pcm.set([NaN, Infinity, -Infinity, 1e30], 4000)
    const { lufs, warnings } = await masterSpeech({ pcm, sample_rate: RATE })
    expect(lufs).toBeCloseTo(-16, 1)
    expect(warnings).toContain('invalid_samples')
  })

  it('makes what it can of a damaged mp3', async () => {
    const encoded = await encodeMp3([voice(4)], RATE, 128)
    encoded.set(noiseBytes(900), 20_000)
    const { lufs, duration_ms, warnings } = await masterSpeech({ encoded: encoded.slice(0, -1000), content_type: 'audio/mpeg' })
    expect(lufs).toBeCloseTo(-16, 1)
    expect(warnings).toContain('damaged_frames')
    expect(duration_ms).toBeGreaterThan(3500)
  })

  it('leaves the samples of the caller alone', async () => {
    const pcm = voice(2)
    await masterSpeech({ pcm, sample_rate: RATE })
    expect(pcm).toEqual(voice(2))
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    const job = masterSpeech({ pcm: noise(120, RATE, 0.5), sample_rate: RATE }, { signal: stop.signal })
    setTimeout(() => stop.abort(), 50)
    await expect(job).rejects.toMatchObject({ name: 'AbortError' })
  })

  it.runIf(hasFfmpeg)('decodes to the same samples in ffmpeg as here', async () => {
    const { mp3 } = await masterSpeech({ pcm: voice(2), sample_rate: RATE })
    const theirs = await decodeWithFfmpeg(mp3)
    const ours = (await decodeMp3(mp3)).channels[0]!
    expect(theirs.length).toBe(ours.length)
    expect(theirs.reduce((worst, value, at) => Math.max(worst, Math.abs(value - ours[at]!)), 0)).toBeLessThan(1e-5)
  })
})

function noiseBytes(length: number): Uint8Array {
  return Uint8Array.from(noise(length / RATE, RATE, 1), value => Math.floor(128 + 127 * value))
}
