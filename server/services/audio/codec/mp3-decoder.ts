import { MPEGDecoder } from 'mpg123-decoder'

export interface Decoded {
  /** Two, also of a mono file: the decoder gives it twice. */
  channels: Float32Array[]
  sample_rate: number
  /** Frames that could not be read. */
  errors: number
}

/**
 * Decodes an mp3 to float samples, without the encoder's delay and padding where the file says how long they are (unless
 * `gapless` is false). Empty when there is no frame in it.
 */
export async function decodeMp3(mp3: Uint8Array, { gapless = true } = {}): Promise<Decoded> {
  const decoder = new MPEGDecoder({ enableGapless: gapless })
  await decoder.ready
  try {
    return decodeWith(decoder, mp3)
  }
  finally {
    decoder.free()
  }
}

/**
 * Decodes an mp3 that comes in pieces of any length: every sample that is in it, the encoder's delay and padding too
 * unless `gapless`. `free` it in the end.
 */
export async function openMp3Decoder({ gapless = false } = {}): Promise<{ decode: (piece: Uint8Array) => Decoded, free: () => void }> {
  const decoder = new MPEGDecoder({ enableGapless: gapless })
  await decoder.ready
  return { decode: piece => decodeWith(decoder, piece), free: () => decoder.free() }
}

/** What it cannot read is counted in `errors`; it would also write a line for each to the console, which is no log. */
function decodeWith(decoder: MPEGDecoder, mp3: Uint8Array): Decoded {
  const { error } = console
  console.error = () => {}
  try {
    const { channelData, sampleRate, errors } = decoder.decode(mp3)
    return { channels: channelData, sample_rate: sampleRate, errors: errors.length }
  }
  finally {
    console.error = error
  }
}
