import { createMp3Encoder } from 'wasm-media-encoders'
import { fromDb } from '../../../../shared/utils/loudness'
import { amplify } from '../dsp/gain'
import { SLICE_FRAMES, slicesOf, soundOf, type Sound } from '../dsp/sound'
import { addInfoTag } from './info-tag'

/** The constant bitrates that we ship, and how much quieter LAME makes each (measured; it hides in its presets). */
const LAME_GAIN_DB = { 96: -0.446, 128: -0.446, 160: -0.446, 192: -0.265, 224: -0.176, 256: 0, 320: 0 } as const

export type Bitrate = keyof typeof LAME_GAIN_DB

// One for the life of the thread: `configure` starts it afresh.
let encoder: ReturnType<typeof createMp3Encoder> | undefined

/**
 * Encodes to mp3 of constant bitrate at the level that came in, with an Info frame so that it decodes to exactly as many
 * samples as went in. The same samples give the same bytes.
 *
 * @param onPart hears every part of the stream behind that frame as soon as it is encoded
 */
export async function encodeSound(sound: Sound, sampleRate: 44_100 | 48_000 | 32_000, bitrate_kbps: Bitrate, onPart?: (part: Uint8Array) => void): Promise<Uint8Array> {
  const lame = await (encoder ??= createMp3Encoder())
  lame.configure({ channels: sound.channels === 1 ? 1 : 2, sampleRate, bitrate: bitrate_kbps })
  const compensation = fromDb(-LAME_GAIN_DB[bitrate_kbps])
  const parts: Uint8Array[] = []
  const add = (view: Uint8Array) => {
    // The encoder gives a view of its own memory.
    const part = view.slice()
    parts.push(part)
    onPart?.(part)
  }
  // The encoder takes a copy of each slice.
  const slices = Array.from({ length: sound.channels }, () => new Float32Array(SLICE_FRAMES))
  for (const { channels } of slicesOf(sound)) {
    add(lame.encode(channels.map((channel, index) => amplify(channel, compensation, slices[index]!.subarray(0, channel.length)))))
  }
  add(lame.finalize())
  return addInfoTag(concatenate(parts), sound.frames)
}

/** {@link encodeSound} for samples in memory. */
export const encodeMp3 = (channels: readonly Float32Array[], sampleRate: 44_100 | 48_000 | 32_000, bitrate_kbps: Bitrate, onPart?: (part: Uint8Array) => void): Promise<Uint8Array> =>
  encodeSound(soundOf(channels), sampleRate, bitrate_kbps, onPart)

function concatenate(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
