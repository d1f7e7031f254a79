import { encodeMp3 } from '../../server/services/audio/codec/mp3-encoder'
import { createLeveller } from '../../server/services/audio/dsp/level'
import { bright, calm, elegant } from './beds'
import { doorbell, hall, steps } from './chimes'
import { RATE, type Canvas } from './synth'

const TARGET = { lufs: -16, ceiling_dbtp: -1.5, max_gain_db: 60 }
const BITRATE_KBPS = 192
/** A bed ends with its own beginning, for as long as the mix crossfades when it repeats it: the beat goes on through that. */
const REPEATED_S = 1

/** The sounds that ship, by name of file: composed here, note by note, so that nobody else has a right to them. */
const SOUNDS: Record<string, () => Canvas> = {
  'bed-calm': calm,
  'bed-bright': bright,
  'bed-elegant': elegant,
  'chime-doorbell': doorbell,
  'chime-steps': steps,
  'chime-hall': hall,
}

/** Makes every sound, as the mp3 that ships. The same bytes each time. */
export async function makeSounds(): Promise<Map<string, Uint8Array>> {
  const made = new Map<string, Uint8Array>()
  for (const [name, compose] of Object.entries(SOUNDS)) {
    const { channels } = createLeveller(toChannels(compose()), RATE).level(TARGET)
    made.set(`${name}.mp3`, await encodeMp3(channels, RATE, BITRATE_KBPS))
  }
  return made
}

function toChannels({ left, right, around }: Canvas): Float32Array[] {
  const repeated = around ? REPEATED_S * RATE : 0
  return [left, right].map((side) => {
    const channel = new Float32Array(side.length + repeated)
    channel.set(side)
    channel.set(side.subarray(0, repeated), side.length)
    return channel
  })
}
