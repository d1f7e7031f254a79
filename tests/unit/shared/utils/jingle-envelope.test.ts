import { describe, expect, it } from 'vitest'
import type { JingleRecipe } from '../../../../shared/schemas/jingle'
import { bedGain, intendedLevels, jingleTimeline } from '../../../../shared/utils/jingle-envelope'

const RECIPE: JingleRecipe = {
  with_bed: true, bed_track_id: null, chime_track_id: null, silence_before_ms: 0, intro_ms: 4000, outro_ms: 4500, silence_after_ms: 0,
  fade_in_ms: 500, fade_out_ms: 2000, duck_down_ms: 600, duck_up_ms: 1000, voice_over_bed_lu: 12, bed_alone_lu: -3, voice_gain_db: 0, bed_offset_ms: 0,
}
const levels = { intro_db: -3, ducked_db: -15, outro_db: -5 }
const SAMPLE_MS = 1 / 44.1

/** Largest step between two samples, dB. */
function largestStep(recipe: JingleRecipe, of = levels, voice_ms = 6000): number {
  const timeline = jingleTimeline(recipe, { voice_ms, chime_ms: 0 })
  const gain = bedGain(timeline, of)
  let largest = 0
  for (let ms = timeline.bed!.from_ms; ms + SAMPLE_MS <= timeline.bed!.to_ms; ms += SAMPLE_MS) largest = Math.max(largest, Math.abs(gain(ms + SAMPLE_MS) - gain(ms)))
  return largest
}

describe('the time line', () => {
  it('has everything one after the other', () => {
    const { segments, voice, bed, chime, total_ms } = jingleTimeline({ ...RECIPE, silence_before_ms: 300, silence_after_ms: 700 }, { voice_ms: 6000, chime_ms: 1500 })
    expect(segments.map(({ kind, from_ms, to_ms }) => [kind, from_ms, to_ms])).toEqual([
      ['silence', 0, 300], ['chime', 300, 1800], ['intro', 1800, 5800], ['voice', 5800, 11_800], ['outro', 11_800, 16_300], ['silence', 16_300, 17_000],
    ])
    expect([voice, chime, total_ms]).toEqual([{ from_ms: 5800, to_ms: 11_800 }, { from_ms: 300, to_ms: 1800 }, 17_000])
    expect(bed).toEqual({ from_ms: 1800, to_ms: 16_300, fade_in_ms: 500, fade_out_ms: 2000, duck_down_ms: 600, duck_up_ms: 1000 })
  })

  it('has no bed, intro and outro when there is none, and lasts 1.2 s at least', () => {
    const timeline = jingleTimeline({ ...RECIPE, with_bed: false }, { voice_ms: 400, chime_ms: 500 })
    expect(timeline.segments.map(({ kind, to_ms }) => [kind, to_ms])).toEqual([['chime', 500], ['voice', 900], ['silence', 1200]])
    expect(bedGain(timeline, levels)(600)).toBe(-Infinity)
  })

  it('keeps fades and ducks out of the voice, however long they are', () => {
    const { bed } = jingleTimeline({ ...RECIPE, intro_ms: 300, outro_ms: 0, fade_in_ms: 5000, fade_out_ms: 5000, duck_down_ms: 2000 }, { voice_ms: 1000, chime_ms: 0 })
    expect(bed).toMatchObject({ from_ms: 0, to_ms: 1400, fade_in_ms: 300, fade_out_ms: 100, duck_down_ms: 300, duck_up_ms: 100 })
  })
})

describe('the gain of the bed', () => {
  it('is at its level before, under and after the voice', () => {
    const gain = bedGain(jingleTimeline(RECIPE, { voice_ms: 6000, chime_ms: 0 }), levels)
    expect([500, 2000, 3400].map(gain)).toEqual([-3, -3, -3])
    expect(gain(3700)).toBeCloseTo(-9, 10)
    expect([4000, 5000, 9999, 10_000].map(gain)).toEqual([-15, -15, -15, -15])
    expect(gain(10_500)).toBeCloseTo(-10, 10)
    expect([11_000, 12_500].map(gain)).toEqual([-5, -5])
    expect([gain(0), gain(14_500)]).toEqual([-63, -65])
    expect([gain(-1), gain(14_501)]).toEqual([-Infinity, -Infinity])
  })

  it.each<[string, Partial<JingleRecipe>]>([
    ['as it comes', {}],
    ['without any fade', { fade_in_ms: 0, fade_out_ms: 0 }],
    ['with the shortest of everything', { intro_ms: 0, outro_ms: 0, fade_in_ms: 0, fade_out_ms: 0, duck_down_ms: 50, duck_up_ms: 50 }],
  ])('has no step over 0.05 dB a sample %s', (_, changed) => {
    expect(largestStep({ ...RECIPE, ...changed }, { intro_db: 6, ducked_db: -30, outro_db: 6 })).toBeLessThan(0.05)
  })

  it('is drawn over the voice as the recipe wants it', () => {
    expect(intendedLevels(RECIPE)).toEqual({ intro_db: -3, ducked_db: -12, outro_db: -3 })
  })
})
