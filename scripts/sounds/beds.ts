import { addRoom, bass, canvas, electricPiano, kick, marimba, pad, play, pluck, shaker, type Canvas } from './synth'

/** Chords from the bass up, as MIDI keys. */
type Chord = readonly number[]

/** Calm: a wide pad, and an electric piano that walks through its chords. 80 beats a minute, eight bars: 24 s. */
export function calm(): Canvas {
  const beat = 60 / 80
  const chords: Chord[] = [[48, 55, 64, 67, 71], [45, 52, 60, 64, 67], [41, 53, 60, 64, 69], [43, 50, 59, 62, 69]]
  const on = canvas(32 * beat, true)
  for (let bar = 0; bar < 8; bar++) {
    const [root, ...upper] = chords[bar % 4]!
    const start = bar * 4 * beat
    for (const [index, key] of upper.entries()) play(on, pad, { at_s: start, held_s: 4 * beat - 0.3, key, level: 0.16, pan: index / 2 - 0.75 }, 1.2)
    play(on, bass, { at_s: start, held_s: 2.4 * beat, key: root!, level: 0.34 }, 0.3)
    play(on, bass, { at_s: start + 2.5 * beat, held_s: 1.3 * beat, key: root!, level: 0.26 }, 0.3)
    const walk = [0, 2, 1, 3, 2, 1, 3, 2]
    for (const [step, index] of walk.entries()) {
      play(on, electricPiano, { at_s: start + step * beat / 2, held_s: beat * 0.9, key: upper[index % upper.length]! + 12, level: step % 4 === 0 ? 0.2 : 0.15, pan: step % 2 ? 0.35 : -0.35 }, 0.6)
    }
  }
  addRoom(on, 0.5, 0.82)
  return on
}

/** Bright: plucked strings and marimba over a light drum. 120 beats a minute, twelve bars: 24 s. */
export function bright(): Canvas {
  const beat = 60 / 120
  const chords: Chord[] = [[50, 62, 66, 69, 74], [47, 59, 62, 66, 71], [43, 59, 62, 67, 71], [45, 57, 61, 64, 69]]
  const tune = [[4, 3, 4, 2], [3, 4, 3, 1], [4, 2, 3, 4], [3, 2, 1, 3]]
  const on = canvas(48 * beat, true)
  for (let bar = 0; bar < 12; bar++) {
    const chord = chords[bar % 4]!
    const start = bar * 4 * beat
    for (let step = 0; step < 8; step++) {
      const at_s = start + step * beat / 2
      play(on, shaker, { at_s, held_s: 0.1, key: 69, level: step % 2 ? 0.1 : 0.05, pan: 0.3 }, 0.1)
      play(on, pluck, { at_s, held_s: beat, key: chord[1 + [0, 2, 1, 3, 2, 1, 3, 2][step]! % 4]!, level: 0.2, pan: step % 2 ? -0.5 : -0.2 }, 0.9)
    }
    for (const at of [0, 1.5, 2, 3.5]) play(on, bass, { at_s: start + at * beat, held_s: beat * 0.45, key: chord[0]! - 12 + (at === 3.5 ? 7 : 0), level: 0.36 }, 0.2)
    for (const at of [0, 2]) play(on, kick, { at_s: start + at * beat, held_s: 0.2, key: 36, level: 0.4 }, 0.2)
    for (const [index, degree] of tune[bar % 4]!.entries()) {
      play(on, marimba, { at_s: start + [0, 1, 2, 2.5][index]! * beat, held_s: beat, key: chord[degree]! + 12, level: 0.2, pan: 0.4 }, 0.6)
    }
    play(on, pad, { at_s: start, held_s: 4 * beat - 0.2, key: chord[2]!, level: 0.12, pan: 0 }, 1.1)
  }
  addRoom(on, 0.3, 0.7)
  return on
}

/** Elegant: chords of an electric piano a little before the beat, over a walking bass. 96 beats a minute, eight bars: 20 s. */
export function elegant(): Canvas {
  const beat = 60 / 96
  const chords: Chord[] = [[50, 60, 65, 69, 76], [43, 59, 65, 69, 76], [48, 59, 64, 67, 74], [45, 60, 64, 67, 71]]
  const walks = [[0, 3, 7, 10], [0, 4, 7, 9], [0, 4, 7, 11], [0, 3, 7, 4]]
  const on = canvas(32 * beat, true)
  for (let bar = 0; bar < 8; bar++) {
    const [root, ...upper] = chords[bar % 4]!
    const start = bar * 4 * beat
    for (const [index, at] of [0, 1.5, 2.5, 3.5].entries()) {
      for (const [voice, key] of upper.entries()) {
        play(on, electricPiano, { at_s: start + at * beat + voice * 0.006, held_s: beat * (index === 0 ? 1.2 : 0.6), key, level: index === 0 ? 0.17 : 0.13, pan: voice / 2 - 0.75 }, 0.5)
      }
    }
    for (const [step, interval] of walks[bar % 4]!.entries()) play(on, bass, { at_s: start + step * beat, held_s: beat * 0.8, key: root! - 12 + interval, level: 0.4 }, 0.2)
    for (let step = 0; step < 8; step++) {
      // Swung: the second half of each beat comes late.
      play(on, shaker, { at_s: start + (Math.floor(step / 2) + (step % 2 ? 0.64 : 0)) * beat, held_s: 0.1, key: 69, level: step % 4 === 2 ? 0.13 : 0.06, pan: -0.3 }, 0.1)
    }
    play(on, pad, { at_s: start, held_s: 4 * beat - 0.2, key: upper[1]!, level: 0.13, pan: 0.2 }, 1.1)
  }
  addRoom(on, 0.35, 0.76)
  return on
}
