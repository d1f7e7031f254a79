import { addRoom, bell, canvas, marimba, play, type Canvas, type Instrument } from './synth'

function ring(seconds: number, instrument: Instrument, tail_s: number, notes: [at_s: number, key: number, level: number][]): Canvas {
  const on = canvas(seconds, false)
  for (const [index, [at_s, key, level]] of notes.entries()) play(on, instrument, { at_s, held_s: 0.1, key, level, pan: index % 2 ? 0.25 : -0.25 }, tail_s)
  addRoom(on, 0.35, 0.74)
  fadeOut(on, seconds * 0.35)
  return on
}

/** Two bells, the second a third lower: somebody is at the door. */
export const doorbell = () => ring(2.2, bell, 2, [[0, 76, 0.6], [0.55, 72, 0.6]])

/** Four steps up on wood: something good is coming. */
export const steps = () => ring(1.5, marimba, 1.2, [[0, 72, 0.6], [0.13, 76, 0.6], [0.26, 79, 0.65], [0.39, 84, 0.75]])

/** Three bells: a hall listens. */
export const hall = () => ring(2.5, bell, 2.2, [[0, 67, 0.55], [0.42, 76, 0.55], [0.84, 72, 0.6]])

function fadeOut({ left, right }: Canvas, seconds: number) {
  const length = Math.round(seconds * 44_100)
  for (let back = 0; back < length; back++) {
    const gain = Math.sin(Math.PI / 2 * back / length) ** 2
    left[left.length - 1 - back]! *= gain
    right[right.length - 1 - back]! *= gain
  }
}
