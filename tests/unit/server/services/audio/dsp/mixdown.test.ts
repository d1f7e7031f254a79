import { describe, expect, it } from 'vitest'
import { planMix, renderMix, type MixMusic, type MixParts } from '../../../../../../server/services/audio/dsp/mixdown'
import type { JingleRecipe } from '../../../../../../shared/schemas/jingle'
import { bedGain } from '../../../../../../shared/utils/jingle-envelope'
import { fromDb, integratedLoudness, toDb } from '../../../../../../shared/utils/loudness'
import { concat, noise, silence, tone } from '../../../../../fixtures/signals'

const RATE = 44_100
const RECIPE: JingleRecipe = {
  with_bed: true, bed_track_id: null, chime_track_id: null, silence_before_ms: 300, intro_ms: 3000, outro_ms: 3500, silence_after_ms: 400,
  fade_in_ms: 500, fade_out_ms: 2000, duck_down_ms: 600, duck_up_ms: 1000, voice_over_bed_lu: 12, bed_alone_lu: -3, voice_gain_db: 0, bed_offset_ms: 0,
}

/** Bursts with pauses, as speech has them, with a little silence kept at either end. */
function aVoice(seconds: number, amplitude = 0.2) {
  const words = concat(...Array.from({ length: Math.ceil(seconds / 0.5) }, (_, index) => concat(noise(0.35, RATE, amplitude * (1 + index % 3), index + 1), silence(0.15, RATE)))).slice(0, Math.round(seconds * RATE) - 6615)
  return { samples: concat(silence(0.03, RATE), words, silence(0.08, RATE)), onset: Math.round(0.03 * RATE), end: Math.round(0.03 * RATE) + words.length }
}

const music = (channels: Float32Array[]): MixMusic => ({ channels, from: 0, to: channels[0]!.length })
const stereoNoise = (seconds: number, amplitude: number) => music([noise(seconds, RATE, amplitude, 11), noise(seconds, RATE, amplitude, 12)])
const parts = (changes: Partial<MixParts> = {}): MixParts => ({ voice: aVoice(6), bed: stereoNoise(30, 0.05), chime: null, sample_rate: RATE, ...changes })
const at = (ms: number) => Math.round(ms * RATE / 1000)
const between = (channels: Float32Array[], from_ms: number, to_ms: number) => channels.map(channel => channel.subarray(at(from_ms), at(to_ms)))

/** Loudest 3 s of a stretch, as the voice's distance is measured. */
function loudestShortTerm(channels: Float32Array[]): number {
  const frames = channels[0]!.length
  const window = Math.min(frames, 3 * RATE)
  let loudest = -Infinity
  for (let from = 0; from + window <= frames; from += RATE / 10) loudest = Math.max(loudest, integratedLoudness(channels.map(channel => channel.slice(from, from + window)), RATE))
  return loudest
}

describe('the distance of the voice to the bed', () => {
  const beds: Record<string, MixMusic> = {
    'steady music': stereoNoise(30, 0.05),
    'very quiet music': stereoNoise(30, 0.002),
    'very loud music': stereoNoise(30, 0.9),
    'music that swells': music([noise(30, RATE, 0.3, 5), noise(30, RATE, 0.3, 6)].map(side => side.map((value, index) => value * (0.1 + 0.9 * Math.sin(Math.PI * index / side.length) ** 2)))),
    'a bass': music([tone({ hz: 70, dbfs: -12, seconds: 30, sample_rate: RATE }), tone({ hz: 70, dbfs: -12, seconds: 30, sample_rate: RATE })]),
    'music that is shorter than the voice': stereoNoise(2.3, 0.1),
  }
  it.each(Object.keys(beds))('is what the recipe says over %s', (name) => {
    for (const voice_over_bed_lu of [12, 6, 20]) {
      const all = parts({ bed: beds[name]! })
      const plan = planMix(all, { ...RECIPE, voice_over_bed_lu })
      const { voice } = plan.timeline
      const bed = between(renderMix(all, plan, { voice: false, chime: false }), voice.from_ms, voice.to_ms)
      const spoken = between(renderMix(all, plan, { bed: false, chime: false }), voice.from_ms, voice.to_ms)
      expect(Math.abs(integratedLoudness(spoken, RATE) - loudestShortTerm(bed) - voice_over_bed_lu)).toBeLessThan(0.5)
    }
  })

  it('holds for a word that is shorter than the loudness needs', () => {
    const all = parts({ voice: aVoice(0.6) })
    const plan = planMix(all, RECIPE)
    const { voice } = plan.timeline
    const bed = between(renderMix(all, plan, { voice: false }), voice.from_ms, voice.to_ms)
    const spoken = between(renderMix(all, plan, { bed: false }), voice.from_ms, voice.to_ms)
    expect(Math.abs(integratedLoudness(spoken, RATE) - integratedLoudness(bed, RATE) - 12)).toBeLessThan(0.5)
  })

  it('does not depend on how loud the voice came', () => {
    const levels = [0.01, 0.1, 0.5].map(amplitude => planMix(parts({ voice: aVoice(6, amplitude) }), RECIPE).levels.ducked_db)
    expect(levels[1]! - levels[0]!).toBeCloseTo(20, 1)
    expect(levels[2]! - levels[1]!).toBeCloseTo(toDb(5), 1)
  })
})

describe('the bed', () => {
  it('does not move while the voice speaks, and nowhere by more than 0.05 dB a sample', () => {
    const constant = new Float32Array(30 * RATE).fill(0.1)
    const all = parts({ bed: music([constant, constant]) })
    const plan = planMix(all, RECIPE)
    const [bed] = renderMix(all, { ...plan, levels: { intro_db: -3, ducked_db: -20, outro_db: -3 } }, { voice: false })
    const gains = Array.from(bed!, value => toDb(value / 0.1))
    const { voice, bed: span } = plan.timeline
    const talking = gains.slice(at(voice.from_ms), at(voice.to_ms))
    const mean = talking.reduce((sum, gain) => sum + gain, 0) / talking.length
    expect(Math.sqrt(talking.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / talking.length)).toBeLessThan(0.001)
    let step = 0
    for (let index = at(span!.from_ms) + 1; index < at(span!.to_ms) - 1; index++) step = Math.max(step, Math.abs(gains[index]! - gains[index - 1]!))
    expect(step).toBeLessThan(0.05)
    const wanted = bedGain(plan.timeline, { intro_db: -3, ducked_db: -20, outro_db: -3 })
    for (let ms = span!.from_ms + 1; ms < span!.to_ms - 1; ms += 7) expect(Math.abs(gains[at(ms)]! - wanted(at(ms) * 1000 / RATE))).toBeLessThan(0.01)
  })

  it('goes down before the first sound of the voice, and up after its last', () => {
    const all = parts()
    const plan = planMix(all, RECIPE)
    const voice = renderMix(all, plan, { bed: false })[0]!
    const first = voice.findIndex(value => Math.abs(value) > 0.01)
    expect(first * 1000 / RATE).toBeCloseTo(plan.timeline.voice.from_ms, -1)
    expect(plan.timeline.voice.from_ms).toBe(3300)
  })

  it('is as loud alone as the recipe says, and a quiet intro is not raised without end', () => {
    const level = (bed: MixMusic) => {
      const all = parts({ bed })
      const plan = planMix(all, { ...RECIPE, fade_in_ms: 0 })
      const intro = between(renderMix(all, { ...plan, bed: plan.bed }, { voice: false }), 400, 2600)
      return integratedLoudness(intro, RATE) - plan.voice_lufs
    }
    expect(Math.abs(level(stereoNoise(30, 0.05)) + 3)).toBeLessThan(0.3)
    // An intro 26 dB under the rest is brought up as if it were 6 under it.
    const quietStart = [21, 22].map(seed => concat(noise(3.3, RATE, 0.01, seed), noise(27, RATE, 0.2, seed + 2)))
    expect(Math.abs(level(music(quietStart)) + 3 + 20)).toBeLessThan(1)
  })

  it('begins where the recipe says, within its cues', () => {
    const ramp = Float32Array.from({ length: 20 * RATE }, (_, index) => index / (20 * RATE))
    const plan = planMix(parts({ bed: { channels: [ramp, ramp], from: 2 * RATE, to: 18 * RATE } }), { ...RECIPE, bed_offset_ms: 1500 })
    expect(plan.bed![0]![0]).toBeCloseTo(3.5 / 20, 5)
  })
})

describe('the rest of the mix', () => {
  it('has the chime first, as loud as the voice, and silence where it was asked for', () => {
    const chime = music([noise(1.5, RATE, 0.7, 31), noise(1.5, RATE, 0.7, 32)])
    const all = parts({ chime })
    const plan = planMix(all, RECIPE)
    const mixed = renderMix(all, plan)
    expect(plan.timeline.total_ms).toBeCloseTo(300 + 1500 + 3000 + (all.voice.end - all.voice.onset) * 1000 / RATE + 3500 + 400, 6)
    expect(Math.max(...between(mixed, 0, 299)[0]!.map(Math.abs))).toBe(0)
    expect(Math.max(...between(mixed, plan.timeline.total_ms - 399, plan.timeline.total_ms)[0]!.map(Math.abs))).toBe(0)
    expect(Math.abs(integratedLoudness(between(renderMix(all, plan, { voice: false, bed: false }), 300, 1800), RATE) - plan.voice_lufs)).toBeLessThan(0.1)
  })

  it('is voice and chime alone without a bed, and loses nothing of the voice', () => {
    const all = parts({ bed: null })
    const plan = planMix(all, { ...RECIPE, silence_before_ms: 0, silence_after_ms: 0 })
    const mixed = renderMix(all, plan)
    expect(mixed[0]).toEqual(all.voice.samples)
    expect(mixed[1]).toEqual(all.voice.samples)
  })

  it('has the voice louder over the bed by its gain', () => {
    const all = parts()
    const plain = renderMix(all, planMix(all, RECIPE), { bed: false })[0]!
    const louder = renderMix(all, planMix(all, { ...RECIPE, voice_gain_db: 6 }), { bed: false })[0]!
    expect(louder[200_000]! / plain[200_000]!).toBeCloseTo(fromDb(6), 4)
    expect(planMix(all, { ...RECIPE, voice_gain_db: 6 }).levels).toEqual(planMix(all, RECIPE).levels)
  })
})
