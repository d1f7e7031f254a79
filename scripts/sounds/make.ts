import { createHash } from 'node:crypto'
import { startCheck } from '../../server/services/audio/checking'
import { encodeMp3 } from '../../server/services/audio/codec/mp3-encoder'
import { amplify } from '../../server/services/audio/dsp/gain'
import { fromDb, integratedLoudness } from '../../shared/utils/loudness'
import { bright, calm, elegant } from './beds'
import { doorbell, hall, steps } from './chimes'
import { RATE, type Canvas } from './synth'

const TARGET_LUFS = -16
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

export interface MadeSound {
  mp3: Uint8Array
  /** Measured on what the mp3 decodes to. */
  figures: { sha256: string, duration_ms: number, lufs: number, true_peak_dbtp: number, peaks: number[] }
}

/** Makes every sound, as the mp3 that ships. The same bytes each time. */
export async function makeSounds(): Promise<Map<string, MadeSound>> {
  const made = new Map<string, MadeSound>()
  for (const [name, compose] of Object.entries(SOUNDS)) {
    const composed = toChannels(compose())
    const gain = fromDb(TARGET_LUFS - integratedLoudness(composed, RATE))
    const channels = composed.map(channel => amplify(channel, gain))
    const frames = channels[0]!.length
    const check = await startCheck({ channels: 2, frames, sample_rate: RATE })
    const mp3 = await encodeMp3(channels, RATE, BITRATE_KBPS, check.push)
    const { lufs, true_peak_dbtp, peaks } = check.figures()
    check.free()
    made.set(name, {
      mp3,
      figures: { sha256: createHash('sha256').update(mp3).digest('hex'), duration_ms: Math.round(frames * 1000 / RATE), lufs: round(lufs), true_peak_dbtp: round(true_peak_dbtp), peaks },
    })
  }
  return made
}

const round = (value: number) => Math.round(value * 100) / 100

function toChannels({ left, right, around }: Canvas): Float32Array[] {
  const repeated = around ? REPEATED_S * RATE : 0
  return [left, right].map((side) => {
    const channel = new Float32Array(side.length + repeated)
    channel.set(side)
    channel.set(side.subarray(0, repeated), side.length)
    return channel
  })
}
