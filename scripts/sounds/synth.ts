export const RATE = 44_100

/** Two channels that are written into, also past the end: in a bed, what sounds over it sounds on at its beginning. */
export interface Canvas {
  left: Float64Array
  right: Float64Array
  around: boolean
}

/** One note of an instrument at `t` seconds since it began: amplitude about −1…1. */
export type Instrument = (hz: number, t: number, held_s: number) => number

export interface Note {
  at_s: number
  held_s: number
  /** Number of MIDI: 69 is 440 Hz. */
  key: number
  level: number
  /** −1 left … 1 right. */
  pan?: number
}

export function canvas(seconds: number, around: boolean): Canvas {
  const length = Math.round(seconds * RATE)
  return { left: new Float64Array(length), right: new Float64Array(length), around }
}

export const hzOf = (key: number) => 440 * 2 ** ((key - 69) / 12)

/** Plays a note until its instrument has died away (`tail_s` after it was let go). */
export function play(on: Canvas, instrument: Instrument, { at_s, held_s, key, level, pan = 0 }: Note, tail_s: number) {
  const start = Math.round(at_s * RATE)
  const sound = soundOf(instrument, key, held_s, tail_s)
  const length = on.around ? sound.length : Math.min(sound.length, on.left.length - start)
  const angle = Math.PI / 4 * (1 + pan)
  const left = level * Math.cos(angle)
  const right = level * Math.sin(angle)
  for (let index = 0; index < length; index++) {
    const at = (start + index) % on.left.length
    on.left[at]! += sound[index]! * left
    on.right[at]! += sound[index]! * right
  }
}

const sounds = new Map<Instrument, Map<string, Float64Array>>()

/** A note comes back many times in a piece: it is worked out once. */
function soundOf(instrument: Instrument, key: number, held_s: number, tail_s: number): Float64Array {
  const known = sounds.get(instrument) ?? new Map<string, Float64Array>()
  sounds.set(instrument, known)
  const name = `${key}/${held_s}/${tail_s}`
  const kept = known.get(name)
  if (kept) return kept
  const hz = hzOf(key)
  const sound = new Float64Array(Math.round((held_s + tail_s) * RATE))
  const fade = Math.round(0.01 * RATE)
  for (let index = 0; index < sound.length; index++) sound[index] = instrument(hz, index / RATE, held_s) * Math.min(1, (sound.length - index) / fade)
  known.set(name, sound)
  return sound
}

const tau = 2 * Math.PI
const sine = (hz: number, t: number) => Math.sin(tau * hz * t)
/** Up within `attack` seconds, down within `release` after it was let go. */
const swell = (t: number, held_s: number, attack: number, release: number) =>
  Math.sin(Math.PI / 2 * Math.min(1, t / attack)) ** 2 * (t < held_s ? 1 : Math.cos(Math.PI / 2 * Math.min(1, (t - held_s) / release)) ** 2)

const PAD_LEVELS = Array.from({ length: 6 }, (_, partial) => partial ** -1.9)

/** Slow and wide: three voices a little out of tune, few overtones. */
export const pad: Instrument = (hz, t, held_s) => {
  let sum = 0
  for (const detune of [0.9972, 1, 1.0031]) {
    for (let partial = 1; partial <= 5; partial++) sum += sine(hz * detune * partial, t + detune) * PAD_LEVELS[partial]!
  }
  return 0.25 * sum * swell(t, held_s, 0.7, 1.1)
}

/** An electric piano: a tine that rings briefly over a round tone. */
export const electricPiano: Instrument = (hz, t, held_s) => {
  const tine = 0.5 * Math.exp(-t * 9) * sine(hz * 14, t)
  const body = Math.sin(tau * hz * t + (0.8 * Math.exp(-t * 2.5) + 0.15) * sine(hz, t) + 0.25 * tine)
  return 0.8 * body * Math.exp(-t * 1.3) * Math.min(1, t / 0.004) * swell(t, held_s, 0.004, 0.35)
}

/** A plucked string: the higher an overtone, the sooner it is gone. */
export const pluck: Instrument = (hz, t) => {
  let sum = 0
  for (let partial = 1; partial <= 7; partial++) sum += sine(hz * partial * (1 + 0.0004 * partial * partial), t) * Math.exp(-t * (1.8 + 1.5 * partial)) / partial
  return 0.6 * sum * Math.min(1, t / 0.003)
}

/** Wood under a soft mallet. */
export const marimba: Instrument = (hz, t) =>
  (0.8 * sine(hz, t) * Math.exp(-t * 5) + 0.25 * sine(hz * 3.93, t) * Math.exp(-t * 14) + 0.08 * sine(hz * 9.6, t) * Math.exp(-t * 40)) * Math.min(1, t / 0.002)

export const bass: Instrument = (hz, t, held_s) =>
  (0.8 * sine(hz, t) + 0.25 * sine(hz * 2, t) + 0.07 * sine(hz * 3, t)) * Math.exp(-t * 0.9) * swell(t, held_s, 0.012, 0.12)

/** A bell's partials: those of a real one are not multiples of its tone. */
export const bell: Instrument = (hz, t) => {
  const partials = [[0.5, 0.2, 1.4], [1, 1, 1.9], [1.19, 0.25, 2.6], [2, 0.5, 3.2], [2.76, 0.3, 4.5], [4.07, 0.16, 7], [5.43, 0.1, 10]] as const
  return 0.5 * partials.reduce((sum, [ratio, level, decay]) => sum + level * sine(hz * ratio, t) * Math.exp(-t * decay), 0) * Math.min(1, t / 0.003)
}

/** Grains that fly through a shaker; `key` does not matter. */
export const shaker: Instrument = (_hz, t) => noiseAt(t) * Math.min(1, t / 0.012) * Math.exp(-t * 38)

/** A drum that is felt rather than heard. */
export const kick: Instrument = (_hz, t) => Math.sin(tau * (48 * t + 60 * (1 - Math.exp(-t * 30)) / 30)) * Math.exp(-t * 11) * Math.min(1, t / 0.003)

/** White noise without its lows, the same each time. */
function noiseAt(t: number): number {
  const at = Math.round(t * RATE)
  return 0.5 * (hash(at) - 2 * hash(at - 1) + hash(at - 2))
}

function hash(at: number): number {
  let x = Math.imul(at ^ 0x9E3779B9, 0x85EBCA6B)
  x = Math.imul(x ^ x >>> 13, 0xC2B2AE35)
  return ((x ^ x >>> 16) >>> 0) / 2 ** 31 - 1
}

/** A room around everything (Schroeder: combs, then all-passes), `wet` of it. In a bed it reaches around the end. */
export function addRoom(on: Canvas, wet: number, decay = 0.78) {
  const rooms: number[][] = [[1557, 1617, 1491, 1422, 225, 556], [1580, 1640, 1514, 1445, 248, 579]]
  const dry = [on.left, on.right]
  const sides = rooms.map((delays, side) => {
    const wetSide: Float64Array = new Float64Array(on.left.length)
    for (const delay of delays.slice(0, 4)) combInto(wetSide, dry[side]!, delay, decay, on.around)
    return delays.slice(4).reduce((sound, delay) => allPass(sound, delay, on.around), wetSide)
  })
  for (const [side, channel] of dry.entries()) {
    for (let at = 0; at < channel.length; at++) channel[at]! += wet * sides[side]![at]!
  }
}

function combInto(output: Float64Array, input: Float64Array, delay: number, decay: number, around: boolean) {
  const line = new Float64Array(delay)
  let damped = 0
  // The first round only fills the room with what the end of the bed left in it.
  for (let round = around ? 0 : 1; round < 2; round++) {
    for (let at = 0; at < input.length; at++) {
      const slot = (at + round * input.length) % delay
      const out = line[slot]!
      damped += 0.45 * (out - damped)
      line[slot] = input[at]! + decay * damped
      if (round === 1) output[at]! += 0.25 * out
    }
  }
}

function allPass(input: Float64Array, delay: number, around: boolean): Float64Array {
  const output = new Float64Array(input.length)
  const line = new Float64Array(delay)
  for (let round = around ? 0 : 1; round < 2; round++) {
    for (let at = 0; at < input.length; at++) {
      const slot = (at + round * input.length) % delay
      const value = input[at]! + 0.5 * line[slot]!
      output[at] = line[slot]! - 0.5 * value
      line[slot] = value
    }
  }
  return output
}
