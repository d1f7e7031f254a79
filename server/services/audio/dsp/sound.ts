/** A sound of one or two channels that is read a slice at a time: it may be too long to be held in memory. */
export interface Sound {
  channels: number
  /** Samples of each channel. */
  frames: number
  /** The samples from `from` up to `to` of each channel. They may be overwritten by the next read. */
  read: (from: number, to: number) => Float32Array[]
}

/** More samples than this, all channels together (32 MB), are not to be held in memory. */
export const MOST_SAMPLES_IN_MEMORY = 8 * 1024 * 1024
/** Frames that are read at a time. A multiple of every block that sounds are measured and shaped in. */
export const SLICE_FRAMES = 32_768

/** A sound that lies in memory; what is read are views of it. */
export function soundOf(channels: readonly Float32Array[]): Sound {
  return { channels: channels.length, frames: channels[0]?.length ?? 0, read: (from, to) => channels.map(channel => channel.subarray(from, to)) }
}

/** Every sample of each channel. For what fits into memory. */
export const samplesOf = (sound: Sound): Float32Array[] => sound.read(0, sound.frames)

/** The slices of a sound, in order, with the frame that each begins at. Each is gone when the next one is asked for. */
export function* slicesOf(sound: Sound, frames = SLICE_FRAMES): Generator<{ at: number, channels: Float32Array[] }> {
  for (let at = 0; at < sound.frames; at += frames) yield { at, channels: sound.read(at, Math.min(sound.frames, at + frames)) }
}
