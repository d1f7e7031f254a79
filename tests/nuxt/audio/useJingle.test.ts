import { describe, expect, it } from 'vitest'
import { heardLength, isSameMix, rangeOf, voiceLength } from '~/composables/useJingle'
import { jingleTimeline } from '~~/shared/utils/jingle-envelope'
import { aRecipe, aTrack } from '../../fixtures/dashboard'

describe('the voice in a finished mix', () => {
  it.each([
    ['with everything', { silence_before_ms: 300, silence_after_ms: 700 }, 1500],
    ['with the shortest intro and outro', { intro_ms: 0, outro_ms: 0 }, 0],
    ['without a bed', { with_bed: false }, 800],
  ])('is what is left %s', (_, changes, chime_ms) => {
    const recipe = aRecipe(changes)
    const { total_ms } = jingleTimeline(recipe, { voice_ms: 6200, chime_ms })
    expect(voiceLength(total_ms, recipe, chime_ms)).toBe(6200)
  })

  it('is all of it without a mix, and never less than nothing', () => {
    expect(voiceLength(4000, null, 0)).toBe(4000)
    expect(voiceLength(1000, aRecipe(), 0)).toBe(0)
  })
})

describe('two recipes make the same mix', () => {
  it('when the one names the bed that the other takes by default', () => {
    const bed_track_id = aTrack().track_id
    expect(isSameMix(aRecipe(), aRecipe({ bed_track_id }), bed_track_id)).toBe(true)
    expect(isSameMix(aRecipe(), aRecipe({ bed_track_id }), aTrack().track_id)).toBe(false)
  })

  it('when they differ in what is not heard', () => {
    expect(isSameMix(aRecipe({ with_bed: false, intro_ms: 1 }), aRecipe({ with_bed: false, intro_ms: 9000 }))).toBe(true)
    expect(isSameMix(aRecipe({ intro_ms: 1 }), aRecipe({ intro_ms: 9000 }))).toBe(false)
    expect(isSameMix(aRecipe({ with_bed: false, silence_after_ms: 1 }), aRecipe({ with_bed: false }))).toBe(false)
  })

  it('only when both have music or neither', () => {
    expect(isSameMix(null, null)).toBe(true)
    expect(isSameMix(null, aRecipe())).toBe(false)
  })
})

it('hears a track between its cues', () => {
  expect(heardLength(aTrack({ duration_ms: 30_000, cue_in_ms: 2000, cue_out_ms: 9000 }))).toBe(7000)
  expect(heardLength(aTrack({ duration_ms: 30_000, cue_in_ms: 2000 }))).toBe(28_000)
  expect(heardLength(undefined)).toBe(0)
})

it('takes the range of a slider from the schema', () => {
  expect([rangeOf('voice_over_bed_lu'), rangeOf('intro_ms')]).toEqual([[3, 30], [0, 30_000]])
})
