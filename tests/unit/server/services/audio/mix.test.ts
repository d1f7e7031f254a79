import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../../../../scripts/lib/project.mjs'
import { decodeMp3 } from '../../../../../server/services/audio/codec/mp3-decoder'
import { loadJingleConfig } from '../../../../../server/services/audio/jingle-config'
import { masterMix } from '../../../../../server/services/audio/master'
import type { Music } from '../../../../../server/services/audio/mixing'
import { closeWorkers, runInWorker } from '../../../../../server/services/audio/worker-pool'
import type { JingleRecipe } from '../../../../../shared/schemas/jingle'
import { integratedLoudness } from '../../../../../shared/utils/loudness'
import { truePeak } from '../../../../../shared/utils/true-peak'
import { hasFfmpeg, measurePcmWithFfmpeg } from '../../../../fixtures/reference-meter'
import { noise, silence } from '../../../../fixtures/signals'
import { makeSpeech, type Clip } from '../../../../fixtures/speech-corpus'

const RATE = 44_100
const { presets, tracks } = loadJingleConfig()

const sound = async (name: string, sample_rate: 44_100 | 48_000 = RATE) => (await runInWorker('audio', 'decodeTrack', { mp3: await readFile(join(root, `config/sounds/${name}.mp3`)), sample_rate }))!
const whole = (music: Music) => ({ music, cue_in_ms: 0, cue_out_ms: null })
const recipeOf = (id: string): JingleRecipe => {
  const { bed, recipe } = presets.find(preset => preset.id === id)!
  return { ...recipe, with_bed: bed !== null, bed_track_id: null, chime_track_id: null }
}

let voice: Clip
let calm: Music
beforeAll(async () => {
  voice = await makeSpeech(6)
  calm = await sound('bed-calm')
})
afterAll(closeWorkers)

describe('a finished mix', () => {
  it.each(presets.map(({ id }) => id))('of the shipped recipe "%s" is −16 LUFS, under −1 dBTP, stereo', async (id) => {
    const { bed, chime } = presets.find(preset => preset.id === id)!
    const { mp3, lufs, true_peak_dbtp, duration_ms, warnings } = await masterMix({
      voice, recipe: recipeOf(id), bed: bed && whole(await sound(bed)), chime: chime ? whole(await sound(chime)) : null,
    } as Parameters<typeof masterMix>[0])
    const { channels, sample_rate } = await decodeMp3(mp3)
    const measured = hasFfmpeg ? (await measurePcmWithFfmpeg(channels, sample_rate)) : { lufs: integratedLoudness(channels, sample_rate), true_peak_dbtp: truePeak(channels) }
    expect(Math.abs(measured.lufs + 16)).toBeLessThanOrEqual(0.1)
    expect(measured.true_peak_dbtp).toBeLessThanOrEqual(-1)
    expect(Math.abs(measured.lufs - lufs)).toBeLessThan(0.03)
    expect(Math.abs(measured.true_peak_dbtp - true_peak_dbtp)).toBeLessThan(0.15)
    expect(duration_ms).toBe(Math.round(channels[0]!.length / 44.1))
    expect(warnings).toEqual([])
    expect(mp3.length * 8 / duration_ms).toBeCloseTo(192, -1)
    if (bed) expect(channels[0]).not.toEqual(channels[1])
  })

  it('has the voice 12 LU over the bed, heard in what is shipped', async () => {
    const recipe = { ...recipeOf('soft'), silence_after_ms: 0 }
    // Two halves of a voice with a pause in which the ducked bed is alone.
    const pcm = new Float32Array(voice.pcm.length * 2 + voice.sample_rate * 4)
    pcm.set(voice.pcm)
    pcm.set(voice.pcm, voice.pcm.length + voice.sample_rate * 4)
    const { mp3 } = await masterMix({ voice: { pcm, sample_rate: voice.sample_rate }, recipe, bed: whole(calm), chime: null })
    const { channels } = await decodeMp3(mp3)
    const part = (from_s: number, to_s: number) => integratedLoudness(channels.map(channel => channel.slice(Math.round(from_s * RATE), Math.round(to_s * RATE))), RATE)
    const spoken_s = voice.pcm.length / voice.sample_rate
    // The bed as it lies in the pause, brought to its loudest three seconds under the whole voice.
    const bed = calm.channels
    const bedAt = (from_s: number, to_s: number) => integratedLoudness(bed.map(channel => channel.slice(Math.round(from_s * RATE), Math.round(to_s * RATE))), RATE)
    const under = Array.from({ length: 130 }, (_, index) => bedAt(4 + index / 10, 7 + index / 10))
    const pause = part(4 + spoken_s + 0.4, 4 + spoken_s + 3.6) + Math.max(...under) - bedAt(4 + spoken_s + 0.4, 4 + spoken_s + 3.6)
    const talking = part(4, 4 + spoken_s)
    // The voice with the bed under it is 0.27 LU louder than the voice.
    expect(Math.abs(talking - 0.27 - pause - 12)).toBeLessThan(0.5)
    const intro = part(1, 3.3)
    expect(Math.abs(intro - talking + 0.27 + 2)).toBeLessThan(1)
  })

  it('is the same each time, in whichever thread', async () => {
    const input = () => ({ voice, recipe: recipeOf('short'), bed: whole(calm), chime: null })
    const results = await Promise.all([0, 1, 2].map(() => masterMix(input())))
    expect(new Set(results.map(({ sha256 }) => sha256)).size).toBe(1)
  })

  it('goes to the rate, the bitrate and the level that are set', async () => {
    const { mp3, lufs, true_peak_dbtp } = await masterMix({ voice, recipe: recipeOf('soft'), bed: whole(await sound('bed-bright', 48_000)), chime: null }, { sample_rate: 48_000, bitrate_kbps: 256, target_lufs: -20, ceiling_dbtp: -3 })
    const { sample_rate, channels } = await decodeMp3(mp3)
    expect(sample_rate).toBe(48_000)
    expect(integratedLoudness(channels, sample_rate)).toBeCloseTo(-20, 1)
    expect(lufs).toBeCloseTo(-20, 1)
    expect(true_peak_dbtp).toBeLessThanOrEqual(-3)
  })

  it('lasts 1.2 s at least', async () => {
    const { duration_ms } = await masterMix({ voice: { pcm: noise(0.2, RATE, 0.3), sample_rate: RATE }, recipe: { ...recipeOf('chime-only'), silence_after_ms: 0 }, bed: null, chime: null })
    expect(duration_ms).toBe(1200)
  })

  it('can be made with a bed that is shorter than its fades, and with a silent one', async () => {
    for (const pcm of [noise(0.3, RATE, 0.2), silence(4, RATE)]) {
      const { lufs } = await masterMix({ voice, recipe: recipeOf('soft'), bed: whole({ channels: [pcm, pcm], sample_rate: RATE }), chime: null })
      expect(lufs).toBeCloseTo(-16, 1)
    }
  })

  it('takes cues that make no sense for none', async () => {
    for (const [cue_in_ms, cue_out_ms] of [[90_000, null], [5000, 2000], [0, 1]] as const) {
      const { lufs } = await masterMix({ voice, recipe: recipeOf('short'), bed: { music: calm, cue_in_ms, cue_out_ms }, chime: null })
      expect(lufs).toBeCloseTo(-16, 1)
    }
  })

  it.each([
    ['a silent voice', { pcm: silence(2, RATE), sample_rate: RATE }, 'silent'],
    ['no voice', { pcm: new Float32Array(0), sample_rate: RATE }, 'silent'],
    ['what is no mp3', { encoded: new TextEncoder().encode('#EXTM3U'), content_type: 'audio/mpeg' as const }, 'not_audio'],
  ])('is refused for %s', async (_, speech, code) => {
    await expect(masterMix({ voice: speech, recipe: recipeOf('soft'), bed: whole(calm), chime: null })).rejects.toMatchObject({ status: 422, code })
  })

  it('has no music where the file of a track is no sound', async () => {
    expect(await runInWorker('audio', 'decodeTrack', { mp3: new TextEncoder().encode('<html>'.repeat(100)), sample_rate: RATE })).toBeNull()
  })
})

it('every shipped bed and chime is used by a recipe or can be chosen', () => {
  expect(tracks.filter(({ kind }) => kind === 'bed').length).toBeGreaterThanOrEqual(3)
  expect(tracks.filter(({ kind }) => kind === 'chime').length).toBeGreaterThanOrEqual(3)
})
