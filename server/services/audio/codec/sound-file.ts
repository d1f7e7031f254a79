import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import type { Sound } from '../dsp/sound'

/** A sound whose samples lie in a file of its own, channel after channel, as this machine writes floats. */
export interface SoundFileOnDisk {
  sound: Sound
  /** Puts samples of one channel where they belong. @throws what the disk says, e.g. ENOSPC */
  write: (channel: number, at: number, samples: Float32Array) => void
  /** The file stays for the caller to remove. */
  close: () => void
}

const SAMPLE_BYTES = Float32Array.BYTES_PER_ELEMENT

/** Makes the file. It is read and written where it is called: not in the thread that answers people. */
export function createSoundFile(path: string, channels: number, frames: number): SoundFileOnDisk {
  const file = openSync(path, 'w+', 0o600)
  const buffers = Array.from({ length: channels }, () => new Float32Array(0))
  const placeOf = (channel: number, at: number) => (channel * frames + at) * SAMPLE_BYTES

  function readChannel(channel: number, from: number, to: number): Float32Array {
    if (buffers[channel]!.length < to - from) buffers[channel] = new Float32Array(to - from)
    const samples = buffers[channel]!.subarray(0, to - from)
    const bytes = bytesOf(samples)
    for (let done = 0; done < bytes.length;) {
      const read = readSync(file, bytes, done, bytes.length - done, placeOf(channel, from) + done)
      if (!read) throw new RangeError('The sound ends before it should.')
      done += read
    }
    return samples
  }

  function write(channel: number, at: number, samples: Float32Array) {
    const bytes = bytesOf(samples)
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, placeOf(channel, at) + done)
  }

  const sound: Sound = { channels, frames, read: (from, to) => buffers.map((_, channel) => readChannel(channel, from, to)) }
  return { sound, write, close: () => closeSync(file) }
}

const bytesOf = (samples: Float32Array) => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
