import { MPEGDecoder } from 'mpg123-decoder'

export interface Decoded {
  /** Two, also of a mono file: the decoder gives it twice. */
  channels: Float32Array[]
  sample_rate: number
  /** Frames that could not be read. */
  errors: number
}

/**
 * Decodes an mp3 to float samples, without the encoder's delay and padding where the file says how long they are. Empty
 * when there is no frame in it.
 */
export async function decodeMp3(mp3: Uint8Array): Promise<Decoded> {
  const decoder = new MPEGDecoder()
  await decoder.ready
  try {
    const { channelData, sampleRate, errors } = decoder.decode(mp3)
    return { channels: channelData, sample_rate: sampleRate, errors: errors.length }
  }
  finally {
    decoder.free()
  }
}
